"""What the technicians' pages cost: the same number of queries however many rows they show.

The figures are reviewed baselines: a change of one of them is a decision, not a surprise.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.actions.comment_ticket import comment_ticket
from helpdesk.actions.open_tickets import open_tickets
from helpdesk.models import Ticket
from inventory.models import Category, RoomCoverage
from tests.cast import Cast, make_device, make_room, make_site
from tests.helpdesk.faults import fail, fail_new

BASELINES = {
    "wall": 29,
    "queue": 7,
    "incidents": 7,
    "queue-export": 6,  # one of them: the journal
    "incidents-export": 6,
    "search": 12,
    "preview": 7,
    "ticket": 31,
}

FULL_GROUP = 5
"""So many troubles fill the group of tickets; while it is not, past ones are looked for too."""


def _more_trouble(cast: Cast, rank: int) -> None:
    """A root cause with consequences at two sites, and words about it."""
    for site in (cast.tilleuls, make_site(f"Frênes {rank}", "hainaut")):
        root = fail_new(site, f"SW-{rank}")
        point = make_device(site, f"AP-{rank}", Category.ACCESS_POINT)
        room = make_room(site, f"R-{rank}")
        RoomCoverage.objects.create(access_point=point, room=room)
        fail(point, root=root)
    open_tickets()
    for ticket in Ticket.objects.order_by("-pk")[:2]:
        comment_ticket(ticket.pk, "Bonjour", by=cast.sofia)


def _queries(client: Client, url: str) -> int:

    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url)
        assert answer.status_code == 200
        if answer.streaming:
            b"".join(answer.streaming_content)
    return len(captured)


@pytest.mark.parametrize("name", BASELINES)
def test_a_page_costs_the_same_with_more_rows(cast: Cast, name: str) -> None:
    client = Client()
    client.force_login(cast.sofia)
    for rank in range(1, FULL_GROUP if name == "search" else 2):
        _more_trouble(cast, rank)
    first = Ticket.objects.order_by("pk").first()
    assert first is not None
    args = [first.pk] if name in ("ticket", "preview") else []
    app = "schools" if name == "search" else "helpdesk"
    url = reverse(f"{app}:{name}", args=args) + ("?q=SW" if name == "search" else "")
    _queries(client, url)  # what a process reads once
    few = _queries(client, url)
    for rank in range(FULL_GROUP, FULL_GROUP + 4):
        _more_trouble(cast, rank)
    if name == "ticket":
        root = first.causes.get(role="root").incident
        for n in range(5):
            fail(make_device(root.site, f"AP-late-{n}", Category.ACCESS_POINT), root=root)
        open_tickets()
        for n in range(5):
            comment_ticket(first.pk, f"Encore {n}", by=(cast.sofia, cast.claire)[n % 2])
    many = _queries(client, url)
    assert many == few, f"{name}: {few} queries, then {many} with more rows"
    assert many == BASELINES[name], f"{name}: {many} queries, the baseline says {BASELINES[name]}"
