"""Tables of resources given back, indicators and the board."""
