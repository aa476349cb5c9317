"""Which site a page of people is about: unseen is not found, seen but not one's own is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.people.members import can_run
from byod.models.people.decisions import MassDecision
from byod.models.people.members import MEMBER_READERS, Member
from inventory.access import require
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q
from schools.views.doors import user_of

SITES = 20
DECISIONS = 5
TABS_WITH_UNDO = ("classes", "list")


def own_sites(user: User) -> list[Site]:
    """The sites whose people the person runs."""
    rows = Site.objects.open().filter(sites_q(scope_of(user, MEMBER_READERS)))
    return list(rows.select_related("school").order_by("school__name", "name", "pk")[:SITES])


def site_run(request: HttpRequest, pk: int) -> Site:
    """The site of the address. 404 unseen, 403 with the reason for whoever does not run it."""
    user = user_of(request)
    seen = Site.objects.visible_to(user).select_related("school")
    site = get_object_or_404(seen, pk=pk)
    require(can_run(user, site))
    return site


def member_run(request: HttpRequest, pk: int) -> Member:
    """Somebody of a site that the person runs; 404 for anybody else's."""
    user = user_of(request)
    rows = Member.objects.visible_to(user).select_related("site__school", "school_class")
    try:
        member = rows.get(pk=pk)
    except ObjectDoesNotExist:
        raise Http404 from None
    require(can_run(user, member.site))
    return member


def recent_decisions(site: Site, now: dt.datetime) -> list[MassDecision]:
    """What was done to many here and can still be undone, the latest first."""
    rows = MassDecision.objects.undoable(now).filter(site=site).select_related("made_by")
    return list(rows[:DECISIONS])


def base(request: HttpRequest, site: Site, here: str, tab: str) -> dict[str, Any]:
    """What every page of a site's people begins with."""
    home = reverse("byod:people", args=[site.pk])
    crumbs: list[tuple[str, str | None]] = [(_("Personnes et appareils"), home)]
    crumbs = [*crumbs, (here, None)] if here else [(_("Personnes et appareils"), None)]
    return {
        "menu": "byod_people",
        "crumbs": crumbs,
        "site": site,
        "sites": own_sites(user_of(request)),
        "tab": tab,
        "decisions": recent_decisions(site, timezone.now()) if tab in TABS_WITH_UNDO else [],
    }
