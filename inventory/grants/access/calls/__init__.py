"""Who may do what with calls and files, and what the register says of a site."""
