from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from schools.actions.audit import record_action
from schools.models import User


def accept_invitation(
    person: User, full_name: str, password: str, used: Callable[[], None]
) -> User:
    """Give an invited person their name and password. ``used`` marks the invitation, or raises.

    It is called inside the transaction, with the person locked: of two tabs that finish the same
    invitation, the second meets what the first one wrote.
    """
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=person.pk)
        used()
        locked.full_name = full_name
        locked.set_password(password)
        locked.save(update_fields=["full_name", "password"])
        record_action(locked, "accept_invitation", locked)
    return locked
