"""Pages of network access: policies, RADIUS, sessions."""
