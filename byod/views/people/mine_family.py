"""A guardian's page, from a letter: read the charter, say yes or no for each child, change it."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from byod.actions.people.agree import agree, withdraw_agreement
from byod.actions.people.family import children_of, family_of
from byod.actions.people.refuse import refuse
from byod.models.people.links import LinkPurpose, PersonalLink
from byod.models.people.members import Member
from byod.models.people.refusals import RefusalReason
from byod.views.people.door import session_in
from byod.views.people.mine_charter import versions_shown
from inventory.access import DecisionImpossible


@never_cache
@require_http_methods(["GET", "POST"])
def family(request: HttpRequest) -> HttpResponse:
    """GET and POST `/moi/enfants/`: of a guardian who came by a letter; others go to their page."""
    now, link = timezone.now(), _link(request)
    if link is None:
        return HttpResponseRedirect(reverse("byod:mine"))
    members = children_of(link, now)
    first = members[0] if members else link.member
    with translation.override(first.language):
        why = ""
        if request.method == "POST":
            try:
                _decide(request, _asked(request, members), now)
            except DecisionImpossible as refused:
                why = str(refused)
            else:
                return HttpResponseRedirect(reverse("byod:mine_family"))
        told = family_of(members, now)
        context = {
            "family": told,
            "member": first,
            "school": first.site.school,
            "texts": told.texts.texts(first.language),
            "reasons": RefusalReason.choices,
            "why": why,
        }
        status = 409 if why else 200
        return render(request, "byod/people/mine_family.html", context, status=status)


@never_cache
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """POST `/moi/enfants/langue/`: of this page, and of the messages about these children."""
    wanted = request.POST.get("language", "")
    if wanted in ("fr", "de"):
        link = _link(request)
        keys = [row.pk for row in children_of(link, timezone.now())] if link else []
        Member.objects.filter(pk__in=keys).update(language=wanted)
    return HttpResponseRedirect(reverse("byod:mine_family"))


def _link(request: HttpRequest) -> PersonalLink | None:
    """The guardian's letter by which this browser came."""
    session = session_in(request)
    return session.link if session and session.link.purpose == LinkPurpose.AGREE else None


def _asked(request: HttpRequest, members: list[Member]) -> list[Member]:
    """The children of the form, which are all this guardian's; 404 for another's."""
    wanted = set(request.POST.getlist("child"))
    chosen = [row for row in members if str(row.pk) in wanted]
    if not chosen or len(chosen) != len(wanted):
        raise Http404
    return chosen


@transaction.atomic
def _decide(request: HttpRequest, members: list[Member], now: dt.datetime) -> None:
    """Yes, no, or yes no more, for all of them or for none. Raises DecisionImpossible."""
    what = request.POST.get("what", "")
    if what == "agree":
        for member in members:
            agree(member, as_guardian=True, shown=versions_shown(request), now=now)
        messages.success(request, _("Merci\u00a0: votre accord est noté."))
    elif what == "refuse":
        reason, words = request.POST.get("reason", ""), request.POST.get("words", "")
        for member in members:
            refuse(member, reason=reason, words=words, now=now)
        messages.success(request, _("C’est noté\u00a0: vous n’êtes pas d’accord."))
    elif what == "withdraw":
        for member in members:
            withdraw_agreement(member, as_guardian=True, now=now)
        messages.success(request, _("Votre accord est retiré\u00a0: les appareils n’entrent plus."))
