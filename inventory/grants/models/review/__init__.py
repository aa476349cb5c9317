"""Tables of reviews, conflicts of interest, ranking and decisions."""
