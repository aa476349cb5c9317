"""The list of planned changes as a question."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from inventory.models import ConfigTemplate, PushPlan, PushState, PushStep, StepState
from inventory.models.push import PushPlanQuerySet
from schools.filters import Filter, narrowed
from schools.keyset import Column
from schools.models import Province, Site, User

NEWEST = (Column("made_at", down=True, moment=True), Column("pk", down=True, kind=int))
GROUPS = {
    "a-approuver": (_("À approuver"), ["submitted"]),
    "en-cours": (_("En cours"), ["approved", "canary", "held", "waves", "returning"]),
    "arretes": (_("Arrêtés"), ["stopped"]),
    "finis": (_("Finis"), ["done", "returned", "refused", "dropped", "expired"]),
    "brouillons": (_("Brouillons"), ["draft"]),
}
"""What a person looks for, and the states it means."""
STEP_STATES = ("offline", "failed", "rolled_back", "moved", "blocked")


def _with(**asked: Any) -> Exists:
    return Exists(PushStep.objects.filter(plan=OuterRef("pk"), **asked))


FILTERS = (
    Filter(
        "suivi",
        _("Suivi"),
        lambda: [(key, word) for key, (word, _states) in GROUPS.items()],
        lambda rows, value: rows.filter(state__in=GROUPS[value][1]),
    ),
    Filter(
        "etat",
        _("État"),
        lambda: PushState.choices,
        lambda rows, value: rows.filter(state=value),
    ),
    Filter(
        "modele",
        _("Modèle"),
        lambda: list(ConfigTemplate.objects.values_list("pk", "name")[:50]),
        lambda rows, value: rows.filter(template_version__template=value),
    ),
    Filter(
        "province",
        _("Province"),
        lambda: Province.choices,
        lambda rows, value: rows.filter(_with(site__province=value)),
    ),
    Filter(
        "equipements",
        _("Équipements"),
        lambda: [(key, StepState(key).label) for key in STEP_STATES],
        lambda rows, value: rows.filter(_with(state=value)),
    ),
)


def plans_asked(user: User, query: QueryDict) -> PushPlanQuerySet:
    """The plans that the address bar asks for, with how far each is."""
    rows = PushPlan.objects.visible_to(user)
    for word in str(query.get("q", "")).split()[:5]:
        rows = rows.filter(
            Q(title__unaccent__icontains=word)
            | Q(template_version__template__name__unaccent__icontains=word)
            | Q(author__full_name__unaccent__icontains=word)
        )
    if (site := str(query.get("site", ""))).isdecimal() and len(site) < 19:
        rows = rows.filter(_with(site=int(site)))
    return narrowed(rows, FILTERS, query)


def with_counts(rows: PushPlanQuerySet) -> PushPlanQuerySet:
    """Each with its devices and how many are written, of those that take part."""
    taking_part = ~Q(steps__state__in=[StepState.SKIPPED, StepState.BLOCKED])
    return rows.select_related("template_version__template", "author", "decided_by").annotate(
        devices=Count("steps", filter=taking_part),
        written=Count("steps", filter=Q(steps__state=StepState.VERIFIED)),
        sites=Count("steps__site", filter=taking_part, distinct=True),
    )


def site_chosen(user: User, query: QueryDict) -> Site | None:
    """The site that the list is narrowed to, if the person sees it."""
    key = str(query.get("site", ""))
    if not key.isdecimal() or len(key) > 18:
        return None
    return Site.objects.visible_to(user).select_related("school").filter(pk=int(key)).first()
