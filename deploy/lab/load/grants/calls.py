"""Calls of the demo: one decided last year, one to be judged, one open, a programme, a draft."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from deploy.lab.load.grants import calls_texts as texts
from inventory.grants.actions.calls.hold import moment
from inventory.grants.actions.calls.publish_call import publish_call
from inventory.grants.actions.calls.sent_content import content_of
from inventory.grants.actions.calls.start_application import add_author, start_application
from inventory.grants.actions.calls.write_answer import write_answer
from inventory.grants.actions.calls.write_call import copy_call, start_call
from inventory.grants.models.calls.applications import (
    Answer,
    Application,
    ApplicationMove,
    ApplicationState,
    AskedKit,
)
from inventory.grants.models.calls.awards import Award, AwardedKit
from inventory.grants.models.calls.files import Submission
from inventory.grants.models.calls.forms import FormVersion, ReferenceCounter
from inventory.grants.models.calls.published import Call, CallMode, CallState, CallVersion
from inventory.models import KitVersion
from inventory.models.declarations import fingerprint
from schools.models import RoleKind, Site, User

State = ApplicationState
DAY = dt.timedelta(days=1)


def load_calls(sites: Mapping[str, Site]) -> None:
    """Write it once; a second run finds it and leaves it."""
    officer = User.objects.filter(email="odile@preau.example").first()
    kits = list(KitVersion.objects.offered(timezone.localdate()).order_by("-price", "pk"))
    if officer is None or not kits or Call.objects.exists():
        return
    now = moment()
    schools = [site for site in sites.values() if site.closed_on is None]
    past = _call(officer, "Classes mobiles", "Mobile Klassen", (now - 420 * DAY, now - 365 * DAY))
    _send_all(past, officer, schools[:4], kits, now - 370 * DAY)
    _decide(past, officer, now - 330 * DAY)
    closed = _call(
        officer, "Écrire, dire, publier", "Schreiben, sprechen, veröffentlichen",
        (now - 60 * DAY, now - 2 * DAY),
    )  # fmt: skip
    _send_all(closed, officer, schools, kits, now - 4 * DAY)
    opened = _call(officer, "Classes mobiles", "Mobile Klassen", (now - 20 * DAY, now + 12 * DAY))
    _drafts(opened, sites, kits, now)
    _call(
        officer, "Équiper pas à pas", "Schritt für Schritt ausstatten",
        (now - 40 * DAY, now + 900 * DAY), mode=CallMode.ENTITLEMENT,
    )  # fmt: skip
    copy_call(officer, opened.pk, now)


def _call(
    officer: User,
    title_fr: str,
    title_de: str,
    span: tuple[dt.datetime, dt.datetime],
    mode: str = CallMode.COMPETITION,
) -> Call:
    """A published call whose dates may lie in the past."""
    opens, closes = (timezone.localtime(one).replace(microsecond=0) for one in span)
    began = opens - 7 * DAY
    call = start_call(officer, mode, title_fr, began)
    version = call.versions.get()
    entitlement = mode == CallMode.ENTITLEMENT
    CallVersion.objects.filter(pk=version.pk).update(
        title_fr=f"{title_fr} {opens.year}" if not entitlement else title_fr,
        title_de=f"{title_de} {opens.year}" if not entitlement else title_de,
        summary_fr="Des kits prêts à l’emploi pour un projet de classe, et une équipe formée.",
        summary_de="Fertige Kits für ein Klassenprojekt und ein geschultes Team.",
        rules_fr=texts.RULES_FR,
        rules_de=texts.RULES_DE,
        opens_at=opens.replace(hour=9, minute=0, second=0),
        closes_at=closes.replace(hour=12, minute=0, second=0),
        budget=Decimal(0) if entitlement else Decimal(60_000),
        eligibility=[{"fact": "supervision"}],
        grid=texts.GRID,
        ranking=texts.RANKING,
        decision_texts=texts.DECISIONS,
        uses_right=entitlement,
        per_site=0 if entitlement else 1,
        returns_owed=1,
    )
    FormVersion.objects.filter(pk=version.form_id).update(content=texts.FORM)
    publish_call(officer, call.pk, version.revision, began)
    call.refresh_from_db()
    return call


def _send_all(
    call: Call, officer: User, sites: Sequence[Site], kits: Sequence[KitVersion], at: dt.datetime
) -> None:
    for n, site in enumerate(sites):
        title, aims, answers = texts.ANSWERS[n % len(texts.ANSWERS)]
        author, head = _author(site, officer), _head(site)
        row = start_application(author, call.pk, site, title, at - 9 * DAY) if _writes(
            author, site
        ) else _started(call, site, officer, title, at - 9 * DAY)  # fmt: skip
        _answer(row, author, {"objectifs": aims, "rangement": "local", **answers}, at)
        _ask(row, kits[n % len(kits)], 1 + n % 3)
        _sent(row, head or author, at + n * dt.timedelta(hours=5))


def _writes(person: User, site: Site) -> bool:
    return bool(person.role_kinds & {RoleKind.CONTACT, RoleKind.HEAD, RoleKind.AUTHORITY})


def _author(site: Site, otherwise: User) -> User:
    """The contact person of the site, its head, or who stands in for a school without any."""
    for where in ({"site": site}, {"school": site.school_id}):
        found = User.objects.filter(
            **{f"roles__{name}": value for name, value in where.items()},
            roles__kind__in=[RoleKind.CONTACT, RoleKind.HEAD],
        )
        if (person := found.order_by("pk").first()) is not None:
            return person
    return otherwise


def _head(site: Site) -> User | None:
    found = User.objects.filter(roles__kind=RoleKind.HEAD, roles__school=site.school_id)
    return found.order_by("pk").first()


def _started(call: Call, site: Site, by: User, title: str, at: dt.datetime) -> Application:
    """A file of a school that has no account in the demo."""
    version: Any = call.current
    return Application.objects.create(
        call=call, version=version, form=version.form, site=site, title=title,
        reference=f"D-{at.year}-{ReferenceCounter.take('D', at.year):04d}",
        started_at=at, changed_at=at,
    )  # fmt: skip


def _answer(row: Application, by: User, answers: Mapping[str, Any], at: dt.datetime) -> None:
    depart = f"{(at + 90 * DAY).date():%Y-%m-%d}"
    Answer.objects.bulk_create(
        Answer(application=row, question=key, value=value, edited_by=by, edited_at=at)
        for key, value in {**answers, "depart": depart}.items()
    )


def _ask(row: Application, kit: KitVersion, quantity: int) -> None:
    AskedKit.objects.create(
        application=row, kit_version=kit, quantity=quantity, unit_price=kit.price
    )
    Answer.objects.create(application=row, question="kits", value={str(kit.pk): quantity})
    row.amount = kit.price * quantity
    Application.objects.filter(pk=row.pk).update(amount=row.amount)


def _sent(row: Application, by: User, at: dt.datetime) -> None:
    """Signed and sent at that moment, as the actions would have written it then."""
    signed = at - dt.timedelta(hours=20)
    Application.objects.filter(pk=row.pk).update(
        state=State.SUBMITTED, validated_at=signed, validated_by=by, countersigned_at=signed,
        submitted_at=at, submitted_by=by, changed_at=at,
    )  # fmt: skip
    row.refresh_from_db()
    for before, after, when in (
        (State.DRAFT, State.VALIDATED, signed),
        (State.VALIDATED, State.COUNTERSIGNED, signed),
        (State.COUNTERSIGNED, State.SUBMITTED, at),
    ):
        ApplicationMove.objects.create(
            application=row, before=before, after=after, at=when, by=by, by_text=str(by)
        )
    content = content_of(row, by, at)
    Submission.objects.create(
        application=row, number=1, version=row.version, at=at, by=by, by_text=str(by),
        amount=row.amount, content=content, sha256=fingerprint(content), mailed_at=at,
    )  # fmt: skip


def _decide(call: Call, officer: User, at: dt.datetime) -> None:
    """Three of four were awarded; the results are public."""
    for n, row in enumerate(call.applications.order_by("submitted_at")):
        refused = n == 2
        state = State.REFUSED if refused else State.AWARDED
        why = "Le dossier décrit le matériel, pas ce qu’en feront les élèves." if refused else ""
        Application.objects.filter(pk=row.pk).update(state=state, why=why, changed_at=at)
        ApplicationMove.objects.create(
            application=row, before=State.SUBMITTED, after=state, at=at, by=officer,
            by_text=str(officer), why=why,
        )  # fmt: skip
        if not refused:
            _award(row, officer, at)
    Call.objects.filter(pk=call.pk).update(state=CallState.DECIDED)


def _award(row: Application, officer: User, at: dt.datetime) -> None:
    award = Award.objects.create(
        application=row, amount=row.amount, decided_at=at, decided_by=officer,
        decided_by_text=str(officer),
    )  # fmt: skip
    for asked in row.asked_kits.all():
        AwardedKit.objects.create(
            award=award, kit_version_id=asked.kit_version_id, quantity=asked.quantity,
            unit_price=asked.unit_price,
        )  # fmt: skip


def _drafts(
    call: Call, sites: Mapping[str, Site], kits: Sequence[KitVersion], now: dt.datetime
) -> None:
    """Moulin writes with two people, one answer still missing; Kastanienhof has just begun."""
    for slug, n in (("moulin", 0), ("kastanienhof", 3)):
        site = sites.get(slug)
        author = _author(site, User()) if site else None
        if site is None or author is None or author.pk is None:
            continue
        title, aims, answers = texts.ANSWERS[n]
        row = start_application(author, call.pk, site, title, now - 3 * DAY)
        write_answer(author, row.pk, "objectifs", {"value": [aims]}, 0)
        if slug != "moulin":
            continue
        head = _head(site)
        if head is not None and head != author:
            add_author(head, row.pk, head.pk, now - 3 * DAY)
        write_answer(author, row.pk, "classes", {"value": [answers["classes"]]}, 0)
        write_answer(author, row.pk, "disciplines", {"value": answers["disciplines"]}, 0)
        write_answer(author, row.pk, "kits", {f"value-{kits[0].pk}": ["1"]}, 0)
