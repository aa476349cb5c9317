"""Pure judgements of people, their devices and credentials."""
