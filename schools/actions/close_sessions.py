from __future__ import annotations

from django.db import transaction

from schools.actions.audit import record_action
from schools.models import Session, User


def close_other_sessions(person: User, kept: str | None, actor: User | None = None) -> int:
    """End every session of the person but the one of that key. Returns how many ended.

    ``actor`` where somebody else does it: an administrator.
    """
    with transaction.atomic():
        others = Session.sessions.of(person).exclude(session_key=kept)
        ended, _by_model = others.delete()
        if ended:
            record_action(actor or person, "close_sessions", person, after={"ended": ended})
    return ended
