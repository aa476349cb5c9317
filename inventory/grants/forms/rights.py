"""The form of a formula: fields that people understand, which become the data of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.rights.conditions import Condition
from inventory.grants.models.rights.programmes import Programme
from inventory.grants.rules.rights.formula import FACTS_AMONG
from schools.models import Level

FACT_WORDS = {
    "ise": _("classe ISE parmi"),
    "never_awarded": _("école jamais servie"),
    "level": _("niveau organisé parmi"),
    "network": _("réseau parmi"),
    "province": _("province parmi"),
    "pupils": _("nombre d’élèves de … à …"),
}
COMBINE_WORDS = {
    "multiply": _("se multiplient"),
    "add": _("s’ajoutent (1,3 et 1,2 font 1,5)"),
    "highest": _("seul le plus élevé compte"),
}
UNIT_WORDS = {"eur": _("en euros"), "points": _("en points, avec une valeur en euros")}
SPARE = 3
"""Empty rows for further criteria."""


class ProgrammeForm(forms.Form):
    """A new programme: its name and its school years."""

    code = forms.CharField(
        label=_("Code"),
        max_length=30,
        validators=[
            RegexValidator(r"^[a-z0-9-]+$", _("Lettres minuscules, chiffres et tirets seulement."))
        ],
        help_text=_("Lettres minuscules, chiffres et tirets\u00a0: droits-2028."),
    )
    name = forms.CharField(label=_("Nom"), max_length=120)
    name_de = forms.CharField(label=_("Nom en allemand"), max_length=120)
    first_year = forms.IntegerField(
        label=_("Première année scolaire (l’année où elle commence)"),
        min_value=2015,
        max_value=2099,
    )
    years = forms.IntegerField(label=_("Nombre d’années scolaires"), min_value=1, max_value=10)


class RenewForm(forms.Form):
    """A programme copied for the years that follow: only its code is asked."""

    code = ProgrammeForm.base_fields["code"]


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """A row of criteria as it stands in the form."""

    number: int
    fact: str = ""
    values: str = ""
    coefficient: str = ""
    label: str = ""
    label_de: str = ""


def rows_of(content: Mapping[str, Any]) -> list[CriterionRow]:
    """The criteria of a content as rows, with some to fill."""
    rows = [
        CriterionRow(
            number=number,
            fact=one["fact"],
            values=_values(one),
            coefficient=one["coefficient"],
            label=one["label"],
            label_de=one.get("label_de", ""),
        )
        for number, one in enumerate(content.get("criteria", []), start=1)
    ]
    first = len(rows) + 1
    return [*rows, *(CriterionRow(number) for number in range(first, first + SPARE))]


def _values(one: Mapping[str, Any]) -> str:
    if one["fact"] == "pupils":
        low, high = one.get("at_least"), one.get("at_most")
        return f"{'' if low is None else low}-{'' if high is None else high}"
    return ", ".join(one.get("among", []))


def typed_rows(data: Mapping[str, str]) -> list[CriterionRow]:
    """The rows as they were sent, empty ones too."""
    count = sum(1 for name in data if name.startswith("fact-"))
    return [
        CriterionRow(
            number,
            *(
                data.get(f"{name}-{number}", "").strip()
                for name in ("fact", "values", "coefficient", "label", "label_de")
            ),
        )
        for number in range(1, min(count, 40) + 1)
    ]


def content_typed(data: Mapping[str, Any], conditions: list[str], years: int) -> dict[str, Any]:
    """The content that a form says, to be read by the rules: they tell what is wrong."""

    def text(name: str) -> str:
        return str(data.get(name, "")).strip()

    def optional(name: str) -> str | None:
        return text(name) or None

    return {
        "unit": _unit(text("unit"), text("unit_eur")),
        "amount": {
            "minimum": text("minimum") or "0",
            "threshold": text("threshold") or "0",
            "per_pupil": text("per_pupil") or "0",
            "at_most": optional("at_most"),
        },
        "levels": {
            level: text(f"level-{level}") for level in Level.values if text(f"level-{level}")
        },
        "criteria": [_criterion(row) for row in typed_rows(data) if row.fact],
        "combine": text("combine") or "multiply",
        "coefficient_at_most": optional("coefficient_at_most"),
        "round_to": text("round_to") or "0.01",
        "count_years_before": text("count_years_before") or "0",
        "release": [
            {"share": _share(text(f"share-{n}")), "on": text(f"on-{n}") or "09-01"}
            for n in range(1, years + 1)
        ],
        "floor": _share(text("floor") or "0"),
        "carry_over_years": optional("carry_over_years"),
        "grace_months": text("grace_months") or "0",
        "conditions": [one for one in conditions if one in Condition.values],
        "pooling": text("pooling") == "oui",
    }


def _unit(kind: str, euros: str) -> dict[str, str]:
    return {"kind": kind, "eur": euros or "1"} if kind == "points" else {"kind": kind or "eur"}


def _share(text: str) -> str:
    """``40`` per cent as ``0.4``; what is no number is left for the rules to refuse."""
    try:
        return format((Decimal(text.replace(",", ".")) / 100).normalize(), "f")
    except InvalidOperation:
        return text


def _criterion(row: CriterionRow) -> dict[str, Any]:
    told: dict[str, Any] = {
        "fact": row.fact,
        "coefficient": row.coefficient,
        "label": row.label,
        "label_de": row.label_de,
    }
    if row.fact in FACTS_AMONG:
        told["among"] = [one for one in row.values.replace(",", " ").split() if one]
    elif row.fact == "pupils":
        low, _dash, high = row.values.partition("-")
        told |= {"at_least": low.strip() or None, "at_most": high.strip() or None}
    return told


def per_cent(share: str | None) -> str:
    """``0.4`` as ``40``, for the form."""
    try:
        return format((Decimal(share or "0") * 100).normalize(), "f")
    except InvalidOperation:
        return str(share)


def programme_words(programme: Programme) -> str:
    """``2024-2025 → 2027-2028``."""
    first, last = programme.school_years[0], programme.school_years[-1]
    return f"{first}-{first + 1} → {last}-{last + 1}"
