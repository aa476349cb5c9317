"""Forms of people, their devices and credentials."""
