"""Pages of people, their devices and credentials."""
