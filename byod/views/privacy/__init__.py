"""Pages of the privacy of minors: what is kept, who read, what was purged, one person's data."""
