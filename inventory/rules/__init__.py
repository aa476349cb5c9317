"""Judgements of the inventory as plain values: no queries, no clock. One file a subject."""
