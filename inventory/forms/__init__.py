"""Forms of the inventory."""
