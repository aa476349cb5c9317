"""Pages of equity: requests, lines, the board."""
