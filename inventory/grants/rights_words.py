"""The words of drawing rights: lines of a computation, entries, accounts, as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from inventory.grants.actions.rights.refusals import euros
from inventory.grants.models.rights.ledger import Account, MovementKind
from inventory.grants.models.rights.programmes import Computation
from schools.models import Level

ACCOUNTS = (
    Account.CONSUMED,
    Account.COMMITTED,
    Account.RESERVED,
    Account.AVAILABLE,
    Account.UNRELEASED,
)
"""The ledger bar, in its fixed order."""
KIND_BADGES = {
    MovementKind.GRANT: ("recover", "gift"),
    MovementKind.REVISE: ("unknown", "adjustments"),
    MovementKind.RELEASE: ("ok", "lock-open"),
    MovementKind.RESERVE: ("suspect", "hourglass"),
    MovementKind.COMMIT: ("planned", "file-check"),
    MovementKind.CONSUME: ("ok", "truck-delivery"),
    MovementKind.VOID: ("unknown", "arrow-back-up"),
    MovementKind.EXPIRE: ("degraded", "calendar-off"),
    MovementKind.CORRECT: ("effect", "edit"),
}
COMBINED = {
    "multiply": gettext_lazy("coefficients multipliés"),
    "add": gettext_lazy("coefficients ajoutés"),
    "highest": gettext_lazy("coefficient le plus élevé"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A line of an explanation: what it is, its value, and whether it closes a sum."""

    label: str
    value: str
    total: bool = False


def number(value: Decimal | int, places: int | None = None) -> str:
    """``612``, ``1,20``, ``10 202,04``: decimals as needed."""
    amount = Decimal(value)
    if places is None:
        exponent = amount.normalize().as_tuple().exponent
        places = max(0, -exponent) if isinstance(exponent, int) else 0
    return number_format(amount, places, use_l10n=True, force_grouping=True)


def explained(computation: Computation) -> list[Told]:
    """Where an amount comes from, line by line, from what was stored with it."""
    count = computation.inputs.get("count_year")
    unit = (computation.formula.content.get("unit") or {}).get("kind", "eur")
    rows: list[Told] = []
    for line in computation.outcome.get("lines", []):
        told = _told(line["kind"], Decimal(line["value"]), line["of"], unit)
        rows += [told] if told else []
    if count:
        day = _("Comptage du 15/01/%(year)s") % {"year": count}
        rows.insert(0, Told(day, _("%(pupils)s élèves") % {"pupils": number(_pupils(computation))}))
    return rows


def _pupils(computation: Computation) -> int:
    return sum(computation.inputs.get("pupils", {}).values())


def _told(kind: str, value: Decimal, of: Mapping[str, Any], unit: str) -> Told | None:
    teller = TELLERS.get(kind)
    return teller(value, of, unit) if teller else None


def _level(value: Decimal, of: Mapping[str, Any], _unit: str) -> Told:
    word = dict(Level.choices).get(of["level"], of["level"])
    label = _("Élèves\u00a0: %(level)s") % {"level": word}
    if Decimal(of["each"]) == 1:
        return Told(label, number(value))
    told = f"{number(of['pupils'])} × {number(Decimal(of['each']))} = {number(value)}"
    return Told(label, told)


def _criterion(value: Decimal, of: Mapping[str, Any], _unit: str) -> Told:
    german = (get_language() or "").startswith("de")
    label = (of.get("label_de") if german else "") or of["label"]
    return Told(str(label), f"× {number(value, 2)}")


def _coefficient(value: Decimal, of: Mapping[str, Any], _unit: str) -> Told | None:
    if of.get("of", 0) == 0:
        return Told(_("Aucun critère ne s’applique"), f"× {number(value, 2)}")
    if of["of"] == 1:
        return None
    return Told(str(COMBINED[of["combine"]]).capitalize(), f"× {number(value, 2)}")


def _beyond(value: Decimal, of: Mapping[str, Any], _unit: str) -> Told:
    label = _("Élèves au-delà de %(threshold)s") % {"threshold": number(of["threshold"])}
    return Told(label, number(value))


def _points(value: Decimal, of: Mapping[str, Any], _unit: str) -> Told:
    each = euros(Decimal(of["eur"]))
    label = _("Points, à %(each)s le point") % {"each": each}
    return Told(label, number(value))


def _floor(value: Decimal, of: Mapping[str, Any], _unit: str) -> Told:
    share = number(Decimal(of["share"]) * 100)
    label = _("Plancher\u00a0: %(share)s pour cent de la première année, au lieu de %(not)s") % {
        "share": share,
        "not": euros(Decimal(of["not"])),
    }
    return Told(label, euros(value))


def _amount(value: Decimal, _of: Mapping[str, Any], _unit: str) -> Told:
    return Told(_("Montant pour une année entière"), euros(value), total=True)


MINIMUM = gettext_lazy("Montant de base de chaque implantation")
PER_PUPIL = gettext_lazy("Montant par élève et par an")
BASE = gettext_lazy("Avant coefficients")
AT_MOST = gettext_lazy("Ramené au maximum")
CAPPED = gettext_lazy("Coefficient ramené au maximum")
TELLERS: dict[str, Any] = {
    "level": _level,
    "minimum": lambda value, of, unit: Told(str(MINIMUM), _unit_words(value, unit)),
    "beyond": _beyond,
    "per_pupil": lambda value, of, unit: Told(str(PER_PUPIL), _unit_words(value, unit)),
    "base": lambda value, of, unit: Told(str(BASE), _unit_words(value, unit)),
    "criterion": _criterion,
    "coefficient_at_most": lambda value, of, unit: Told(str(CAPPED), f"× {number(value, 2)}"),
    "coefficient": _coefficient,
    "at_most": lambda value, of, unit: Told(str(AT_MOST), _unit_words(value, unit)),
    "points": _points,
    "floor": _floor,
    "amount": _amount,
}


def _unit_words(value: Decimal, unit: str) -> str:
    return euros(value) if unit == "eur" else _("%(n)s points") % {"n": number(value)}
