"""Devices from a file: columns, words, rows as values; the database compares them by sets."""
