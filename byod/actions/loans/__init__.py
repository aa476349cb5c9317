"""Verbs on loans of devices: pools, the desk, terms."""
