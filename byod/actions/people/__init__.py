"""Verbs on people, their devices and credentials."""
