from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.actions.end_role import ConsequenceUntold, end_role, lock_role, lock_schools
from schools.actions.grant_role import grant_role
from schools.actions.invite_person import Guest, invite_person
from schools.gaps import gap_of, told
from schools.models import Invitation, Role, User


@transaction.atomic
def substitute_person(
    by: User, pk: int, *, new: User | Guest, on: dt.date, why: str = "", read: str = ""
) -> Role | Invitation:
    """Hand a role over in one act: it ends the day before ``on``, the other person's begins on it.

    Somebody whom the register shows to ``by`` has the role at once; an address is invited, and
    until it accepts nobody is in charge: that consequence must have been read (``read``). Raises
    what :func:`end_role`, :func:`grant_role` and :func:`invite_person` raise; nothing is half done.
    """
    role = lock_role(by, pk)
    lock_schools([role])
    if on < timezone.localdate():
        raise ValidationError({"on": _("Ce jour est passé. Choisissez aujourd’hui ou plus tard.")})
    if isinstance(new, User):
        made: Role | Invitation = grant_role(by, new, role.post, from_on=on, to_on=None, why=why)
    else:
        if (gap := gap_of(role, max(on, role.from_on))) and told([gap]) != read:
            raise ConsequenceUntold([gap])
        made = invite_person(by, new, role.post, from_on=on)
    end_role(by, pk, last_on=on - dt.timedelta(days=1), why=why, read=read)
    return made
