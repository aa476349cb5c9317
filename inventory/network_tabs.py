"""What every page of a site's network begins with: the site, who may write, the tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.access.network import can_keep_network
from schools.models import Site
from schools.rules import Refused
from schools.views.doors import user_of
from schools.views.sites import crumbs_of_site


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of the network: its URL name and word."""

    name: str
    word: str | Promise


TABS = (
    Tab("site_network", gettext_lazy("Dessin")),
    Tab("site_floors", gettext_lazy("Étages")),
    Tab("site_cables", gettext_lazy("Câbles")),
    Tab("site_vlans", "VLAN"),
    Tab("site_wifi", "WiFi"),
    Tab("site_addresses", gettext_lazy("Adresses")),
    Tab("site_racks", gettext_lazy("Baies")),
    Tab("site_coverage", gettext_lazy("Couverture")),
)


def site_of(request: HttpRequest, pk: int) -> Site:
    """The site, if the person sees it; 404 otherwise."""
    seen = Site.objects.visible_to(user_of(request))
    return get_object_or_404(seen.select_related("school__authority", "municipality"), pk=pk)


def network_context(request: HttpRequest, site: Site, tab: str, *more: str) -> dict[str, Any]:
    """Menu, crumbs, tabs, and whether the person may write; ``more`` are crumbs below the tab."""
    answer = can_keep_network(user_of(request), site)
    crumbs: list[tuple[str, str | None]] = [
        *crumbs_of_site(site)[:-1],
        (site.name or str(site.municipality), reverse("schools:site", args=[site.pk])),
        (_("Réseau"), reverse(f"inventory:{tab}", args=[site.pk]) if more else None),
        *((text, None) for text in more),
    ]
    return {
        "menu": "sites",
        "site": site,
        "crumbs": crumbs,
        "tabs": [(reverse(f"inventory:{t.name}", args=[site.pk]), t.word, t.name) for t in TABS],
        "tab": tab,
        "may_keep": bool(answer),
        "why_not": answer.why if isinstance(answer, Refused) else "",
        "live": f"sse:site-{site.pk}",
    }


def url_of(name: str, *args: int) -> str:
    """The address of a page of a higher app; empty where that app is not there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
