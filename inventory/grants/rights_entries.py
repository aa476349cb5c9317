"""The list of entries: every movement of the rights that a person sees, filtered and told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.rights.ledger import Account, Entry, Movement, MovementKind
from inventory.grants.rights_causes import Cause, causes_named
from inventory.grants.rights_words import KIND_BADGES
from inventory.grants.rules.rights.years import year_words
from schools.filters import Filter, by, narrowed
from schools.keyset import Column
from schools.models import Province, User

SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "recentes": (
        _("Les plus récentes d’abord"),
        (Column("at", down=True, moment=True), Column("pk", down=True, kind=int)),
    ),
    "anciennes": (
        _("Les plus anciennes d’abord"),
        (Column("at", moment=True), Column("pk", kind=int)),
    ),
}


def _years() -> list[tuple[str, str]]:
    years = Movement.objects.order_by("-year").values_list("year", flat=True).distinct()
    return [(str(year), year_words(year)) for year in years]


FILTERS = (
    Filter("type", _("Écriture"), lambda: MovementKind.choices, by("kind")),
    Filter("annee", _("Année scolaire"), _years, by("year")),
    Filter("province", _("Province"), lambda: Province.choices, by("site__province")),
)


@dataclass(frozen=True, slots=True)
class Step:
    """From one account to another."""

    source: str
    target: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Shown:
    """A movement as a row of the list."""

    movement: Movement
    badge: str
    icon: str
    steps: list[Step]
    cause: Cause | None
    payers: list[str]
    """Schools whose right pays for another's file, where rights are in common."""


def movements_asked(user: User, query: QueryDict) -> Any:
    """Those that the address bar asks for; ``site`` or ``ecole`` narrow to a place."""
    rows = Movement.objects.visible_to(user).select_related("site__school", "computation")
    for name, path in (("site", "site"), ("ecole", "site__school")):
        if (value := str(query.get(name, ""))).isdecimal() and len(value) < 10:
            place = Q(**{path: value}) | Q(**{f"entries__right__{path}": value})
            rows = rows.filter(pk__in=Movement.objects.filter(place).values("pk"))
    for word in str(query.get("q", "")).split()[:6]:
        rows = rows.filter(
            Q(site__school__name__unaccent__icontains=word)
            | Q(site__name__unaccent__icontains=word)
            | Q(why__unaccent__icontains=word)
            | Q(actor_text__unaccent__icontains=word)
        )
    return narrowed(rows, FILTERS, query)


def shown(rows: Iterable[Movement]) -> list[Shown]:
    """Rows with their steps and causes: three queries."""
    movements = list(rows)
    entries = _entries(movements)
    causes = causes_named(one.cause for one in movements)
    return [
        Shown(
            movement=one,
            badge=KIND_BADGES[MovementKind(one.kind)][0],
            icon=KIND_BADGES[MovementKind(one.kind)][1],
            steps=steps(entries.get(one.pk, [])),
            cause=causes.get(one.cause),
            payers=_payers(one, entries.get(one.pk, [])),
        )
        for one in movements
    ]


def _entries(movements: Sequence[Movement]) -> dict[int, list[Any]]:
    rows = Entry.objects.filter(movement__in=[one.pk for one in movements])
    found: dict[int, list[Any]] = {}
    for row in rows.select_related("right__site__school").order_by("pk"):
        found.setdefault(row.movement_id, []).append(row)
    return found


def _payers(movement: Movement, entries: Sequence[Any]) -> list[str]:
    others = {str(e.right.site) for e in entries if e.right.site_id != movement.site_id}
    return sorted(others)


def steps(entries: Sequence[Any]) -> list[Step]:
    """Balanced entries as moves from account to account: what is taken meets what is added."""
    totals: dict[str, Decimal] = {}
    for entry in entries:
        totals[entry.account] = totals.get(entry.account, Decimal(0)) + entry.amount
    taken = {account: -amount for account, amount in totals.items() if amount < 0}
    found = []
    for account, amount in totals.items():
        left = amount
        for source, has in taken.items():
            part = min(left, has)
            if part > 0:
                found.append(Step(_word(source), _word(account), part))
                taken[source] = has - part
                left -= part
    return found


def _word(account: str) -> str:
    return str(Account(account).label)
