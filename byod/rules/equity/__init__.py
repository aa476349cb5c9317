"""Pure judgements of equity: requests, lines, the board."""
