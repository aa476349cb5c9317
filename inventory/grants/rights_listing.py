"""The rights of the Region as a question: filters, orders, totals."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.rights.ledger import DrawingRight
from inventory.grants.models.rights.programmes import Programme
from inventory.grants.rules.rights.simulating import ISE_BANDS
from schools.filters import Filter, by, narrowed
from schools.keyset import KEY, Column
from schools.models import IseClass, Network, Province, User

USES = {
    "rien": _("rien utilisé"),
    "peu": _("moins de la moitié"),
    "beaucoup": _("la moitié ou plus"),
    "tout": _("plus rien de disponible"),
}
ISE_CHOICES = [(f"{low}-{high}", f"{low} – {high}") for low, high in ISE_BANDS]
SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "ecole": (_("École"), (Column("site__school__name"), Column("site__name"), KEY)),
    "disponible": (
        _("Disponible, le plus d’abord"),
        (Column("available_cents", down=True, kind=int), KEY),
    ),
    "consomme": (
        _("Consommé, le plus d’abord"),
        (Column("consumed_cents", down=True, kind=int), KEY),
    ),
    "usage": (_("Les moins utilisés d’abord"), (Column("used_per_mille", kind=int), KEY)),
    "accorde": (
        _("Accordé, le plus d’abord"),
        (Column("granted_cents", down=True, kind=int), KEY),
    ),
}


def _programmes() -> list[tuple[str, str]]:
    return [(one.code, str(one)) for one in Programme.objects.adopted()]


def _by_ise(rows: Any, value: str) -> Any:
    low, _dash, high = value.partition("-")
    values = [str(n) for n in range(int(low), int(high) + 1)]
    return rows.filter(ise__in=[*values, *(f"{n}{letter}" for n in values for letter in "ab")])


def _by_use(rows: Any, value: str) -> Any:
    used = Q(used_per_mille__gt=0)
    if value == "rien":
        return rows.filter(used_per_mille=0)
    if value == "tout":
        return rows.filter(used, available=0)
    half = Q(used_per_mille__lt=500) if value == "peu" else Q(used_per_mille__gte=500)
    return rows.filter(used & half)


def _by_period(rows: Any, value: str) -> Any:
    today = timezone.localdate()
    over = Q(usable_until__lt=today)
    return rows.filter(over) if value == "fini" else rows.exclude(over)


FILTERS = (
    Filter("programme", _("Programme"), _programmes, by("programme__code")),
    Filter("province", _("Province"), lambda: Province.choices, by("site__province")),
    Filter("reseau", _("Réseau"), lambda: Network.choices, by("site__school__network")),
    Filter("ise", _("Classe ISE"), lambda: ISE_CHOICES, _by_ise),
    Filter("usage", _("Usage"), lambda: [*USES.items()], _by_use),
    Filter(
        "periode",
        _("Période"),
        lambda: [("cours", _("en cours")), ("fini", _("terminée"))],
        _by_period,
    ),
)


def rights_asked(user: User, query: QueryDict) -> Any:
    """The rights that the address bar asks for, with what orders them."""
    latest = IseClass.objects.filter(site=OuterRef("site")).order_by("-year").values("value")[:1]
    used = F("reserved") + F("committed") + F("consumed")
    rows = (
        DrawingRight.objects.visible_to(user)
        .select_related("site__school__authority", "site__municipality", "programme")
        .annotate(
            ise=Subquery(latest, output_field=CharField()),
            used_per_mille=Case(
                When(released__gt=0, then=Cast(used * 1000 / F("released"), IntegerField())),
                default=Value(0),
                output_field=IntegerField(),
            ),
            **{
                f"{name}_cents": Cast(F(name) * 100, IntegerField())
                for name in ("available", "consumed", "granted")
            },
        )
    )
    for word in str(query.get("q", "")).split()[:6]:
        rows = rows.filter(
            Q(site__school__name__unaccent__icontains=word)
            | Q(site__name__unaccent__icontains=word)
            | Q(site__school__authority__name__unaccent__icontains=word)
            | Q(site__number=word)
        )
    return narrowed(rows, FILTERS, query)


def totals_of(rows: Any) -> dict[str, Any]:
    """Sums over all that was asked for, and the schools behind them. One query."""
    names = ("granted", "released", "available", "reserved", "committed", "consumed", "expired")
    found: dict[str, Any] = rows.order_by().aggregate(
        rights=Count("pk"),
        schools=Count("site__school", distinct=True),
        consuming=Count("site__school", distinct=True, filter=Q(consumed__gt=0)),
        **{f"sum_{name}": Sum(name) for name in names},
    )
    return found
