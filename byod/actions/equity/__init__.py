"""Verbs on equity: requests, lines, the board."""
