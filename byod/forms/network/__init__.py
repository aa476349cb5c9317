"""Forms of network access: policies, RADIUS, sessions."""
