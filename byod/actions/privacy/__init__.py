"""Verbs on the privacy of minors: keeping, export, erasure."""
