"""The survey of a class: what each pupil has at home, and requests for those who lack something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.equity.requests import can_prepare
from byod.actions.equity.ask_request import Wants, ask_request
from byod.models.equity.requests import AskedBy, LoanRequest, RequestState
from byod.models.equity.surveys import EquipmentSurvey
from byod.models.people.members import (
    UNCONNECTED,
    UNEQUIPPED,
    Equipment,
    Member,
    SchoolClass,
)
from byod.rules.equity.years import school_year
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.models import User


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What was written."""

    changed: int
    asked: int


@transaction.atomic
def note_survey(
    user: User, school_class: int, told: Mapping[int, str], *, ask: bool = True
) -> Surveyed:
    """Write what each pupil has; ``ask``: make the requests of those who lack something.

    ``told``: pupil → a value of Equipment. Pupils who are not told keep what is known. Raises
    SchoolClass.DoesNotExist where unseen, DecisionRefused, DecisionImpossible.
    """
    seen = SchoolClass.objects.visible_to(user).select_related("site__school")
    here = seen.select_for_update(of=("self",)).get(pk=school_class)
    require(can_prepare(user, here.site))
    if set(told.values()) - set(Equipment.values):
        raise DecisionImpossible(_("Choisissez une des réponses proposées."))
    pupils = Member.objects.present().pupils().filter(school_class=here, pk__in=told)
    rows = list(pupils.select_for_update(of=("self",)).order_by("pk"))
    changed = [row for row in rows if row.equipment != told[row.pk]]
    for row in changed:
        row.equipment = Equipment(told[row.pk])
    Member.objects.bulk_update(changed, ["equipment"])
    EquipmentSurvey.objects.update_or_create(
        school_class=here, defaults={"noted_at": timezone.now(), "noted_by": user}
    )
    # how many of a class have what is a small count: the journal tells the class alone
    record_action(user, "note_survey", here, site=here.site)
    return Surveyed(len(changed), _ask(user, rows) if ask else 0)


def _ask(user: User, rows: list[Member]) -> int:
    """A request for each who lacks something and has none this year."""
    year = school_year(timezone.localdate())
    settled = (RequestState.WITHDRAWN,)
    known = set(
        LoanRequest.objects.filter(member__in=[row.pk for row in rows], year=year)
        .exclude(state__in=settled)
        .values_list("member", flat=True)
    )
    asked = 0
    for row in rows:
        wants = wants_of(row.equipment)
        if wants is None or row.pk in known:
            continue
        ask_request(row, wants, by=user, asked_by=AskedBy.SURVEY)
        asked += 1
    return asked


def wants_of(equipment: str) -> Wants | None:
    """What a pupil needs by what is at home; None: nothing, or nobody knows."""
    device, line = equipment in UNEQUIPPED, equipment in UNCONNECTED
    return Wants(device=device, charger=device, line=line) if device or line else None
