"""The demo of reviews: a closed call judged and ranked, another on the reviewers' desks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Count, Q
from django.utils import timezone

from deploy.lab.accounts import PASSWORD
from inventory.grants.actions.review.appoint import appoint
from inventory.grants.actions.review.ask_question import ask_question
from inventory.grants.actions.review.assign import assign_call
from inventory.grants.actions.review.declare_links import declare_links
from inventory.grants.actions.review.make_run import keep_variant, make_run
from inventory.grants.actions.review.save_review import freeze_review, save_draft
from inventory.grants.models.calls.applications import (
    Answer,
    Application,
    ApplicationState,
    AskedKit,
)
from inventory.grants.models.calls.forms import FormVersion, ReferenceCounter
from inventory.grants.models.calls.published import Call, CallMode, CallState, CallVersion
from inventory.grants.models.review.appointments import Appointment
from inventory.grants.models.review.judgements import Assignment, ReviewState
from inventory.grants.rules.calls.grid import read_grid
from inventory.grants.rules.review.trial import Trial
from schools.models import Role, RoleKind, Site, User

BOTH = ["pedagogical", "technical"]
REVIEWERS: tuple[tuple[str, str, list[str], list[str]], ...] = (
    ("Nadia Warnier", "nadia@preau.example", BOTH, ["fr"]),
    ("Luc Piron", "luc@preau.example", BOTH, ["fr", "de"]),
    ("Irène Thill", "irene@preau.example", ["pedagogical"], ["fr", "de"]),
    ("Joseph Schmitz", "joseph@preau.example", ["technical"], ["fr", "de"]),
)
"""The first has an account on the sign-in page; all have its password."""
COMMENTS = (
    "Les objectifs sont observables et tiennent compte des élèves sans appareil.",
    "Le lien avec le cours est clair ; précisez comment l’équipe se forme.",
    "Le rangement et la recharge sont prévus, le WiFi de la salle a été vérifié.",
    "Le projet décrit le matériel plus que ce que les élèves en feront.",
)


def load_review(sites: Mapping[str, Site]) -> None:
    """Write it once; a second run finds it and leaves it."""
    officer = User.objects.filter(email="odile@preau.example").first()
    call = _closed_call()
    if officer is None or call is None or Appointment.objects.exists():
        return
    people = [_reviewer(*told[:2]) for told in REVIEWERS]
    now = timezone.now()
    _judge(call, officer, people, now)
    run = make_run(officer, call, now)
    budget = run.version.budget
    keep_variant(officer, run, Trial(budget=budget * 5 / 4), "Un quart de budget en plus", now)
    _on_the_desks(call, officer, people, now)


def _closed_call() -> Call | None:
    """The last competition that is closed and whose files all wait for a review."""
    waits = Q(applications__state=ApplicationState.SUBMITTED)
    rows = Call.objects.filter(
        mode=CallMode.COMPETITION,
        state=CallState.PUBLISHED,
        current__closes_at__lte=timezone.now(),
    )
    return rows.annotate(n=Count("applications", filter=waits)).filter(n__gte=3).last()


def _reviewer(name: str, email: str) -> User:
    user, new = User.objects.get_or_create(email=email, defaults={"full_name": name})
    if new:
        User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD))
    Role.objects.get_or_create(
        user=user, kind=RoleKind.REVIEWER, region=True, defaults={"from_on": dt.date(2025, 9, 1)}
    )
    return User.objects.get(pk=user.pk)


def _appoint(call: Call, officer: User, people: list[User], now: dt.datetime) -> list[Appointment]:
    return [
        appoint(officer, call, person, {"skills": skills, "languages": languages}, now)
        for person, (_name, _email, skills, languages) in zip(people, REVIEWERS, strict=True)
    ]


def _judge(call: Call, officer: User, people: list[User], now: dt.datetime) -> None:
    """Everybody declares; Nadia recognises a school among her files, which goes to another. Every
    file is judged twice, or three times where two part."""
    rows = _appoint(call, officer, people, now)
    for person, row in zip(people, rows, strict=True):
        declare_links(person, row.pk, [], now, none=True)
    assign_call(officer, call, now)
    hers = Assignment.objects.standing().filter(appointment=rows[0]).order_by("pk").first()
    if hers is not None:
        school = hers.application.site.school
        declare_links(people[0], rows[0].pk, [school], now, none=False)
    while True:
        waiting = Assignment.objects.standing().filter(application__call=call)
        seat = waiting.exclude(review__state=ReviewState.FROZEN).order_by("pk").first()
        if seat is None:
            return
        _write(seat, now)


def _write(seat: Assignment, now: dt.datetime) -> None:
    """A frozen review whose marks follow from the file and the seat: the same each time."""
    person = seat.appointment.user
    row = save_draft(person, seat.pk, _marks(seat), 1, now)
    freeze_review(person, seat.pk, row.revision, now)


def _marks(seat: Assignment) -> dict[str, Any]:
    grid = read_grid(seat.application.version.grid)
    n = int("".join(filter(str.isdecimal, seat.application.reference)) or 0)
    marks, comments = {}, {}
    for at, one in enumerate(grid.criteria):
        points = 2 + (n * 5 + at * 3 + n // 3) % 4 - ((n + at + seat.seat) % 3 == 0)
        marks[one.key] = max(points * one.max_points // 5, one.threshold)
        if at == 0:
            comments[one.key] = COMMENTS[(n + seat.seat) % len(COMMENTS)]
    weak = n % 7 == 5  # both reviewers say so: the plan of the network is missing
    if weak:
        technical = [one.key for one in grid.of_kind("technical")]
        comments |= dict.fromkeys(technical, "Le plan du réseau de la salle manque au dossier.")
    valid = {"pedagogical": True, "technical": not weak}
    return {"marks": marks, "comments": comments, **valid}


def _on_the_desks(source: Call, officer: User, people: list[User], now: dt.datetime) -> None:
    """A second call, closed last week: given out, begun, a question asked of the school."""
    call = _second_call(source, officer, now)
    rows = _appoint(call, officer, people, now)
    for person, row in zip(people, rows, strict=True):
        declare_links(person, row.pk, [], now, none=True)
    assign_call(officer, call, now)
    mine = Assignment.objects.standing().filter(application__call=call, appointment__user=people[0])
    seat = mine.select_related("application__version", "appointment__user").first()
    if seat is not None:
        values = _marks(seat)
        half = dict(list(values["marks"].items())[:2])
        save_draft(people[0], seat.pk, {"marks": half, "comments": values["comments"]}, 1, now)
        question = "Combien de prises et de points d’accès WiFi la salle du projet compte-t-elle ?"
        ask_question(people[0], seat.application, question, None, now)


def _second_call(source: Call, officer: User, now: dt.datetime) -> Call:
    """The same rules under another title, with the first files of the source."""
    old: Any = source.current
    year = timezone.localdate(now).year
    number = ReferenceCounter.take("AP", year)
    call = Call.objects.create(
        reference=f"AP-{year}-{number:02d}", mode=CallMode.COMPETITION, made_by=officer
    )
    form = FormVersion.objects.create(call=call, number=1, content=old.form.content)
    version = CallVersion.objects.get(pk=old.pk)
    version.pk, version.call, version.form, version.number = None, call, form, 1
    version.title_fr, version.title_de = (
        f"Robots et capteurs {year}",
        f"Roboter und Sensoren {year}",
    )
    version.opens_at, version.closes_at = now - dt.timedelta(days=45), now - dt.timedelta(days=7)
    version.published_at = now - dt.timedelta(days=50)
    version.save()
    FormVersion.objects.filter(pk=form.pk).update(published_at=version.published_at)
    Call.objects.filter(pk=call.pk).update(current=version, state=CallState.PUBLISHED)
    for n, file in enumerate(source.applications.order_by("reference")[:4]):
        _same_file(file, call, version, now - dt.timedelta(days=8, hours=n))
    return Call.objects.get(pk=call.pk)


def _same_file(file: Any, call: Call, version: CallVersion, at: dt.datetime) -> None:
    number = ReferenceCounter.take("D", at.year)
    row = Application.objects.create(
        call=call,
        version=version,
        form=version.form,
        site=file.site,
        reference=f"D-{at.year}-{number:04d}",
        title=file.title,
        amount=file.amount,
        project_head=file.project_head,
        started_by=file.started_by,
        started_at=at - dt.timedelta(days=9),
    )
    Answer.objects.bulk_create(
        Answer(application=row, question=one.question, value=one.value, edited_by=one.edited_by)
        for one in file.answers.all()
    )
    AskedKit.objects.bulk_create(
        AskedKit(
            application=row,
            kit_version_id=one.kit_version_id,
            quantity=one.quantity,
            unit_price=one.unit_price,
        )
        for one in file.asked_kits.all()
    )
    Application.objects.filter(pk=row.pk).update(
        state=ApplicationState.SUBMITTED, submitted_at=at, submitted_by=file.submitted_by
    )
