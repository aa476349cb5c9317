"""Who may do what with the strategy of a school and its states."""
