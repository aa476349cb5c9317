"""Finding by words: tickets, sites, devices, always within what the person sees."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import F, Q
from django.db.models.functions import Greatest

from helpdesk.listing import search_q
from helpdesk.models import Ticket
from inventory.models import Device
from schools.models import Site, User

EACH = 12
CLOSE = 0.45
"""Word similarity from which a misspelt name counts as found (pg_trgm, 0 to 1)."""


@dataclass(slots=True)
class Hits:
    """What was found, best first; ``close``: nothing fits exactly, these names look alike."""

    tickets: list[Ticket] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    devices: list[Device] = field(default_factory=list)
    close: bool = False

    @property
    def count(self) -> int:
        return len(self.tickets) + len(self.sites) + len(self.devices)


def site_q(text: str) -> Q:
    """Sites that hold every word in their name, school, town, postcode or FASE number."""
    found = Q()
    for word in text.split()[:6]:
        found &= (
            Q(name__unaccent__icontains=word)
            | Q(school__name__unaccent__icontains=word)
            | Q(municipality__unaccent__icontains=word)
            | Q(postcode=word)
            | Q(fase_number=word)
            | Q(school__number=word)
        )
    return found


def device_q(text: str) -> Q:
    """Devices by name, serial, label or MAC address, or by product."""
    found = Q()
    for word in text.split()[:6]:
        found &= (
            Q(name__icontains=word)
            | Q(serial__iexact=word)
            | Q(asset_number__iexact=word)
            | Q(mac__istartswith=word)
            | Q(product__model__icontains=word)
            | Q(site__school__name__unaccent__icontains=word)
        )
    return found


def search(user: User, text: str) -> Hits:
    """At most a dozen of each kind. A misspelt school is found by likeness."""
    text = text.strip()[:100]
    if len(text) < 2 and not text.isdigit():
        return Hits()
    sites = Site.objects.visible_to(user).select_related("school")
    hits = Hits(
        tickets=list(
            Ticket.objects.visible_to(user)
            .filter(search_q(text))
            .select_related("site__school", "assignee", "device__product", "opened_by")
            .order_by("closed_at", "priority", "-pk")[:EACH]
        ),
        sites=list(sites.filter(site_q(text))[:EACH]),
        devices=list(
            Device.objects.visible_to(user)
            .filter(device_q(text))
            .select_related("product", "site__school", "room")
            .order_by("name")[:EACH]
        ),
    )
    if not hits.count:
        alike = sites.annotate(
            alike=Greatest(
                TrigramWordSimilarity(text, "school__name"),
                TrigramWordSimilarity(text, "name"),
                TrigramWordSimilarity(text, "municipality"),
            )
        )
        hits.sites = list(alike.filter(alike__gte=CLOSE).order_by(F("alike").desc())[:EACH])
        hits.close = bool(hits.sites)
    return hits
