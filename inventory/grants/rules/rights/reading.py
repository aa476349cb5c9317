"""Read the JSON of a formula; every fault says where it is, and what is expected there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from inventory.grants.rules.rights.formula import (
    COMBINATIONS,
    CONDITIONS,
    FACTS,
    FACTS_AMONG,
    ONE,
    UNITS,
    Criterion,
    Release,
    RightFormula,
)

KNOWN = (
    "unit",
    "amount",
    "levels",
    "criteria",
    "combine",
    "coefficient_at_most",
    "round_to",
    "count_years_before",
    "release",
    "floor",
    "carry_over_years",
    "grace_months",
    "conditions",
    "pooling",
)
LEVELS = ("maternel", "primaire", "secondaire", "specialise", "cefa", "promotion-sociale")
ISE_CLASSES = (*(str(number) for number in range(1, 21)), "3a", "3b")
NETWORKS = ("wbe", "cpeons", "cecp", "segec", "felsi", "dg", "none")
PROVINCES = ("brabant-wallon", "hainaut", "liege", "luxembourg", "namur")
AMONG = {"ise": ISE_CLASSES, "level": LEVELS, "network": NETWORKS, "province": PROVINCES}
MOST = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the path in the content, and what to do."""

    where: str
    why: str

    def __str__(self) -> str:
        return _("«\u00a0%(where)s\u00a0»\u00a0: %(why)s") % {"where": self.where, "why": self.why}


