"""The list of transition plans as a question: one row per school, by its latest version."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from schools.agreements.listing import search_q
from schools.models import Network, PlanState, Province, School, Site, TransitionPlan, User

PAGE = 50
NONE = "none"
STATES: dict[str, Any] = {
    PlanState.SUBMITTED.value: _("À examiner"),
    PlanState.RETURNED.value: _("À compléter"),
    PlanState.DRAFT.value: _("Brouillon"),
    PlanState.WITHDRAWN.value: _("Repris par l’école"),
    PlanState.APPROVED.value: _("Approuvé"),
    NONE: _("Sans plan"),
}
"""State of the latest version → label of the filter."""
RANKS = (PlanState.SUBMITTED, PlanState.RETURNED, PlanState.DRAFT, PlanState.WITHDRAWN)
"""What awaits somebody comes first; then what is approved, then schools without a plan."""

SORTS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "examiner": (
        _("À examiner d’abord"),
        ("rank", F("submitted_at").asc(nulls_last=True), "name", "pk"),
    ),
    "ecole": (_("École"), ("name", "pk")),
    "recents": (_("Soumis récemment"), (F("submitted_at").desc(nulls_last=True), "name", "pk")),
}
LOOKS: dict[str, tuple[str, str]] = {
    PlanState.DRAFT.value: ("unknown", "pencil"),
    PlanState.SUBMITTED.value: ("suspect", "hourglass"),
    PlanState.RETURNED.value: ("degraded", "arrow-back-up"),
    PlanState.WITHDRAWN.value: ("unknown", "arrow-back-up"),
    PlanState.APPROVED.value: ("ok", "circle-check"),
    PlanState.SUPERSEDED.value: ("unknown", "history"),
}
"""State of a version → colour and icon of the house."""


def schools_with_plans(user: User) -> QuerySet[School]:
    """Open schools of the person's scope, with the latest version that this person may see."""
    seen = TransitionPlan.objects.visible_to(user).filter(school=OuterRef("pk"))
    latest = seen.order_by("-version")
    asking = (
        Site.objects.filter(plan_sites__plan=OuterRef("plan_id"), plan_sites__asks=True)
        .order_by()
        .values("plan_sites__plan")
        .annotate(n=Count("pk"))
        .values("n")
    )
    place = Site.objects.open().filter(school=OuterRef("pk")).order_by("pk")
    ranks = [When(plan_state=state, then=n) for n, state in enumerate(RANKS)]
    return (
        School.objects.visible_to(user)
        .open()
        .select_related("authority")
        .annotate(
            plan_id=Subquery(latest.values("pk")[:1]),
            plan_state=Subquery(latest.values("state")[:1]),
            plan_version=Subquery(latest.values("version")[:1]),
            submitted_at=Subquery(latest.values("submitted_at")[:1]),
            approved_version=Subquery(seen.filter(state=PlanState.APPROVED).values("version")[:1]),
            approved_on=Subquery(seen.filter(state=PlanState.APPROVED).values("approved_on")[:1]),
            province=Subquery(place.values("province")[:1]),
        )
        .annotate(
            asking=Subquery(asking[:1]),
            rank=Case(
                *ranks,
                When(plan_state__isnull=False, then=len(RANKS)),
                default=len(RANKS) + 1,
                output_field=IntegerField(),
            ),
        )
    )


def plans_asked(user: User, query: QueryDict) -> QuerySet[School]:
    """The schools that the address bar asks for; an unknown value filters nothing."""
    schools = schools_with_plans(user).filter(search_q(query.get("q", "")))
    state = query.get("etat", "")
    if state == NONE:
        schools = schools.filter(Q(plan_state__isnull=True))
    elif state in STATES:
        schools = schools.filter(Q(plan_state=state))
    if query.get("province", "") in Province.values:
        schools = schools.filter(Q(province=query["province"]))
    if query.get("reseau", "") in Network.values:
        schools = schools.filter(network=query["reseau"])
    return schools.order_by(*SORTS[sort_of(query)][1])


def sort_of(query: QueryDict) -> str:
    """The order asked for."""
    return query.get("tri", "") if query.get("tri") in SORTS else "examiner"
