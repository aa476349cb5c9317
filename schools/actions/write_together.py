"""Several people write one text: nobody's words are overwritten unread. Plans and strategies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from schools.models import PlanSite, User
from schools.models.written import WrittenAnswer

LONGEST = 8_000
"""Characters of an answer: some three pages."""
Row = TypeVar("Row", bound=WrittenAnswer | PlanSite)


class WrittenMeanwhile(Exception):
    """Somebody saved this part since it was read: ``row`` holds their words, unchanged."""

    def __init__(self, row: WrittenAnswer | PlanSite) -> None:
        super().__init__(row)
        self.row = row


def words_of(text: str) -> str:
    """A text as it is stored: one kind of line end, nothing that PostgreSQL refuses."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def too_long(*texts: str) -> str:
    """Why one of the texts is refused; empty when none is."""
    longest = max(len(text) for text in texts)
    if longest <= LONGEST:
        return ""
    return _("Ce texte compte %(n)d caractères, 8 000 au plus. Joignez le détail en document.") % {
        "n": longest
    }


def write_row(user: User, row: Row, revision: int, values: Mapping[str, object]) -> Row:
    """Write what was read at ``revision``; the same words twice are one writing.

    The caller holds the version: between the look and the writing nobody comes. Raises
    WrittenMeanwhile.
    """
    if row.pk is not None and all(getattr(row, name) == told for name, told in values.items()):
        return row
    if row.revision != revision:
        raise WrittenMeanwhile(row)
    for name, told in values.items():
        setattr(row, name, told)
    row.revision += 1
    row.edited_at, row.edited_by = timezone.now(), user
    row.save()
    return row


def chosen_of(told: str) -> tuple[str, int]:
    """``both:3``: which text to keep, on having read revision 3; empty without such a decision."""
    choice, _colon, seen = told.partition(":")
    return (choice, revision_of(seen)) if choice in ("both", "mine", "theirs") else ("", 0)


def revision_of(text: str) -> int:
    """The revision that a form names; 0 for anything else."""
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def settled_text(choice: str, mine: str, theirs: str) -> str:
    """The text that the person decided on."""
    return {"both": f"{theirs}\n\n{mine}".strip(), "theirs": theirs}.get(choice, mine)
