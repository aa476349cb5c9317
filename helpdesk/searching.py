"""Finding by words: tickets, sites, devices, always within what the person sees."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import F, Q
from django.db.models.functions import Greatest

from helpdesk.listing import search_q
from helpdesk.models import Ticket, TicketState
from inventory.models import Device
from schools.models import Site, User
from schools.models.places import SiteQuerySet

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
            | Q(municipality__name__unaccent__icontains=word)
            | Q(postcode=word)
            | Q(number=word)
            | Q(school__number=word)
        )
    return found


def device_q(text: str) -> Q:
    """Devices by name, serial, label, MAC address or product; beside one of these, by school."""
    words = text.split()[:6]
    found = Q()
    for word in words:
        one = (
            Q(name__icontains=word)
            | Q(serial__iexact=word)
            | Q(asset_number__iexact=word)
            | Q(mac__istartswith=word)
            | Q(product__model__icontains=word)
        )
        if len(words) > 1:
            one |= Q(site__school__name__unaccent__icontains=word)
        found &= one
    return found


def search(user: User, text: str) -> Hits:
    """At most a dozen of each kind. A misspelt school is found by likeness."""
    text = text.strip()[:100]
    if len(text) < 2 and not text.isdigit():
        return Hits()
    sites = Site.objects.visible_to(user).select_related("school", "municipality")
    hits = Hits(
        sites=list(sites.filter(site_q(text))[:EACH]),
        devices=list(
            Device.objects.visible_to(user)
            .filter(device_q(text))
            .select_related("product", "site__school", "room")
            .order_by("name")[:EACH]
        ),
    )
    hits.tickets = _tickets(user, text, hits)
    if not hits.count:
        hits.sites = _alike(sites, text)
        hits.close = bool(hits.sites)
    return hits


def _tickets(user: User, text: str, hits: Hits) -> list[Ticket]:
    """Open tickets by any word; then past ones of the places and devices found.

    Past tickets are ten years of rows: they are reached by index, never read through.
    """
    seen = Ticket.objects.visible_to(user).select_related(
        "site__school", "assignee", "device__product", "opened_by"
    )
    found = list(seen.open().filter(search_q(text)).order_by("priority", "-pk")[:EACH])
    if len(found) < EACH and (hits.sites or hits.devices):
        where = Q(site__in=hits.sites) | Q(device__in=hits.devices)
        past = seen.exclude(state__in=TicketState.live()).filter(where)
        found += past.order_by("-opened_at")[: EACH - len(found)]
    return found


def _alike(sites: SiteQuerySet, text: str) -> list[Site]:
    """Sites whose name looks like the text."""
    alike = sites.annotate(
        alike=Greatest(
            TrigramWordSimilarity(text, "school__name"),
            TrigramWordSimilarity(text, "name"),
            TrigramWordSimilarity(text, "municipality__name"),
        )
    )
    return list(alike.filter(alike__gte=CLOSE).order_by(F("alike").desc())[:EACH])
