"""Calls in plain values: states, grids, rankings, eligibility, questions. No queries, no clock."""
