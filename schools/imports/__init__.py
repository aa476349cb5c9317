"""What the authentic sources say: read, understood, compared. Values in, values out: no queries."""
