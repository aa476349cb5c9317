"""Verbs of the review: appoint, declare, assign, judge, ask, rank, decide, reconsider."""
