"""Pure judgements of network access: policies, RADIUS, sessions."""
