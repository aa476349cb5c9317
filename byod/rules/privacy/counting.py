"""Small groups (petits groupes): a count of fewer than five people may tell who they are.

Everybody who may not read names reads counts through ``counted``: contact and head of the school
alone see how many exactly. Zero is a small group too: « personne » tells something of each.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SMALLEST = 5
"""k: the smallest group that is told exactly."""
FEWER: Promise = _("moins de 5")
"""What is shown instead. Says SMALLEST in words, so that it can be translated."""
NEARLY: Promise = _("presque tous")
"""What is shown of a part whose rest would be a small group."""


def counted(n: int) -> int | None:
    """The count where it may be told, None where the group is too small."""
    return n if n >= SMALLEST else None


def counted_words(n: int) -> str:
    """For an export or a sentence: the number, or « moins de 5 »."""
    return str(FEWER) if counted(n) is None else str(n)


def counted_within(n: int, whole: int) -> str:
    """``n`` of ``whole`` beside the whole itself, in words: neither side may be a small group.

    225 of 227 tells two who are not: « presque tous ».
    """
    if counted(n) is None:
        return str(FEWER)
    if n < whole and counted(whole - n) is None:
        return str(NEARLY)
    return f"{n:,}".replace(",", "\u00a0")


def part_of(n: int, whole: int) -> int | None:
    """Percent, rounded down; None where it would tell a small group or the rest of a whole.

    96 connected of 98 tells two who are not: both sides must be large enough, or one of them empty
    because everybody is on the other, which is a group as large as the whole.
    """
    if counted(n) is None or (counted(whole - n) is None and whole != n):
        return None
    return n * 100 // whole
