"""Jobs of privacy. All of them may run twice, in parallel, and be killed at any point."""
