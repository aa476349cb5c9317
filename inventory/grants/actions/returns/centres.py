"""Resource centres, and the advisers who validate for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.returns import can_keep_centres
from inventory.grants.models.returns.resources import CentreValidator, ResourceCentre
from schools.actions.audit import record_action
from schools.models import User


def keep_centre(user: User, row: ResourceCentre, values: Mapping[str, Any]) -> ResourceCentre:
    """Add a centre, or change one; its key stays."""
    require(can_keep_centres(user))
    new = row.pk is None
    for name, value in values.items():
        if name != "key" or new:
            setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
            after = {name: str(getattr(row, name) or "") for name in values}
            record_action(user, f"{'add' if new else 'change'}_centre", row, after=after)
    except IntegrityError as error:
        raise DecisionImpossible(_("Un centre porte déjà cette clé.")) from error
    return row


def name_validator(user: User, centre: ResourceCentre, email: str) -> CentreValidator:
    """Let a pedagogical adviser with an account validate for the centre."""
    require(can_keep_centres(user))
    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        raise DecisionImpossible(
            _("Personne n’a de compte à cette adresse\u00a0: invitez-la d’abord.")
        )
    with transaction.atomic():
        row, new = CentreValidator.objects.get_or_create(
            centre=centre, person=person, ended_at=None, defaults={"by": user}
        )
        if new:
            record_action(user, "name_validator", centre, after={"person": str(person)})
    return row


def end_validator(user: User, row: CentreValidator, now: dt.datetime) -> None:
    """From now on the person validates no more; what was validated stays."""
    require(can_keep_centres(user))
    with transaction.atomic():
        ended = CentreValidator.objects.filter(pk=row.pk, ended_at=None).update(ended_at=now)
        if ended:
            record_action(user, "end_validator", row.centre, after={"person": str(row.person)})
