"""Tables of drawing rights and their ledger."""
