"""Appoint who judges the files of a call; change what they can judge; let them go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.access import require
from inventory.grants.access.review import can_be_appointed, can_review_calls
from inventory.grants.actions.review.refusals import ReadMeanwhile, ReviewRefused
from inventory.grants.actions.review.settle_conflicts import settle_conflicts
from inventory.grants.models.calls.published import Call
from inventory.grants.models.review.appointments import Appointment
from inventory.grants.models.review.judgements import ReviewState
from schools.actions.audit import record_action
from schools.models import User

FIELDS = ("skills", "languages", "levels", "max_load", "workplace")


def appoint(
    by: User, call: Call, person: User, values: Mapping[str, Any], now: dt.datetime
) -> Appointment:
    """Somebody judges files of that call. A second click gives the first appointment."""
    require(can_review_calls(by))
    require(can_be_appointed(person))
    with transaction.atomic():
        row, new = Appointment.objects.get_or_create(
            call=call,
            user=person,
            defaults={"appointed_by": by, "appointed_at": now, **_only(values)},
        )
        if not new and row.ended_at is None:
            return row
        if not new:
            _write(row, {**_only(values), "ended_at": None})
        after = {"user": str(person), **_told(values)}
        record_action(by, "appoint_reviewer", row, after=after)
        settle_conflicts(call, by, now)
    row.refresh_from_db()
    return row


def change_appointment(
    by: User, pk: int, values: Mapping[str, Any], seen: int, now: dt.datetime
) -> Appointment:
    """Other skills, levels, languages, load or workplace. Raises ReadMeanwhile."""
    require(can_review_calls(by))
    with transaction.atomic():
        row = Appointment.objects.select_for_update(of=("self",)).get(pk=pk)
        if row.version != seen:
            raise ReadMeanwhile(
                _("Quelqu’un vient de modifier cette désignation\u00a0: relisez-la.")
            )
        before = _told({name: getattr(row, name) for name in FIELDS})
        after = _told(values)
        if before == after:
            return row
        _write(row, _only(values))
        changed = [name for name in after if before[name] != after[name]]
        record_action(
            by,
            "change_reviewer",
            row,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
        settle_conflicts(row.call, by, now)
    return row


def end_appointment(by: User, pk: int, why: str, now: dt.datetime) -> Appointment:
    """Nobody is given files to them any more; those not yet frozen go back. Needs a reason."""
    require(can_review_calls(by))
    if not why.strip():
        raise ReviewRefused(_("Dites pourquoi cette désignation prend fin."))
    with transaction.atomic():
        row = Appointment.objects.select_for_update(of=("self",)).get(pk=pk)
        if row.ended_at is not None:
            return row
        _write(row, {"ended_at": now})
        held = row.assignments.standing().exclude(review__state=ReviewState.FROZEN)
        held.update(ended_at=now, end_why=why[:300])
        record_action(by, "end_reviewer", row, after={"user": str(row.user)}, why=why)
    return row


def _write(row: Appointment, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*values, "version"])


def _only(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in FIELDS if name in values}


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """As the journal keeps it."""
    return {
        name: ", ".join(value) if isinstance(value, list | tuple) else _plain(value)
        for name, value in _only(values).items()
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)
