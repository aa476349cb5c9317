"""What awaits a person besides signatures: papers to hand in, plans to complete or to review."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from schools.access import AUTHORITY, HEAD, OFFICER
from schools.models import Consent, Document, PlanState, TransitionPlan, User
from schools.models.scope import scope_of


@dataclass(frozen=True)
class Awaited:
    """One line of the notice: what to do, and where."""

    text: str
    url: str


def awaiting(user: User, today: dt.date) -> list[Awaited]:
    """Three queries at most; none for who has nothing to hand in, complete or review."""
    return [*_papers(user, today), *_to_complete(user), *_to_review(user)]


def _papers(user: User, today: dt.date) -> list[Awaited]:
    authorities, schools = scope_of(user, AUTHORITY).authorities, scope_of(user, HEAD).schools
    if not authorities and not schools:
        return []
    there = Document.objects.current().filter(consent=OuterRef("pk"))
    rows = (
        Consent.objects.not_over(today)
        .filter(~Exists(there), Q(authority__in=authorities) | Q(school__in=schools))
        .exclude(text=None)  # given before there was a text to sign: nothing is awaited
        .select_related("authority", "school")
    )
    return [
        Awaited(_("Document signé attendu : %(what)s") % {"what": consent}, agreement_url(consent))
        for consent in rows[:20]
    ]


def agreement_url(consent: Consent) -> str:
    """The page of an agreement's owner."""
    if consent.authority_id is not None:
        return reverse("schools:authority_agreement", args=[consent.authority_id])
    return reverse("schools:school_agreement", args=[consent.school_id])


def _to_complete(user: User) -> list[Awaited]:
    schools = scope_of(user, HEAD).schools
    if not schools:
        return []
    newer = TransitionPlan.objects.filter(
        school=OuterRef("school"), version__gt=OuterRef("version")
    )
    rows = TransitionPlan.objects.filter(
        ~Exists(newer), school__in=schools, state=PlanState.RETURNED
    ).select_related("school")
    return [
        Awaited(
            _("Plan de transition à compléter : %(school)s") % {"school": plan.school},
            reverse("schools:school_plan", args=[plan.school_id]),
        )
        for plan in rows
    ]


def _to_review(user: User) -> list[Awaited]:
    if not scope_of(user, OFFICER).region:
        return []
    waiting = TransitionPlan.objects.filter(state=PlanState.SUBMITTED).count()
    if not waiting:
        return []
    words = ngettext(
        "%(n)d plan de transition attend votre examen",
        "%(n)d plans de transition attendent votre examen",
        waiting,
    )
    return [Awaited(words % {"n": waiting}, f"{reverse('schools:plans')}?etat=submitted")]
