"""Pages of the market, orders and deliveries."""
