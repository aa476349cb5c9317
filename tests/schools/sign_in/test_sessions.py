"""How long one stays signed in, where, and how it ends."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from schools.models import AuditEntry, Session, SharedCount, User
from schools.sign_in.browsers import device_words
from schools.tasks import clear_sessions
from tests.cast import Cast
from tests.schools.sign_in.people import is_in, sign_in

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture(autouse=True)
def _no_counts_from_elsewhere(db):
    cache.clear()


def signed_in(person: User, **more: str) -> Client:
    client = Client(**more)
    sign_in(client, person)
    return client


def pass_time(person: User, **span: float) -> None:
    """Let the sessions of that person be so much older."""
    back = dt.timedelta(**span)
    for row in Session.sessions.filter(user=person):
        row.began_at, row.seen_at = row.began_at - back, row.seen_at - back
        row.ends_at, row.expire_date = row.ends_at - back, row.expire_date - back
        row.save()


@pytest.mark.parametrize(
    ("who", "idle_h", "longest_h"), [("claire", 12, 168), ("sofia", 4, 12), ("odile", 4, 12)]
)
def test_it_ends_without_activity_and_at_the_latest(who, idle_h, longest_h, cast: Cast):
    person = getattr(cast, who)
    client = signed_in(person)
    row = Session.sessions.of(person).get()
    assert row.expire_date - row.seen_at == dt.timedelta(hours=idle_h)
    assert row.ends_at - row.began_at == dt.timedelta(hours=longest_h)
    pass_time(person, hours=idle_h - 0.1)
    assert is_in(client)
    pass_time(person, hours=idle_h + 0.1)
    assert not is_in(client)


def test_activity_pushes_the_end_back_but_never_beyond_the_latest(cast: Cast):
    client = signed_in(cast.sofia)
    for _n in range(3):
        pass_time(cast.sofia, hours=3.5)
        assert is_in(client)
    row = Session.sessions.of(cast.sofia).get()
    assert row.expire_date == row.ends_at  # 10.5 h old: the 12 h end comes before the idle one
    pass_time(cast.sofia, hours=1.6)
    assert not is_in(client)


def test_a_page_that_reads_itself_again_keeps_nobody_signed_in(cast: Cast):
    client = signed_in(cast.sofia)
    pass_time(cast.sofia, hours=1)
    seen_at = Session.sessions.of(cast.sofia).get().seen_at
    client.get("/file/", headers={"X-Preau-Live": "1"})
    client.get("/file/", headers={"HX-Request": "true"})
    client.get("/live/")
    assert Session.sessions.of(cast.sofia).get().seen_at == seen_at
    client.get("/file/")
    assert Session.sessions.of(cast.sofia).get().seen_at > seen_at


def test_being_seen_costs_one_query_a_minute(cast: Cast):
    client = signed_in(cast.claire)
    with CaptureQueriesContext(connection) as at_once:
        client.get("/mon-compte/")
    pass_time(cast.claire, minutes=2)
    with CaptureQueriesContext(connection) as later:
        client.get("/mon-compte/")
    assert len(later) == len(at_once) + 1


def test_one_sees_one_s_sessions_and_closes_the_others(cast: Cast):
    here = signed_in(cast.claire, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.1")
    there = signed_in(cast.claire, HTTP_USER_AGENT=IPHONE, REMOTE_ADDR="192.0.2.2")
    stranger = signed_in(cast.karl)
    page = here.get("/mon-compte/sessions/").content.decode()
    for told in ("Firefox, Windows", "Safari, iPhone", "192.0.2.1", "192.0.2.2", "cet appareil"):
        assert told in page
    here.post("/mon-compte/sessions/")
    assert is_in(here)
    assert not is_in(there)
    assert is_in(stranger)
    entry = AuditEntry.objects.get(action="close_sessions")
    assert (entry.actor, entry.after) == (cast.claire, {"ended": 1})


def test_one_sees_nobody_else_s(cast: Cast):
    signed_in(cast.karl, REMOTE_ADDR="192.0.2.66")
    page = signed_in(cast.claire).get("/mon-compte/sessions/").content.decode()
    assert "192.0.2.66" not in page


def test_signing_in_changes_the_key(cast: Cast):
    """A key that somebody planted before is worth nothing after."""
    client = Client()
    client.get("/mot-de-passe/")
    client.session["x"] = 1
    planted = client.session
    planted["x"] = 1
    planted.save()
    client.cookies["sessionid"] = planted.session_key
    sign_in(client, cast.claire)
    assert client.session.session_key != planted.session_key
    assert not Session.sessions.filter(pk=planted.session_key).exists()


def test_a_person_who_goes_takes_their_sessions_along(cast: Cast):
    client = signed_in(cast.karl)
    cast.karl.delete()
    assert not is_in(client)
    assert not Session.sessions.exists()


def test_rows_that_are_over_are_cleared(cast: Cast):
    signed_in(cast.claire)
    signed_in(cast.karl)
    pass_time(cast.karl, hours=13)
    cache.set("still", 1, timeout=600)
    SharedCount.objects.create(
        cache_key="over", value="", expires=timezone.now() - dt.timedelta(minutes=1)
    )
    clear_sessions()
    kept = set(SharedCount.objects.values_list("pk", flat=True))
    assert ":1:still" in kept
    assert "over" not in kept
    assert list(Session.sessions.values_list("user", flat=True)) == [cast.claire.pk]


def test_a_visitor_s_session_lives_two_hours(db):
    client = Client()
    visitor = client.session
    visitor["x"] = 1
    visitor.save()
    row = Session.sessions.get()
    assert row.user is None
    assert row.ends_at - timezone.now() < dt.timedelta(hours=2)


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (FIREFOX, "Firefox, Windows"),
        (IPHONE, "Safari, iPhone"),
        ("curl/8.0", "Appareil inconnu"),
        ("", "Appareil inconnu"),
    ],
)
def test_a_browser_in_words(agent, told):
    assert device_words(agent) == told
