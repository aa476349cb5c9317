"""Tables of the market, orders and deliveries."""
