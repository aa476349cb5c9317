"""Who may do what with equity: requests, lines, the board."""
