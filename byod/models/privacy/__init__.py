"""Tables of the privacy of minors: what was forgotten, when."""
