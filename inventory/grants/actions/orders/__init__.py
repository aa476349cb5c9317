"""Verbs of the market, orders and deliveries."""
