"""Who may do what with loans of devices: pools, the desk, terms."""
