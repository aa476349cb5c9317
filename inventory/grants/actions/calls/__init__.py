"""Verbs of calls and files: the only writers of their tables."""
