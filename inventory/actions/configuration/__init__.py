"""Reading configurations, keeping them, and what people decide about them."""
