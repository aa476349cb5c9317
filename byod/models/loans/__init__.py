"""Tables of loans: pools, what stands in them, what is out, and what is told of it."""

from . import conditions, damages, desks, loans, pools, reminders, terms

__all__ = ["conditions", "damages", "desks", "loans", "pools", "reminders", "terms"]
