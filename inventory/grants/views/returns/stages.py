"""The stages of the board: the same question counts a stage and lists what it counted."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.calls.applications import IN_HAND, Application, ApplicationState
from inventory.grants.models.calls.conflicted import without_conflicts
from inventory.grants.models.orders.deliveries import Reception
from inventory.grants.models.orders.purchases import Order, OrderState
from inventory.grants.models.returns.obligations import Obligation
from inventory.grants.models.returns.resources import Resource
from schools.models import IseClass, Site, User
from schools.models.places import SiteQuerySet

GRANTED = ("granted", "conditional")
_RETURNED = (
    Obligation.objects.standing()
    .filter(award__application=OuterRef("pk"))
    .annotate(given=Count("resources", filter=Q(resources__state__in=["accepted", "published"])))
    .filter(given__gte=F("owed"))
)
_ORDERED = (
    Order.objects.sent_out()
    .exclude(state=OrderState.CANCELLED)
    .filter(award__application=OuterRef("pk"))
)
_DELIVERED = Reception.objects.filter(shipment__order__award__application=OuterRef("pk"))
STAGES: dict[str, tuple[Any, str, Q | Exists]] = {
    "drafts": (_("En préparation"), "pencil", Q(state__in=IN_HAND)),
    "submitted": (
        _("Envoyés"),
        "send",
        Q(submitted_at__isnull=False) & ~Q(state=ApplicationState.WITHDRAWN),
    ),
    "eligible": (
        _("Recevables"),
        "file-check",
        Q(submitted_at__isnull=False)
        & ~Q(state__in=[ApplicationState.WITHDRAWN, ApplicationState.INELIGIBLE]),
    ),
    "awarded": (_("Accordés"), "award", Q(award__state__in=GRANTED)),
    "ordered": (_("Commandés"), "shopping-cart", Exists(_ORDERED)),
    "delivered": (_("Livrés"), "truck-delivery", Exists(_DELIVERED)),
    "returned": (_("Ressources rendues"), "book", Exists(_RETURNED)),
}
"""Key → words, icon, which applications stand there or came through."""


def applications_of(user: User) -> QuerySet[Application]:
    """Every application, drafts counted too, but those in which the officer has a conflict."""
    return without_conflicts(Application.objects.all(), user)


def at_stage(rows: QuerySet[Application], stage: str) -> QuerySet[Application]:
    return rows.filter(STAGES[stage][2])


def funnel(rows: QuerySet[Application]) -> dict[str, int]:
    """How many stand at or came through each stage, in one query."""
    counts = {
        key: Count("pk", filter=Q(asked), distinct=True) for key, (_w, _i, asked) in STAGES.items()
    }
    found: dict[str, int] = rows.aggregate(**counts)
    return found


def received(sites: SiteQuerySet) -> Any:
    """Sites with ``awards``: whether one ever was granted anything."""
    mine = Application.objects.filter(site=OuterRef("pk"), award__state__in=GRANTED)
    return sites.annotate(awarded=Exists(mine))


BANDS = {
    "1-5": _("Classes 1 à 5"),
    "6-10": _("Classes 6 à 10"),
    "11-15": _("Classes 11 à 15"),
    "16-20": _("Classes 16 à 20"),
    "sans": _("Sans classe ISE"),
}


def band_of(value: str | None) -> str:
    """The band of an ISE class: 3a and 3b are class 3."""
    number = int((value or "0").rstrip("ab"))
    if not number:
        return "sans"
    return next(key for key in BANDS if int(key.partition("-")[2]) >= number)


def with_ise(sites: Any) -> Any:
    """Sites with ``ise``: their latest class."""
    latest = IseClass.objects.filter(site=OuterRef("pk")).order_by("-year").values("value")[:1]
    return sites.annotate(ise=Subquery(latest))


def in_band(sites: Any, band: str) -> Any:
    """Sites of a band."""
    if band == "sans":
        return with_ise(sites).filter(ise=None)
    first, last = (int(n) for n in band.split("-"))
    named = [f"{n}{half}" for n in range(first, last + 1) for half in ("", "a", "b")]
    return with_ise(sites).filter(ise__in=named)


def schools_sites(user: User) -> SiteQuerySet:
    """Open sites of schools; EPN and training centres are counted apart (M29)."""
    return Site.objects.visible_to(user).open().filter(school__kind="school")


def waiting_resources(user: User) -> int:
    return Resource.objects.visible_to(user).filter(state="deposited").count()
