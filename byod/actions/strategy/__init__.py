"""Verbs on the strategy of a school and its states."""
