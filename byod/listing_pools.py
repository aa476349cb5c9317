"""Pools and their pieces as questions: counts, filters, where each piece is, what is lent where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
)
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from byod.models.loans.loans import Loan, LoanState
from byod.models.loans.pools import LENDABLE, LoanPool, PoolItem
from byod.rules.loans.pools import room_of
from inventory.models import DeviceState
from schools.filters import Filter, narrowed
from schools.keyset import KEY, Column
from schools.models import Site, User

BY_NAME = (Column("device__name"), KEY)
POOLS_BY_NAME = (Column("name"), KEY)
WHERE = {
    "libre": gettext_lazy("Prêt à partir"),
    "sorti": gettext_lazy("Prêté"),
    "reserve": gettext_lazy("Réservé"),
    "reparation": gettext_lazy("En réparation"),
    "perdu": gettext_lazy("Perdu ou retiré"),
}


def _held(state: str) -> Q:
    loans = Loan.objects.filter(Q(item=OuterRef("pk")) | Q(charger=OuterRef("pk")), state=state)
    return Q(Exists(loans))


def _where(rows: QuerySet[PoolItem], value: str) -> QuerySet[PoolItem]:
    out, kept = _held(LoanState.OUT), _held(LoanState.RESERVED)
    match value:
        case "sorti":
            return rows.filter(out)
        case "reserve":
            return rows.filter(kept)
        case "reparation":
            return rows.filter(device__state=DeviceState.IN_REPAIR)
        case "perdu":
            return rows.filter(device__state__in=[DeviceState.LOST, DeviceState.RETIRED])
    return rows.filter(device__state__in=LENDABLE).exclude(out | kept)


FILTERS = (
    Filter("ou", gettext_lazy("Où"), lambda: [*WHERE.items()], _where),
    Filter(
        "type",
        gettext_lazy("Type"),
        lambda: [("appareil", gettext_lazy("appareils")), ("chargeur", gettext_lazy("chargeurs"))],
        lambda rows, value: rows.filter(is_charger=value == "chargeur"),
    ),
)

COUNTED = ("devices", "ready", "away", "broken", "chargers")
"""What ``pools_seen`` counts in each pool."""


def pools_seen(user: User) -> QuerySet[LoanPool]:
    """Pools with what stands in them: devices, ready, out, in repair. One query."""
    here = Q(items__removed_at=None, items__is_charger=False)
    out = Exists(Loan.objects.filter(item=OuterRef("items__pk"), state__in=["out", "reserved"]))
    ready = here & Q(items__device__state__in=LENDABLE) & ~Q(out)
    return (
        LoanPool.objects.visible_to(user)
        .select_related("school", "authority")
        .annotate(
            devices=Count("items", filter=here),
            chargers=Count("items", filter=Q(items__removed_at=None, items__is_charger=True)),
            ready=Count("items", filter=ready),
            away=Count("items", filter=here & Q(out)),
            broken=Count("items", filter=here & Q(items__device__state=DeviceState.IN_REPAIR)),
        )
    )


def ready_items(rows: QuerySet[PoolItem]) -> QuerySet[PoolItem]:
    """With ``available``: a device or charger that could leave the pool now."""
    held = Loan.objects.taken().filter(Q(item=OuterRef("pk")) | Q(charger=OuterRef("pk")))
    working = Q(device__state__in=LENDABLE)
    return rows.annotate(available=ExpressionWrapper(working & ~Exists(held), BooleanField()))


POOL_FILTERS = (
    Filter(
        "genre",
        pgettext_lazy("loan", "Réserve"),
        lambda: [("ecole", gettext_lazy("d’une école")), ("partagee", gettext_lazy("partagée"))],
        lambda rows, value: rows.filter(school__isnull=value == "partagee"),
    ),
)


def pools_asked(user: User, query: QueryDict) -> QuerySet[LoanPool]:
    """Open pools that the address bar asks for. ``q``: name of the pool, or of its owner."""
    rows = pools_seen(user).filter(closed_on=None)
    asked = " ".join(query.get("q", "").replace("\x00", "").split())[:60]
    if asked:
        told = Q(name__icontains=asked) | Q(school__name__icontains=asked)
        rows = rows.filter(told | Q(authority__name__icontains=asked))
    return narrowed(rows, POOL_FILTERS, query)


def items_asked(pool: LoanPool, query: QueryDict) -> QuerySet[PoolItem]:
    """Pieces that the address bar asks for. ``q``: label, serial or asset number."""
    rows = PoolItem.objects.in_pool().filter(pool=pool)
    asked = query.get("q", "").replace("\x00", "").strip()[:60]
    if asked:
        told = Q(device__name__icontains=asked) | Q(device__serial__icontains=asked)
        rows = rows.filter(told | Q(device__asset_number__icontains=asked))
    return narrowed(rows, FILTERS, query).select_related(
        "device__product", "device__site", "partner__device"
    )


def held_now(items: Iterable[PoolItem]) -> dict[int, Loan]:
    """Piece → the loan that holds it. Nothing of the pupil is read."""
    pieces = list(items)
    rows = Loan.objects.taken().filter(Q(item__in=pieces) | Q(charger__in=pieces))
    found = {}
    for row in rows.only("item", "charger", "state", "due_on", "site__name").select_related("site"):
        found[row.item_id] = row
        if row.charger_id:
            found[row.charger_id] = row
    return found


def place_of(item: PoolItem, held: Loan | None) -> tuple[str, str, str]:
    """Where a piece is: colour, icon, words. Never with whom."""
    if held is not None and held.state == LoanState.OUT:
        day = f"{held.due_on:%d/%m/%Y}"
        return "ok", "device-laptop", _("Prêté, à rendre le %s") % day
    state = item.device.state
    if state == DeviceState.IN_REPAIR:
        return "down", "tool", _("En réparation")
    if state in (DeviceState.LOST, DeviceState.RETIRED):
        return "down", "map-off", capfirst(str(item.device.get_state_display()))
    if held is not None:
        return "planned", "bookmark", _("Réservé")
    return "unknown", "circle-dashed", _("Prêt à partir")


@dataclass(frozen=True, slots=True)
class Lent:
    """What one site has of a shared pool, and how much it may have. Counts of devices, no pupil."""

    site: Site
    out: int
    kept: int
    late: int
    most: int | None
    room: int | None


def lent_where(pool: LoanPool, user: User) -> list[Lent]:
    """Sites that the person sees and that have devices of the pool, or a rule of their own."""
    today = timezone.localdate()
    taken = Loan.objects.taken().filter(item__pool=pool).order_by().values("site")
    counted = taken.annotate(
        out=Count("pk", filter=Q(state=LoanState.OUT)),
        kept=Count("pk", filter=Q(state=LoanState.RESERVED)),
        late=Count("pk", filter=Q(state=LoanState.OUT, due_on__lt=today)),
    )
    held = {row["site"]: row for row in counted}
    own = dict(pool.rules.values_list("site", "at_most"))
    seen = Site.objects.visible_to(user).filter(pk__in={*held, *own}).select_related("school")
    found = []
    for site in seen.order_by("school__name", "name"):
        row = held.get(site.pk, {"out": 0, "kept": 0, "late": 0})
        most = own.get(site.pk) or pool.each_at_most
        room = room_of(pool.each_at_most, own.get(site.pk), row["out"] + row["kept"])
        found.append(Lent(site, row["out"], row["kept"], row["late"], most, room))
    return found
