"""Keep reviewers from files they are tied to: log it, take the file back, give it to another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from inventory.grants.actions.review.assign import fill_seats
from inventory.grants.models.calls.applications import Application
from inventory.grants.models.calls.conflicted import conflict_q, ties_of_user
from inventory.grants.models.calls.published import Call
from inventory.grants.models.review.appointments import Appointment, Recusal
from inventory.grants.models.review.judgements import Assignment
from inventory.grants.rules.review.ties import Where, conflicts_of
from schools.actions.audit import record_action
from schools.models import User

WHY = "conflit d’intérêts"


def settle_conflicts(call: Call, by: User | None, now: dt.datetime) -> int:
    """Write down every conflict of the call's reviewers that is not yet; how many are new.

    Reading never waits for this: what a person may open is asked of the register each time.
    """
    found = 0
    with transaction.atomic():
        Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
        orphans: set[int] = set()
        for appointment in call.appointments.standing().select_related("user").order_by("pk"):
            new, lost = _settle(appointment, by, now)
            found += new
            orphans |= lost
        if orphans:
            fill_seats(call, by, now, only=orphans)
            _note_successors(call, orphans)
    return found


def conflicted_files(user: User, files: Iterable[Application]) -> dict[int, tuple[str, ...]]:
    """Application → the kinds of tie, for a person and files read with their site's school."""
    rows = {one.pk: one for one in files}
    links = set(
        Appointment.objects.filter(user=user, links__isnull=False).values_list(
            "call", "links__school"
        )
    )
    ties = ties_of_user(user)
    found = {}
    for pk, one in rows.items():
        school = one.site.school
        where = Where(school.pk, school.authority_id, one.site.municipality_id)
        if kinds := conflicts_of(ties, where, (one.call_id, school.pk) in links):
            found[pk] = kinds
    return found


def _settle(appointment: Appointment, by: User | None, now: dt.datetime) -> tuple[int, set[int]]:
    """What one reviewer is kept from: how many files are new, and which of them they held."""
    user = appointment.user
    sent = Application.objects.filter(call=appointment.call_id).sent()
    tied = list(sent.filter(conflict_q(user)).select_related("site__school").order_by("pk"))
    known = set(Recusal.objects.filter(user=user, application__in=tied).values_list("application"))
    kinds = conflicted_files(user, tied)
    new, lost = 0, set()
    for file in tied:
        held = Assignment.objects.standing().filter(application=file, appointment=appointment)
        taken = held.update(ended_at=now, end_why=WHY)
        if taken:
            lost.add(file.pk)
        if (file.pk,) in known:
            continue
        row = Recusal.objects.create(
            application=file,
            user=user,
            kinds=list(kinds.get(file.pk, ("declared",))),
            at=now,
            held=bool(taken),
        )
        new += 1
        record_action(by, "recuse_reviewer", row, after={"user": str(user), "kind": row.words})
    return new, lost


def _note_successors(call: Call, files: set[int]) -> None:
    """Who holds the file instead, beside the recusal."""
    for row in Recusal.objects.filter(application__in=files, held=True, given_to=None):
        heir = (
            Assignment.objects.standing()
            .filter(application=row.application_id, at__gte=row.at)
            .exclude(appointment__user=row.user_id)
            .order_by("-seat")
            .first()
        )
        if heir is not None:
            Recusal.objects.filter(pk=row.pk).update(given_to=heir.appointment.user_id)
