"""What the helpdesk answers to the box: tickets, by number, by words, by place or device."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.listing import search_q
from helpdesk.models import Ticket, TicketState
from helpdesk.rows import Row, rows_of
from inventory.models import Device
from inventory.searching import device_q
from schools.finding import EACH, Group, Hit
from schools.models import Site, User
from schools.searching import sites_q
from schools.words import Asked


def tickets(user: User, asked: Asked, alike: bool) -> Iterator[Group]:
    """The ticket of that number; open ones by any word; past ones of the places found.

    Past tickets are ten years of rows: they are reached by index, never read through.
    """
    if alike or not asked.text:
        return
    seen = Ticket.objects.visible_to(user).select_related(
        "site__school", "assignee", "device__product", "opened_by"
    )
    key = asked.key or 0
    found = list(seen.filter(pk=key)) if key else []
    by_words = seen.open().filter(search_q(asked.text)).exclude(pk=key)
    found += by_words.order_by("priority", "-pk")[: EACH + 1]
    if len(found) < EACH and asked.words:
        past = seen.exclude(state__in=TicketState.live()).exclude(pk=key)
        found += past.filter(_where(user, asked)).order_by("-opened_at")[: EACH - len(found)]
    hits = [_hit(row, asked) for row in rows_of(found[:EACH], timezone.now())]
    more = f"{reverse('helpdesk:queue')}?q={quote(asked.text)}" if len(found) > EACH else ""
    yield Group("tickets", _("Tickets"), "inbox", hits, more)


def _where(user: User, asked: Asked) -> Q:
    """At one of the first sites or devices that fit: a dozen keys, so that the index is used."""
    sites = Site.objects.visible_to(user).filter(sites_q(asked)).order_by()
    devices = Device.objects.visible_to(user).filter(device_q(user, asked)).order_by()
    return Q(site__in=[*sites.values_list("pk", flat=True)[:EACH]]) | Q(
        device__in=[*devices.values_list("pk", flat=True)[:EACH]]
    )


def _hit(row: Row, asked: Asked) -> Hit:
    ticket = row.ticket
    return Hit(
        ticket.pk,
        reverse("helpdesk:ticket", args=[ticket.pk]),
        ticket.title,
        f"{ticket.pk} · P{ticket.priority} · {ticket.site}",
        (row.badge.key, row.badge.word),
        ticket.pk == asked.key,
    )
