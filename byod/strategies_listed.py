"""The list of strategies as a question: one row per secondary school, by its latest version."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from byod.models.strategy.settled import StrategyPilot, StrategyReview
from byod.models.strategy.strategies import (
    Strategy,
    StrategyState,
    charters_q,
    policies_q,
    secondary_schools,
)
from byod.rules.strategy.standing import WORDS, Standing
from schools.agreements.listing import search_q
from schools.filters import Filter, by, narrowed
from schools.keyset import KEY, Column
from schools.models import Network, Province, School, Site, User

PILOTS = {"oui": _("Écoles pilotes"), "non": _("Autres écoles")}
BY_NAME = (Column("name"), KEY)
SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "ecole": (_("École"), BY_NAME),
    "etat": (_("Ce qui attend d’abord"), (Column("rank", kind=int), *BY_NAME)),
}
ORDER = (
    Standing.SUBMITTED,
    Standing.WITHOUT_POLICY,
    Standing.REVIEW,
    Standing.APPROVED,
    Standing.RETURNED,
    Standing.DRAFT,
    Standing.NONE,
    Standing.DEPLOYED,
)
"""What waits for somebody comes first."""


def schools_with_strategies(user: User) -> QuerySet[School]:
    """Secondary schools of the person's scope, with how they stand as this person may see it.

    A school that writes its next version still stands by the one that is deployed; the draft is
    told beside it (``latest_state``).
    """
    seen = Strategy.objects.visible_to(user).filter(school=OuterRef("pk")).order_by("-version")
    deployed = seen.filter(state=StrategyState.DEPLOYED)
    review = StrategyReview.objects.filter(
        strategy__school=OuterRef("pk"), strategy__state="deployed", closed_at=None
    )
    place = Site.objects.open().filter(school=OuterRef("pk")).order_by("pk")
    alive = ExpressionWrapper(policies_q("pk") & charters_q("pk"), output_field=BooleanField())
    return (
        School.objects.visible_to(user)
        .filter(pk__in=secondary_schools().values("pk"))
        .select_related("authority")
        .annotate(
            latest_state=Subquery(seen.values("state")[:1]),
            latest_version=Subquery(seen.values("version")[:1]),
            latest_pk=Subquery(seen.values("pk")[:1]),
            deployed_at=Subquery(deployed.values("deployed_at")[:1]),
            deployed_version=Subquery(deployed.values("version")[:1]),
            review_on=Subquery(deployed.values("review_on")[:1]),
            province=Subquery(place.values("province")[:1]),
            alive=alive,
            in_review=Exists(review),
            pilot=Exists(StrategyPilot.objects.live().filter(school=OuterRef("pk"))),
        )
        .annotate(standing=_standing())
        .annotate(
            rank=Case(
                *(When(standing=one.value, then=n) for n, one in enumerate(ORDER)),
                default=len(ORDER),
                output_field=IntegerField(),
            )
        )
    )


def _standing() -> Case:
    """As ``rules.strategy.standing_of``; a test holds the two together."""
    return Case(
        When(latest_state=StrategyState.SUBMITTED, then=Value(Standing.SUBMITTED.value)),
        When(deployed_at__isnull=False, alive=False, then=Value(Standing.WITHOUT_POLICY.value)),
        When(deployed_at__isnull=False, in_review=True, then=Value(Standing.REVIEW.value)),
        When(deployed_at__isnull=False, then=Value(Standing.DEPLOYED.value)),
        default=Coalesce(F("latest_state"), Value(Standing.NONE.value)),
        output_field=CharField(),
    )


def _pilots(rows: Any, value: str) -> Any:
    return rows.filter(pilot=value == "oui")


FILTERS = (
    Filter("etat", _("État"), lambda: [(one.value, WORDS[one]) for one in ORDER], by("standing")),
    Filter("province", _("Province"), lambda: Province.choices, by("province")),
    Filter("reseau", _("Réseau"), lambda: Network.choices, by("network")),
    Filter("pilote", _("Pilote"), lambda: list(PILOTS.items()), _pilots),
)


def strategies_asked(user: User, query: QueryDict) -> QuerySet[School]:
    """The schools that the address bar asks for; an unknown value filters nothing."""
    rows: QuerySet[School] = schools_with_strategies(user).filter(search_q(query.get("q", "")))
    return narrowed(rows, FILTERS, query)


def sort_of(query: QueryDict) -> str:
    """The order asked for."""
    return query.get("tri", "") if query.get("tri") in SORTS else "etat"


def counts_of(user: User) -> dict[str, int]:
    """How many schools stand where: one query."""
    rows: Any = schools_with_strategies(user).order_by()
    found: dict[str, int] = {}
    for standing in rows.values_list("standing", flat=True):
        found[standing] = found.get(standing, 0) + 1
    return found


def is_filtered(request: HttpRequest) -> bool:
    return any(request.GET.get(name) for name in ("q", *(one.name for one in FILTERS)))