class FormulaRefused(ValueError):
    """A content that is no formula; ``faults`` tells all of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(str(fault) for fault in faults))


@dataclass
class _Reader:
    """Reads values out of a content and keeps what was wrong with them."""

    faults: list[Fault] = field(default_factory=list)

    def fault(self, where: str, why: str) -> None:
        self.faults.append(Fault(where, why))

    def number(
        self, where: str, value: Any, least: Decimal, most: Decimal, places: int = 4
    ) -> Decimal:
        told = _("un nombre de %(least)s à %(most)s est attendu, pas «\u00a0%(value)s\u00a0».") % {
            "least": least,
            "most": most,
            "value": value,
        }
        if not isinstance(value, str | int) or isinstance(value, bool):
            self.fault(where, told)
            return least
        try:
            number = Decimal(str(value).strip().replace(",", "."))
        except InvalidOperation:
            self.fault(where, told)
            return least
        if not number.is_finite() or not least <= number <= most:
            self.fault(where, told)
            return least
        if number != round(number, places):
            why = _("au plus %(places)d décimales.") % {"places": places}
            self.fault(where, why)
        return number

    def whole(self, where: str, value: Any, least: int, most: int) -> int:
        return int(self.number(where, value, Decimal(least), Decimal(most), places=0))

    def choice(self, where: str, value: Any, known: Sequence[str]) -> str:
        if value not in known:
            why = _("«\u00a0%(value)s\u00a0» n’est pas connu. Choisissez parmi\u00a0: %(known)s.")
            self.fault(where, why % {"value": value, "known": ", ".join(known)})
            return known[0]
        return str(value)

    def mapping(self, where: str, value: Any) -> Mapping[str, Any]:
        if isinstance(value, Mapping):
            return value
        self.fault(where, _("un objet est attendu."))
        return {}

    def rows(self, where: str, value: Any) -> list[Any]:
        if isinstance(value, list):
            return value
        self.fault(where, _("une liste est attendue."))
        return []

    def only(self, where: str, content: Mapping[str, Any], known: Sequence[str]) -> None:
        for name in content:
            if name not in known:
                why = _("n’existe pas dans une formule. Connu\u00a0: %(known)s.")
                self.fault(f"{where}{name}", why % {"known": ", ".join(known)})


def read_formula(content: Any, years: int) -> RightFormula:
    """The formula of a programme of so many years. Raises FormulaRefused with every fault."""
    reader = _Reader()
    told = reader.mapping("formule", content)
    reader.only("", told, KNOWN)
    formula = _formula(reader, told, years)
    if reader.faults:
        raise FormulaRefused(reader.faults)
    return formula


def _formula(reader: _Reader, told: Mapping[str, Any], years: int) -> RightFormula:
    unit = reader.mapping("unit", told.get("unit", {"kind": "eur"}))
    amount = reader.mapping("amount", told.get("amount", {}))
    reader.only("unit.", unit, ("kind", "eur"))
    reader.only("amount.", amount, ("minimum", "threshold", "per_pupil", "at_most"))
    kind = reader.choice("unit.kind", unit.get("kind"), UNITS)
    if kind == "points" and "eur" not in unit:
        reader.fault("unit.eur", _("dites ce que vaut un point, en euros."))
    minimum = reader.number("amount.minimum", amount.get("minimum", 0), Decimal(0), MOST)
    per_pupil = reader.number("amount.per_pupil", amount.get("per_pupil"), Decimal(0), MOST)
    if not minimum and not per_pupil and not any("per_pupil" in f.where for f in reader.faults):
        reader.fault("amount", _("le minimum et le montant par élève sont nuls tous les deux."))
    return RightFormula(
        unit=kind,
        unit_eur=_unit_value(reader, kind, unit),
        minimum=minimum,
        threshold=reader.whole("amount.threshold", amount.get("threshold", 0), 0, 100_000),
        per_pupil=per_pupil,
        at_most=_at_most(reader, "amount.at_most", amount.get("at_most"), minimum),
        levels=_levels(reader, told.get("levels", {})),
        criteria=_criteria(reader, told.get("criteria", [])),
        combine=reader.choice("combine", told.get("combine", "multiply"), COMBINATIONS),
        coefficient_at_most=_at_most(
            reader, "coefficient_at_most", told.get("coefficient_at_most"), ONE
        ),
        round_to=reader.number(
            "round_to", told.get("round_to", "0.01"), Decimal("0.01"), Decimal(1000), 2
        ),
        count_years_before=reader.whole(
            "count_years_before", told.get("count_years_before", 0), 0, 2
        ),
        releases=_releases(reader, told.get("release", []), years),
        floor=reader.number("floor", told.get("floor", 0), Decimal(0), ONE),
        carry_over_years=_carry(reader, told.get("carry_over_years"), years),
        grace_months=reader.whole("grace_months", told.get("grace_months", 0), 0, 24),
        conditions=_conditions(reader, told.get("conditions", [])),
        pooling=_yes_or_no(reader, "pooling", told.get("pooling", False)),
    )


def _unit_value(reader: _Reader, kind: str, unit: Mapping[str, Any]) -> Decimal:
    value = reader.number("unit.eur", unit.get("eur", 1), Decimal("0.01"), Decimal(10_000))
    if kind == "eur" and value != 1:
        reader.fault("unit.eur", _("un euro vaut 1."))
    return value


def _at_most(reader: _Reader, where: str, value: Any, least: Decimal) -> Decimal | None:
    return None if value in (None, "") else reader.number(where, value, least, MOST)


def _yes_or_no(reader: _Reader, where: str, value: Any) -> bool:
    if not isinstance(value, bool):
        reader.fault(where, _("oui ou non (true, false) est attendu."))
    return bool(value)


def _levels(reader: _Reader, value: Any) -> dict[str, Decimal]:
    levels = reader.mapping("levels", value)
    reader.only("levels.", levels, LEVELS)
    return {
        name: reader.number(f"levels.{name}", coefficient, Decimal(0), Decimal(10))
        for name, coefficient in levels.items()
    }


def _criteria(reader: _Reader, value: Any) -> tuple[Criterion, ...]:
    return tuple(
        _criterion(reader, f"criteria[{number}]", reader.mapping(f"criteria[{number}]", one))
        for number, one in enumerate(reader.rows("criteria", value), start=1)
    )


def _criterion(reader: _Reader, where: str, told: Mapping[str, Any]) -> Criterion:
    known = ("fact", "coefficient", "label", "label_de", "among", "at_least", "at_most")
    reader.only(f"{where}.", told, known)
    fact = reader.choice(f"{where}.fact", told.get("fact"), FACTS)
    label = told.get("label")
    if not isinstance(label, str) or not 1 <= len(label.strip()) <= 80:
        reader.fault(f"{where}.label", _("dites en peu de mots pour qui ce coefficient vaut."))
    at_least, at_most = _bounds(reader, where, fact, told)
    return Criterion(
        fact=fact,
        coefficient=reader.number(
            f"{where}.coefficient", told.get("coefficient"), Decimal(0), Decimal(10)
        ),
        label=str(label).strip(),
        label_de=str(told.get("label_de") or "").strip()[:80],
        among=_among(reader, where, fact, told.get("among")),
        at_least=at_least,
        at_most=at_most,
    )


def _among(reader: _Reader, where: str, fact: str, value: Any) -> tuple[str, ...]:
    if fact not in FACTS_AMONG:
        return ()
    rows = reader.rows(f"{where}.among", value)
    if value == []:
        reader.fault(f"{where}.among", _("choisissez-en au moins un."))
    return tuple(reader.choice(f"{where}.among", str(one), AMONG[fact]) for one in rows)


def _bounds(
    reader: _Reader, where: str, fact: str, told: Mapping[str, Any]
) -> tuple[int | None, int | None]:
    if fact != "pupils":
        return None, None
    least, most = told.get("at_least"), told.get("at_most")
    if least is None and most is None:
        reader.fault(where, _("dites au moins un nombre d’élèves\u00a0: at_least, at_most."))
    low = None if least is None else reader.whole(f"{where}.at_least", least, 0, 100_000)
    high = None if most is None else reader.whole(f"{where}.at_most", most, low or 0, 100_000)
    return low, high


def _releases(reader: _Reader, value: Any, years: int) -> tuple[Release, ...]:
    rows = reader.rows("release", value)
    if isinstance(value, list) and len(rows) != years:
        why = _(
            "%(years)d années sont attendues, une ligne pour chacune\u00a0; il y en a %(rows)d."
        )
        reader.fault("release", why % {"years": years, "rows": len(rows)})
    found = [_release(reader, f"release[{number}]", row) for number, row in enumerate(rows, 1)]
    wrong = any("release[" in fault.where for fault in reader.faults)
    if found and not wrong and not any(one.share for one in found):
        reader.fault("release", _("aucune année ne libère quoi que ce soit."))
    return tuple(found)


def _release(reader: _Reader, where: str, row: Any) -> Release:
    told = reader.mapping(where, row)
    reader.only(f"{where}.", told, ("share", "on"))
    share = reader.number(f"{where}.share", told.get("share"), Decimal(0), ONE)
    try:
        day = dt.date.fromisoformat(f"2025-{told.get('on', '09-01')}")
    except ValueError:
        reader.fault(f"{where}.on", _("un mois et un jour sont attendus\u00a0: 09-01."))
        day = dt.date(2025, 9, 1)
    return Release(share, day.month, day.day)


def _carry(reader: _Reader, value: Any, years: int) -> int | None:
    return None if value is None else reader.whole("carry_over_years", value, 0, years)


def _conditions(reader: _Reader, value: Any) -> tuple[str, ...]:
    rows = reader.rows("conditions", value)
    return tuple(reader.choice("conditions", one, CONDITIONS) for one in rows)
