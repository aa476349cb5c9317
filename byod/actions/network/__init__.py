"""Verbs on network access: policies, RADIUS, sessions."""
