"""The live stream carries what changed, within each reader's scope and nothing beyond."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.test import Client

from deploy.interface.live import QUEUE_LENGTH, RESYNC, Stream, frames, visible_sites
from helpdesk.models.tickets import TICKET_READERS
from schools.live import announce
from tests.cast import Cast, make_cast

LONG = 5.0


def cookie_of(user) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


@dataclass
class Reader:
    """One open stream, read in a thread."""

    url: str
    cookie: str
    events: list[tuple[str, dict]] = field(default_factory=list)
    status: int = 0

    def open(self) -> Reader:
        where = urllib.parse.urlsplit(self.url)
        self.line = http.client.HTTPConnection(where.hostname, where.port, timeout=20)
        self.line.request("GET", "/live/", headers={"Cookie": f"sessionid={self.cookie}"})
        self.socket = self.line.sock
        self.answer = self.line.getresponse()
        self.status = self.answer.status
        if self.status == 200:
            threading.Thread(target=self._read, daemon=True).start()
            assert self.wait("ready")
        return self

    def close(self) -> None:
        """Hang up as a browser does that leaves the page."""
        self.socket.shutdown(socket.SHUT_RDWR)

    def _read(self) -> None:
        name = ""
        try:
            for raw in self.answer:
                line = raw.decode().rstrip("\n")
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("data: "):
                    self.events.append((name, json.loads(line[6:])))
        except (OSError, http.client.HTTPException):
            pass

    @property
    def names(self) -> list[str]:
        return [name for name, _data in self.events]

    def wait(self, name: str, seconds: float = LONG) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if name in self.names:
                return True
            time.sleep(0.02)
        return False


@pytest.fixture
def world(granian: str, transactional_db: None) -> tuple[str, Cast]:
    return granian, make_cast()


def test_each_reader_hears_their_own_schools_and_no_other(world: tuple[str, Cast]) -> None:
    url, cast = world
    claire = Reader(url, cookie_of(cast.claire)).open()
    karl = Reader(url, cookie_of(cast.karl)).open()
    sofia = Reader(url, cookie_of(cast.sofia)).open()
    thomas = Reader(url, cookie_of(cast.thomas)).open()

    announce("ticket", 123, site=cast.tilleuls.pk)
    announce("ticket", 124, site=cast.peupliers.pk)
    announce("incident", 9, site=None)
    announce("ticket", 125, site=cast.tilleuls.pk)

    assert claire.wait("ticket-125")
    assert sofia.wait("ticket-125")
    assert thomas.wait("ticket-125")
    assert karl.wait("ticket-124")
    time.sleep(0.3)
    assert {n for n in claire.names if n.startswith("ticket-")} == {"ticket-123", "ticket-125"}
    assert {n for n in karl.names if n.startswith("ticket-")} == {"ticket-124"}
    assert {n for n in thomas.names if n.startswith("ticket-")} == {"ticket-123", "ticket-125"}
    assert "incident" in sofia.names  # sees the whole Region
    assert "incident" not in claire.names + karl.names + thomas.names


def test_a_rolled_back_change_is_never_announced(world: tuple[str, Cast]) -> None:
    url, cast = world
    sofia = Reader(url, cookie_of(cast.sofia)).open()
    with transaction.atomic():
        announce("ticket", 1, site=cast.tilleuls.pk)
        transaction.set_rollback(True)
    announce("ticket", 2, site=cast.tilleuls.pk)
    assert sofia.wait("ticket-2")
    assert "ticket-1" not in sofia.names


def test_it_refuses_a_visitor_and_a_thirteenth_page(world: tuple[str, Cast]) -> None:
    url, cast = world
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{url}/live/", timeout=5)
    assert refused.value.code == 401
    cookie = cookie_of(cast.sofia)
    opened = [Reader(url, cookie).open() for _ in range(12)]
    assert [reader.status for reader in opened] == [200] * 12
    assert Reader(url, cookie).open().status == 429
    announce("ticket", 7, site=cast.tilleuls.pk)
    assert all(reader.wait("ticket-7") for reader in opened)


def test_a_closed_page_leaves_room_for_another(world: tuple[str, Cast]) -> None:
    url, cast = world
    cookie = cookie_of(cast.claire)
    for _ in range(15):
        reader = Reader(url, cookie).open()
        assert reader.status == 200
        reader.close()


def test_a_slow_reader_loses_the_backlog_and_is_told_to_read_again() -> None:
    stream = Stream(1, frozenset({5}), frozenset({5}))
    for number in range(QUEUE_LENGTH + 1):
        stream.offer({"topic": "ticket", "id": number, "site": 5})
    assert stream.queue.qsize() == 1
    assert stream.queue.get_nowait() is RESYNC


def test_an_event_speaks_under_its_topic_and_its_number() -> None:
    text = frames({"topic": "check", "id": 4, "site": 5, "ticket": 6})
    names = [line[7:] for line in text.splitlines() if line.startswith("event: ")]
    assert names == ["check", "check-4", "ticket-6", "site-5"]


def test_a_topic_cannot_break_out_of_its_frame() -> None:
    text = frames({"topic": "x\n\ndata: evil", "id": 1, "site": None})
    assert "\n\ndata: evil" not in text.replace("\n\nevent", "")
    assert text.startswith("event: xdataevil\n")


def test_a_role_that_ended_closes_the_ears(cast: Cast) -> None:
    assert visible_sites(cast.sofia) is None
    assert visible_sites(cast.claire) == {cast.tilleuls.pk}
    cast.claire.roles.all().delete()
    assert visible_sites(cast.claire) == frozenset()


def test_who_reads_no_tickets_hears_of_none() -> None:
    officer = Stream(1, None, frozenset())
    assert officer.hears({"topic": "incident", "id": 1, "site": 5})
    assert not officer.hears({"topic": "ticket", "id": 1, "site": 5})
    assert not officer.hears({"topic": "incident", "id": 1, "site": 5, "ticket": 3})


@pytest.mark.django_db
def test_an_officer_sees_every_site_and_no_ticket(cast: Cast) -> None:
    assert visible_sites(cast.odile) is None
    assert visible_sites(cast.odile, TICKET_READERS) == frozenset()
    assert visible_sites(cast.sofia, TICKET_READERS) is None
