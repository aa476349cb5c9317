"""Pages of the inventory, one file a subject, each with its addresses."""
