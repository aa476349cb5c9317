"""One of everything of this part of the grants, and how the walk of every URL finds it."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from inventory.grants.actions.rights.ledger import reserve
from inventory.grants.actions.rights.posting import Posting, moved, post, together
from inventory.grants.models.rights.corrections import Correction, CountingError
from inventory.grants.models.rights.ledger import (
    Account,
    Draw,
    DrawingRight,
    Entry,
    Movement,
    MovementKind,
)
from inventory.grants.models.rights.pools import Pool, PoolConsent
from inventory.grants.models.rights.programmes import Computation, Formula, Programme
from inventory.grants.rules.rights.computing import Facts, compute
from inventory.grants.rules.rights.formula import content_of
from inventory.grants.rules.rights.reading import read_formula
from inventory.grants.rules.rights.years import school_year
from schools.models import Site, User
from tests.grants.rights.formulas import PER_PUPIL

GUESSES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("mon-droit/ecole/", {"pk": "school"}),
    ("droits/calculs/", {"pk": "computation"}),
    ("droits/implantations/", {"pk": "site"}),
    ("/droit-de-tirage/", {"pk": "site"}),
    ("droits/formules/", {"pk": "formula", "with_pk": "formula"}),
    ("droits/programmes/", {"pk": "programme"}),
    ("droits/corrections/", {"pk": "correction"}),
    ("droits/comptages/", {"pk": "counting_error"}),
    ("droits/en-commun/", {"pk": "pool"}),
    ("droits/", {"pk": "right"}),
    ("drawing-rights/", {"pk": "right"}),
    ("right-movements/", {"pk": "movement"}),
    ("right-computations/", {"pk": "computation"}),
    ("right-programmes/", {"pk": "programme"}),
    ("right-formulas/", {"pk": "formula"}),
    ("right-corrections/", {"pk": "correction"}),
    ("counting-errors/", {"pk": "counting_error"}),
    ("right-pools/", {"pk": "pool"}),
)
"""Part of a route → what its parameters stand for, most precise first."""
SHARED: dict[str, str] = dict.fromkeys(
    (
        "grants:programme",
        "grants:programme_renew",
        "grants:release_year",
        "grants:formula_draft",
        "grants:formula",
        "grants:formula_compare",
        "grants:formula_simulation",
        "grants:formula_simulation_export",
        "grants:formula_simulation_export_xlsx",
        "grants:formula_simulation_export_ods",
        "grants:formula_adopt",
        "grants:formula_drop",
        "api:programme-detail",
        "api:formula-detail",
    ),
    "programmes and adopted formulas are the same for everybody",
)
"""URL names that belong to no school, and why."""
SEEN_THROUGH_ANOTHER: dict[str, str] = {
    "grants.Recount": "a figure of the platform, for the page of the rights and /metrics",
}
"""Models without ``visible_to``, and why none is needed."""


@dataclass
class RightsWorld:
    """What a site has of it."""

    programme: Programme
    formula: Formula
    right: DrawingRight
    movement: Movement
    computation: Computation
    counting_error: CountingError
    correction: Correction
    pool: Pool
    pool_consent: PoolConsent


def make_rights_world(site: Site, technician: User, name: str, made: dict[str, Any]) -> RightsWorld:
    """``made``: what the parts before it made at the same site, by name."""
    now, today = timezone.now(), timezone.localdate()
    right = give_right(site, Decimal(9000))
    formula = right.programme.formulas.get()
    facts = Facts({"secondaire": 540}, today.year)
    outcome = compute(read_formula(formula.content, right.programme.years), facts)
    computation = Computation.objects.create(
        programme=right.programme,
        formula=formula,
        site=site,
        year=school_year(today),
        inputs=facts.as_json(),
        outcome=outcome.as_json(),
        amount=outcome.amount,
    )
    movement = reserve(site, Decimal(100), "demo:1", f"demo:1:{site.pk}", technician, now)
    error = CountingError.objects.create(
        site=site,
        count_year=today.year,
        counted=612,
        claimed=620,
        text=f"Huit élèves de {name} manquent.",
        told_by_text="Direction",
    )
    correction = Correction.objects.create(
        right=right, amount=50, why=name, proposed_by=technician, proposed_by_text=str(technician)
    )
    pool = Pool.objects.create(
        programme=right.programme,
        authority=site.school.authority,
        opened_on=today,
        opened_by_text="PO",
        act="Délibération",
    )
    consent = PoolConsent.objects.create(
        pool=pool, school=site.school, given_on=today, given_by_text="Direction"
    )
    assert Draw.objects.filter(right=right).exists()
    assert Entry.objects.filter(right=right).exists()
    return RightsWorld(
        right.programme, formula, right, movement, computation, error, correction, pool, consent
    )


def make_programme(
    code: str = "essai", conditions: tuple[str, ...] = (), **content: Any
) -> Programme:
    """Four years from this one on, with an adopted formula; the same code finds it again."""
    programme, made = Programme.objects.get_or_create(
        code=code,
        defaults={
            "name": f"Programme {code}",
            "name_de": f"Programm {code}",
            "first_year": school_year(timezone.localdate()),
            "years": 4,
        },
    )
    if made:
        Formula.objects.create(
            programme=programme,
            number=1,
            label="1",
            content=content_of(
                read_formula({**PER_PUPIL, **content, "conditions": [*conditions]}, 4)
            ),
            adopted_at=timezone.now(),
            adopted_by_text="Odile",
            sha256=hashlib.sha256(code.encode()).hexdigest(),
        )
    return programme


def give_right(
    site: Site, released: Decimal, unreleased: Decimal = Decimal(0), **kept: Any
) -> DrawingRight:
    """A right of a site, usable now, with so much released; of another programme: ``code=``."""
    programme = make_programme(**kept)
    today = timezone.localdate()
    right = DrawingRight.objects.create(
        programme=programme,
        site=site,
        usable_from=today - dt.timedelta(days=30),
        usable_until=today + dt.timedelta(days=700),
    )
    parts = [(right.pk, released + unreleased)]
    moves = together(
        moved(parts, Account.GRANTED, Account.UNRELEASED),
        moved([(right.pk, released)], Account.UNRELEASED, Account.AVAILABLE),
    )
    key = f"grant:{programme.pk}:{site.pk}"
    post(Posting(MovementKind.GRANT, key, site, released + unreleased, moves), None, timezone.now())
    right.refresh_from_db()
    return right
