"""Write a programme and its formulas: drafted, checked on entry, adopted and then frozen."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.rights import can_keep_programmes
from inventory.grants.models.rights.programmes import Formula, Programme
from inventory.grants.rules.rights.formula import RightFormula, content_of
from inventory.grants.rules.rights.reading import read_formula
from schools.actions.audit import record_action
from schools.models import User

FIRST: dict[str, Any] = {
    "unit": {"kind": "eur"},
    "amount": {"minimum": "0", "threshold": 0, "per_pupil": "16.67"},
    "conditions": ["declaration"],
    "pooling": True,
}
"""What a new programme begins with: the cost reference of M40, a pupil and a year."""


def write_programme(
    user: User, *, code: str, name: str, name_de: str, first_year: int, years: int
) -> Programme:
    """Begin a programme, with a first draft of its formula. Raises DecisionRefused,
    DecisionImpossible."""
    require(can_keep_programmes(user))
    if Programme.objects.filter(code=code).exists():
        raise DecisionImpossible(_("Ce code sert déjà\u00a0: choisissez-en un autre."))
    with transaction.atomic():
        programme = Programme.objects.create(
            code=code, name=name, name_de=name_de, first_year=first_year, years=years
        )
        content = {**FIRST, "release": [{"share": "1", "on": "09-01"}] * years}
        _draft(user, programme, content)
        record_action(user, "write_programme", programme, after={"years": years})
    return programme


def renew_programme(user: User, former: Programme, *, code: str) -> Programme:
    """The same rules for as many years again, as a draft to look over."""
    last = formula_in_force(former) or former.formulas.first()
    begins = former.first_year + former.years
    programme = write_programme(
        user,
        code=code,
        name=f"{former.name} {begins}"[:120],
        name_de=f"{former.name_de} {begins}"[:120],
        first_year=begins,
        years=former.years,
    )
    if last is not None:
        Formula.objects.filter(programme=programme).update(content=last.content)
    return programme


def _draft(user: User, programme: Programme, content: Any, note: str = "") -> Formula:
    number = programme.formulas.count() + 1
    return Formula.objects.create(
        programme=programme,
        number=number,
        label=f"{programme.first_year}.{number}",
        content=content_of(read_formula(content, programme.years)),
        note=note,
        made_by=user,
    )


def draft_formula(user: User, programme: Programme) -> Formula:
    """The draft of a programme; begun as a copy of the version in force where there is none."""
    require(can_keep_programmes(user))
    with transaction.atomic():
        Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
        draft = programme.formulas.filter(adopted_at=None).first()
        if draft is None:
            last = formula_in_force(programme)
            draft = _draft(user, programme, last.content if last else FIRST)
            record_action(user, "draft_formula", draft)
    return draft


def save_draft(user: User, formula: Formula, content: Any, note: str, version: int) -> Formula:
    """Keep a draft, once its content is a formula. Raises FormulaRefused with every fault,
    DecisionImpossible where somebody wrote it meanwhile."""
    require(can_keep_programmes(user))
    told = content_of(read_formula(content, formula.programme.years))
    changed = Formula.objects.filter(pk=formula.pk, version=version, adopted_at=None).update(
        content=told, note=note[:4000]
    )
    if not changed:
        raise DecisionImpossible(
            _("Cette version a changé depuis que vous l’avez ouverte\u00a0: relisez-la.")
        )
    formula.refresh_from_db()
    record_action(user, "save_formula", formula, after={"content": told})
    return formula


def adopt_formula(user: User, formula: Formula, version: int, now: dt.datetime) -> Formula:
    """Freeze a draft: from the next release on, amounts are computed by it."""
    require(can_keep_programmes(user))
    with transaction.atomic():
        row = Formula.objects.select_for_update(of=("self",)).get(pk=formula.pk)
        if row.is_adopted:
            raise DecisionImpossible(_("Cette version est déjà adoptée."))
        if row.version != version:
            raise DecisionImpossible(
                _("Cette version a changé depuis que vous l’avez simulée\u00a0: relisez-la.")
            )
        read_formula(row.content, row.programme.years)
        row.adopted_at, row.adopted_by, row.adopted_by_text = now, user, str(user)
        row.sha256 = hash_of(row.content)
        row.save()
        record_action(user, "adopt_formula", row, after={"sha256": row.sha256})
    return row


def drop_draft(user: User, formula: Formula) -> None:
    """Throw a draft away."""
    require(can_keep_programmes(user))
    with transaction.atomic():
        record_action(user, "drop_formula", formula)
        Formula.objects.filter(pk=formula.pk, adopted_at=None).delete()


def formula_in_force(programme: Programme) -> Formula | None:
    """The last that was adopted."""
    return programme.formulas.filter(adopted_at__isnull=False).order_by("-number").first()


def rules_of(formula: Formula) -> RightFormula:
    """Its content, read."""
    return read_formula(formula.content, formula.programme.years)


def hash_of(content: Any) -> str:
    """SHA-256 of the canonical JSON."""
    told = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
