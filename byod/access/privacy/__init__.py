"""Who may do what with the privacy of minors: keeping, export, erasure."""
