from __future__ import annotations

from collections.abc import Callable

from schools.access import require
from schools.access_people import can_unlock
from schools.actions.audit import record_action
from schools.models import User


def unlock_sign_in(actor: User, person: User, forget: Callable[[], None]) -> None:
    """Let somebody try again before the time is over. ``forget`` clears what was counted.

    Raises SignatureRefused with the reason.
    """
    require(can_unlock(actor, person))
    forget()
    record_action(actor, "unlock_sign_in", person)
