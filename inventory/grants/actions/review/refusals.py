"""What a step of the review refuses as things stand, in words for the person."""

from __future__ import annotations

from inventory.access import DecisionImpossible


class ReviewRefused(DecisionImpossible):
    """Not like this: the text says why and what to do; nothing was written."""


class ReadMeanwhile(ReviewRefused):
    """Somebody wrote since it was read."""
