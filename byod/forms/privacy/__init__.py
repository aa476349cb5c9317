"""Forms of the privacy of minors: keeping, export, erasure."""
