"""Who may do what with network access: policies, RADIUS, sessions."""
