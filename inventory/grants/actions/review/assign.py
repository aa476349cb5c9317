"""Give files to reviewers: a proposal for a whole call, one by hand, one taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import asdict

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import require
from inventory.grants.access.review import can_review_calls
from inventory.grants.actions.review.refusals import ReviewRefused
from inventory.grants.models.calls.applications import Application, ApplicationState
from inventory.grants.models.calls.conflicted import conflict_q
from inventory.grants.models.calls.published import Call
from inventory.grants.models.review.appointments import Appointment
from inventory.grants.models.review.judgements import Assignment, Review
from inventory.grants.rules.calls.grid import read_grid
from inventory.grants.rules.review.assigning import Candidate, Choice, Lacking, Wanted, propose
from inventory.grants.rules.review.scores import ReviewFacts, reviews_needed
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Community, Teaching, User

DAYS_TO_JUDGE = 21


def assign_call(by: User, call: Call, now: dt.datetime) -> tuple[list[Choice], list[Lacking]]:
    """Fill every free seat of the call. Running it twice gives nobody a file twice."""
    require(can_review_calls(by))
    with transaction.atomic():
        Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
        return fill_seats(call, by, now)


def fill_seats(
    call: Call, by: User | None, now: dt.datetime, only: Collection[int] | None = None
) -> tuple[list[Choice], list[Lacking]]:
    """The same within a transaction that holds the call; ``only``: these files."""
    files = Application.objects.filter(call=call, state=ApplicationState.SUBMITTED)
    if only is not None:
        files = files.filter(pk__in=only)
    people = list(call.appointments.standing().select_related("user").order_by("pk"))
    wanted = _wanted(list(files.select_related("site__school", "version").order_by("pk")), people)
    chosen, lacking = propose([one for one in wanted if one.seats > 0], _candidates(people))
    for choice in chosen:
        why = {
            key: value for key, value in asdict(choice).items() if key not in {"file", "reviewer"}
        }
        _give(choice.file, choice.reviewer, by, now, why)
    return chosen, lacking


def assign_by_hand(by: User, application: Application, pk: int, now: dt.datetime) -> Assignment:
    """Give a file to one reviewer. Raises ReviewRefused: a conflict, or held already."""
    require(can_review_calls(by))
    with transaction.atomic():
        Call.objects.select_for_update(of=("self",)).get(pk=application.call_id)
        person = application.call.appointments.standing().filter(pk=pk).first()
        if person is None:
            raise ReviewRefused(_("Cette personne n’est pas désignée pour cet appel."))
        if application.state != ApplicationState.SUBMITTED:
            raise ReviewRefused(_("Ce dossier n’attend plus d’examen."))
        if Application.objects.filter(pk=application.pk).filter(conflict_q(person.user)).exists():
            raise ReviewRefused(_("%(who)s a un lien avec cette école.") % {"who": person.user})
        held = Assignment.objects.standing().filter(application=application, appointment=person)
        if (known := held.first()) is not None:
            return known
        return _give(application.pk, person.pk, by, now, {})


def take_back(by: User, pk: int, why: str, now: dt.datetime) -> Assignment:
    """Take a file from a reviewer who has not frozen it. Needs a reason."""
    require(can_review_calls(by))
    if not why.strip():
        raise ReviewRefused(_("Dites pourquoi vous reprenez ce dossier."))
    with transaction.atomic():
        row = Assignment.objects.select_for_update(of=("self",)).get(pk=pk)
        if row.ended_at is not None:
            return row
        if Review.objects.frozen().filter(assignment=row).exists():
            raise ReviewRefused(_("Cet examen est figé\u00a0: il reste au dossier."))
        row.ended_at, row.end_why = now, why[:300]
        row.save(update_fields=["ended_at", "end_why"])
        after = {"user": str(row.appointment.user)}
        record_action(by, "take_back_file", row, after=after, why=why)
        announce("review", row.application_id, site=None)
    return row


def _give(
    file: int, reviewer: int, by: User | None, now: dt.datetime, why: dict[str, object]
) -> Assignment:
    last = Assignment.objects.filter(application=file).aggregate(n=Max("seat"))["n"] or 0
    row = Assignment.objects.create(
        application_id=file,
        appointment_id=reviewer,
        seat=last + 1,
        why=why,
        by=by,
        at=now,
        due_on=timezone.localdate(now) + dt.timedelta(days=DAYS_TO_JUDGE),
    )
    record_action(by, "give_file", row, after={"user": str(row.appointment.user)})
    announce("review", file, site=None)
    return row


def _candidates(people: Sequence[Appointment]) -> list[Candidate]:
    loads: dict[int, int] = {}
    for key in (
        Assignment.objects.standing()
        .filter(appointment__in=people)
        .values_list("appointment", flat=True)
    ):
        loads[key] = loads.get(key, 0) + 1
    return [
        Candidate(
            key=one.pk,
            skills=frozenset(one.skills),
            languages=frozenset(one.languages),
            levels=frozenset(one.levels),
            load=loads.get(one.pk, 0),
            max_load=one.max_load,
            declared=one.declared_at is not None,
        )
        for one in people
    ]


def _wanted(files: Sequence[Application], people: Sequence[Appointment]) -> list[Wanted]:
    keys = [file.pk for file in files]
    conflicted: dict[int, set[int]] = {}
    for person in people:
        tied = Application.objects.filter(pk__in=keys).filter(conflict_q(person.user))
        for key in tied.values_list("pk", flat=True):
            conflicted.setdefault(key, set()).add(person.pk)
    levels: dict[int, set[str]] = {}
    sites = {file.site_id for file in files}
    for site, level in Teaching.objects.filter(site__in=sites).values_list("site", "level"):
        levels.setdefault(site, set()).add(level)
    held: dict[int, list[Assignment]] = {}
    rows = Assignment.objects.filter(application__in=keys).select_related("appointment")
    for row in rows:
        held.setdefault(row.application_id, []).append(row)
    frozen = frozen_reviews(keys)
    return [
        _wanted_of(
            file,
            conflicted.get(file.pk, set()),
            levels.get(file.site_id, set()),
            held.get(file.pk, []),
            frozen.get(file.pk, []),
        )
        for file in files
    ]


def _wanted_of(
    file: Application,
    conflicted: set[int],
    levels: set[str],
    rows: Sequence[Assignment],
    frozen: Sequence[ReviewFacts],
) -> Wanted:
    standing = [row for row in rows if row.ended_at is None]
    return Wanted(
        key=file.pk,
        language="de" if file.site.school.community == Community.DG else "fr",
        levels=frozenset(levels),
        seats=needed_for(file, frozen) - len(standing),
        conflicted=frozenset(conflicted),
        taken=frozenset(row.appointment_id for row in rows),
        covered=frozenset(skill for row in standing for skill in row.appointment.skills),
    )


def needed_for(file: Application, frozen: Sequence[ReviewFacts]) -> int:
    """How many reviews the file needs as things stand."""
    version = file.version
    return reviews_needed(
        read_grid(version.grid), frozen, version.min_reviews, version.divergence_points
    )


def frozen_reviews(files: Collection[int]) -> dict[int, list[ReviewFacts]]:
    """Application → its frozen reviews by seat."""
    found: dict[int, list[ReviewFacts]] = {}
    rows = Review.objects.counting().filter(assignment__application__in=files)
    for row in rows.select_related("assignment").order_by("assignment__seat"):
        found.setdefault(row.assignment.application_id, []).append(
            ReviewFacts(
                row.assignment.seat,
                row.marks,
                {"pedagogical": bool(row.pedagogical), "technical": bool(row.technical)},
            )
        )
    return found
