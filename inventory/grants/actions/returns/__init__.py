"""Verbs of resources given back: owe, extend, deposit, judge, report, remind, count."""
