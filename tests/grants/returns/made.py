"""What projects owe and gave back, for tests, made through the actions."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from django.utils import timezone

from inventory.grants.actions.returns.deposit import (
    add_file,
    deposit,
    start_resource,
    write_resource,
)
from inventory.grants.actions.returns.judge import CHECKS, accept, publish
from inventory.grants.actions.returns.obligations import note_obligation
from inventory.grants.models.calls.awards import Award
from inventory.grants.models.returns.obligations import Obligation
from inventory.grants.models.returns.resources import Resource, ResourceCentre
from schools.models import Site, User
from tests.grants.calls.made import make_application, make_award, make_call, make_kit_version

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def make_centre(key: str = "e-classe") -> ResourceCentre:
    """Found where it is there already."""
    row, _ = ResourceCentre.objects.get_or_create(key=key, defaults={"name": f"Centre {key}"})
    return row


def make_owing(site: Site, by: User, *, owed: int = 1, months: int = 12, **call: Any) -> Award:
    """An award of a call that asks for resources back."""
    call_row = make_call(returns_owed=owed, returns_due_months=months, per_site=0, **call)
    kit = make_kit_version()
    return make_award(make_application(call_row, site, by, kit=kit), by)


def make_obligation(site: Site, by: User, **extra: Any) -> Obligation:
    row = note_obligation(make_owing(site, by, **extra))
    assert row is not None
    return row


def answers(**changes: Any) -> dict[str, Any]:
    """All that is asked of a resource."""
    told: dict[str, Any] = {
        "title": "Le journal de la classe en ligne",
        "description": "Six séances pour écrire, relire et publier.",
        "audiences": ["p5-p6"],
        "subjects": ["fr", "num"],
        "kind": "scenario",
        "minutes": 300,
        "language": "fr",
        "keywords": ["journal", "écriture"],
        "authors": ["Claire Exemple"],
        "authors_agree": True,
        "prerequisites": "Savoir taper un texte court.",
        "needs": "Un portable par deux élèves.",
        "aids": ["readable"],
        "aids_text": "",
        "may_change": "alike",
        "may_sell": "no",
        "material": "own",
        "credits": "",
        "no_pupils": True,
        "link": "",
        "centre": make_centre(),
    }
    return told | changes


def make_resource(
    obligation: Obligation,
    by: User,
    state: str = "deposited",
    judge: User | None = None,
    **told: Any,
) -> Resource:
    """As far as ``state``: draft, deposited, accepted or published."""
    now = timezone.now()
    resource = start_resource(by, obligation, now)
    assert resource.newest is not None
    write_resource(by, resource, answers(**told), resource.newest.version)
    add_file(by, resource, io.BytesIO(PDF), len(PDF), "journal.pdf")
    if state != "draft":
        deposit(by, resource, now)
    if state in {"accepted", "published"}:
        assert judge is not None
        accept(judge, resource, [*CHECKS], "", now)
    if state == "published":
        assert judge is not None
        publish(judge, resource, now)
    resource.refresh_from_db()
    return resource


def days_ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)
