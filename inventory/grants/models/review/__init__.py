"""Tables of reviews, conflicts of interest, rankings and decisions."""

from inventory.grants.models.review import appointments, decisions, judgements, rankings

__all__ = ["appointments", "decisions", "judgements", "rankings"]
