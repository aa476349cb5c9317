"""What the network's pages of a site begin with."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from byod.access.network.keeping import can_keep_clients, can_read_sessions
from schools.models import Site
from schools.rules import Refused
from schools.views.doors import user_of
from schools.views.sites import crumbs_of_site


def site_seen(request: HttpRequest, pk: int) -> Site:
    """The site, if the person sees it; 404 otherwise."""
    seen = Site.objects.visible_to(user_of(request))
    return get_object_or_404(seen.select_related("school__authority", "municipality"), pk=pk)


def site_context(request: HttpRequest, site: Site, tab: str, word: str) -> dict[str, Any]:
    """Crumbs, tabs, who may do what."""
    user = user_of(request)
    reads, keeps = can_read_sessions(user, site), can_keep_clients(user, site)
    tabs = [("site_sessions", _("Connexions"))]
    if reads:
        tabs += [("site_attempts", _("Tentatives")), ("site_clients", _("Clients RADIUS"))]
    tabs.append(("site_segments", _("Segments")))
    here = site.name or str(site.municipality)
    return {
        "menu": "policies",
        "site": site,
        "crumbs": [
            *crumbs_of_site(site)[:-1],
            (here, reverse("schools:site", args=[site.pk])),
            (word, None),
        ],
        "tabs": [(reverse(f"byod:{name}", args=[site.pk]), text, name) for name, text in tabs],
        "tab": tab,
        "may_read": bool(reads),
        "may_keep": bool(keeps),
        "why_not": keeps.why if isinstance(keeps, Refused) else "",
        "live": f"sse:site-{site.pk}",
    }
