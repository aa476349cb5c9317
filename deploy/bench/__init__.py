"""Measurements that anyone with the repository can repeat."""
