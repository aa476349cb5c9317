"""Pages of the privacy of minors: keeping, export, erasure."""
