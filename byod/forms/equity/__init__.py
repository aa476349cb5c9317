"""Forms of equity: requests, lines, the board."""
