"""Who may do what with people, their devices and credentials."""
