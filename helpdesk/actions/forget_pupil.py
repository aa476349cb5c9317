"""What was written about a damaged device forgets its pupil with the loan (ADR 051).

Loans call it by name (``settings.PUPILS_FORGOTTEN``), once, while the names are still known. The
ticket stays with its moments, priority and mode: no figure changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from byod.rules.privacy.naming import without
from helpdesk.models import Comment, Ticket, TicketEvent, VisualCheck


@transaction.atomic
def forget_pupil(damage: int, words: Sequence[str]) -> int:
    """Take these words out of the tickets of a damage. How many texts said one of them."""
    changed = 0
    for ticket in Ticket.objects.filter(damages__damage=damage).select_for_update(of=("self",)):
        changed += _clean(ticket, words, "title")
        for comment in Comment.objects.filter(ticket=ticket):
            changed += _clean(comment, words, "body")
        for event in TicketEvent.objects.filter(ticket=ticket):
            changed += _clean(event, words, "data")
        for check in VisualCheck.objects.filter(ticket=ticket):
            changed += _clean(check, words, "note", "answers")
    return changed


def _clean(row: Any, words: Sequence[str], *fields: str) -> bool:
    """Whether the row said one of the words; it does no more."""
    told = {name: _plain(getattr(row, name), words) for name in fields}
    if all(getattr(row, name) == value for name, value in told.items()):
        return False
    for name, value in told.items():
        setattr(row, name, value)
    row.save(update_fields=list(told))
    return True


def _plain(value: Any, words: Sequence[str]) -> Any:
    """A text, or what JSON keeps texts in."""
    if isinstance(value, str):
        return without(value, words)
    if isinstance(value, dict):
        return {key: _plain(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one, words) for one in value]
    return value
