"""Judging applications in plain values: scores, ties, assignment, ranking. No queries, no clock."""
