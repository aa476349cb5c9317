"""Forms of a call in preparation, and of one question of its form."""
