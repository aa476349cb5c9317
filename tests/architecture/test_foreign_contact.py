"""Claire, contact of Tilleuls, gets 404 for everything of Peupliers, through every door."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from deploy.interface.live import Stream, visible_sites
from helpdesk.models import Comment, Ticket, TicketEvent
from schools.models import AuditEntry, Consent
from tests.architecture import walk
from tests.world import Everything

OPEN_TO_ALL = {"metrics", "sign-in", "set_language", "kit", "kit-door", "kit-phone", "kit-rows"}
"""Doors that show nothing of any school; the catalogue of resources names who gave them."""
OPEN_TO_ALL |= {"grants:open_resources"}


@pytest.fixture
def claire(cast, ours, theirs) -> Client:
    return walk.client_of(cast.claire)


def named_doors() -> list[walk.Door]:
    return [
        door
        for door in walk.doors()
        if door.params and door.name not in walk.SHARED and not door.name.startswith("lab:")
    ]


def plain_doors() -> list[walk.Door]:
    return [door for door in walk.doors() if not door.params and door.name not in OPEN_TO_ALL]


def marks(world: Everything) -> list[str]:
    """Words by which a page would betray the school."""
    return [
        world.site.name,
        world.site.school.name,
        world.switch.name,
        world.access_point.name,
        world.room.name,
        world.ticket.title,
        world.target.address,
        world.incident.reference,
    ]


def text_of(answer: HttpResponseBase) -> str:
    if getattr(answer, "streaming", False):
        chunks = answer.streaming_content  # type: ignore[attr-defined]
        if not hasattr(chunks, "__iter__"):
            return ""  # an endless stream: tested below
        return b"".join(chunks).decode(errors="replace")
    return answer.content.decode(errors="replace")  # type: ignore[attr-defined]


def send(claire: Client, method: str, url: str, **headers: str) -> int:
    """The status of a request; the API is spoken to in JSON."""
    extra: dict[str, Any] = {"headers": headers}
    if url.startswith("/api/") and method != "get":
        extra |= {"data": "{}", "content_type": "application/json"}
    status: int = getattr(claire, method)(url, **extra).status_code
    return status


def facts() -> tuple[Any, ...]:
    rows = (Ticket, Comment, TicketEvent, AuditEntry, Consent)
    states = tuple(Ticket.objects.order_by("pk").values_list("state", "assignee", "priority"))
    return (*(model.objects.count() for model in rows), states)


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_every_url_of_an_object_is_404_whatever_the_method(method, claire, theirs):
    arguments, before = walk.table()["arguments"], facts()
    for door in named_doors():
        url = walk.address(door, arguments[door.name], theirs)
        status = send(claire, method, url)
        assert status in {404, 405}, f"{method} {url}: {status}"
    assert facts() == before


def test_at_least_one_method_of_each_is_404_not_merely_unsupported(claire, theirs):
    """405 to everything would hide a door that nobody tried."""
    arguments = walk.table()["arguments"]
    for door in named_doors():
        url = walk.address(door, arguments[door.name], theirs)
        assert 404 in {send(claire, "get", url), send(claire, "post", url)}, url


def test_live_cells_graphs_and_panels_asked_by_htmx_are_404_too(claire, theirs):
    arguments = walk.table()["arguments"]
    for door in named_doors():
        url = walk.address(door, arguments[door.name], theirs)
        for method in ("get", "post"):
            status = send(claire, method, url, **{"HX-Request": "true"})
            assert status in {404, 405}, f"{url}: {status}"


def test_panels_of_settings_are_among_the_walked(claire, theirs):
    known = {door.name for door in named_doors()}
    for panel, pk in (
        *((panel[0], theirs.site.pk) for panel in settings.SITE_PANELS),
        *((panel[0], theirs.access_point.pk) for panel in settings.DEVICE_PANELS),
    ):
        assert panel in known
        assert claire.get(reverse(panel, args=[pk])).status_code == 404


def test_lists_exports_and_pages_never_name_the_other_school(claire, theirs):
    for door in plain_doors():
        text = text_of(claire.get(reverse(door.name)))
        told = [mark for mark in marks(theirs) if mark in text]
        assert told == [], f"{door.name} tells {told}"


def test_asking_by_parameter_tells_nothing_either(claire, theirs):
    """Filters, searches and guided forms take keys and words: none reaches outside."""
    keys = {
        **dict.fromkeys(("site", "implantation"), theirs.site.pk),
        **dict.fromkeys(("school", "ecole"), theirs.site.school.pk),
        **dict.fromkeys(("room", "local", "salle"), theirs.room.pk),
        **dict.fromkeys(("device", "equipement", "appareil"), theirs.access_point.pk),
        **dict.fromkeys(("ticket", "pk", "id", "open"), theirs.ticket.pk),
        "target": theirs.target.pk,
        "province": theirs.site.province,
        "commune": theirs.site.municipality.name,
    }
    for door in plain_doors():
        text = text_of(claire.get(reverse(door.name), keys))
        told = [mark for mark in marks(theirs) if mark in text]
        assert told == [], f"{door.name} tells {told}"


def test_searching_for_it_finds_nothing(claire, theirs):
    """A page may repeat the words that were typed; it must add none of its own."""
    searched = [door for door in plain_doors() if not door.name.startswith("api:")]
    for typed in (theirs.access_point.name, theirs.site.name, str(theirs.ticket.pk)):
        for door in searched:
            text = text_of(claire.get(reverse(door.name), {"q": typed}))
            told = [mark for mark in marks(theirs) if mark in text and mark not in typed]
            told = [mark for mark in told if typed not in mark]
            assert told == [], f"{door.name}?q={typed} tells {told}"


def test_one_s_own_address_with_another_s_object_inside_is_404(claire, ours, theirs):
    """The second parameter of a URL is checked against the first."""
    arguments = walk.table()["arguments"]
    for door in named_doors():
        if len(door.params) < 2:
            continue
        first, *rest = door.params
        told = arguments[door.name]
        kwargs = {first: walk.argument(told[first], ours)}
        kwargs |= {param: walk.argument(told[param], theirs) for param in rest}
        if all(isinstance(told[param], str) and hasattr(theirs, told[param]) for param in rest[:1]):
            url = reverse(door.name, kwargs=kwargs)
            assert claire.get(url).status_code in {404, 405}, url
            assert send(claire, "post", url) in {404, 405}, url


def test_the_live_stream_carries_nothing_of_it(cast, theirs):
    stream = Stream(cast.claire.pk, visible_sites(cast.claire), visible_sites(cast.claire))
    for topic in ("ticket", "incident", "device", "check", "target"):
        assert not stream.hears({"topic": topic, "id": 1, "site": theirs.site.pk})
        assert not stream.hears({"topic": topic, "id": 1, "site": None})
        assert stream.hears({"topic": topic, "id": 1, "site": cast.tilleuls.pk})


def test_the_photo_has_no_other_address(claire, theirs):
    """Uploads are served by a scoped view alone; no URL leads to the folder."""
    assert claire.get(f"/media/{theirs.attachment.file.name}").status_code == 404
    assert claire.get(f"/static/{theirs.attachment.file.name}").status_code == 404
