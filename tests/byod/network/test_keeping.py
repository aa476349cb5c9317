"""What network forgets, counts first, tells of a person and erases; late accounting."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from byod.actions.network.ask_where import is_school_day
from byod.actions.network.keeping import erase, export_of, forget
from byod.actions.network.note_usage import note_usage
from byod.models.network.days import NetworkDay
from byod.models.network.events import AuthEvent
from byod.models.network.orders import DisconnectOrder
from byod.models.network.sessions import NetworkSession
from tests.byod.network import made
from tests.byod.network.world import note_event

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 27, 2, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def a_session(nas, credential, name: str, ended: dt.timedelta | None, **more) -> NetworkSession:
    stopped = None if ended is None else NOW - ended
    begun = (stopped or NOW) - dt.timedelta(hours=1)
    return NetworkSession.objects.create(
        nas=nas, site=nas.site, credential=credential, who="pupil", segment="pupils",
        acct_id=name, mac="02:00:00:00:3f:a2", user_name="anonymous", started_at=begun,
        heard_at=stopped or NOW, stopped_at=stopped, **more,
    )  # fmt: skip


def test_it_counts_then_forgets_and_twice_forgets_nothing_more(cast):
    nas = made.make_nas(cast.tilleuls)
    credential = made.make_credential(made.make_member(cast.tilleuls), "e1@t.preau.example")
    a_session(nas, credential, "old", 184 * DAY)
    a_session(nas, credential, "week", 8 * DAY)
    a_session(nas, credential, "yesterday", DAY, down_bytes=2_500_000_000)
    a_session(nas, credential, "open", None)
    lost = a_session(nas, credential, "lost", None)
    NetworkSession.objects.filter(pk=lost.pk).update(
        started_at=NOW - 3 * DAY, heard_at=NOW - 2 * DAY
    )
    note_event(cast.tilleuls, nas, at=NOW - 184 * DAY)
    note_event(cast.tilleuls, nas, at=NOW - 100 * DAY)
    told = forget(NOW)
    assert (told["sessions"], told["authentications"]) == (1, 1)
    assert told["mac_addresses"] == 1
    assert NetworkSession.objects.get(acct_id="week").mac == "3f:a2"
    assert NetworkSession.objects.get(acct_id="yesterday").mac == "02:00:00:00:3f:a2"
    assert NetworkSession.objects.get(acct_id="lost").stop_cause == "Silent"
    day = NetworkDay.objects.get(on=dt.date(2026, 11, 26))
    assert (day.sessions, day.devices, float(day.gigabytes)) == (1, 1, 2.5)
    assert forget(NOW) == {"authentications": 0, "sessions": 0, "mac_addresses": 0}


def test_a_person_reads_and_erases_what_is_kept(cast):
    nas = made.make_nas(cast.tilleuls)
    pupil = made.make_member(cast.tilleuls)
    credential = made.make_credential(pupil, "e1@t.preau.example")
    a_session(nas, credential, "S1", DAY)
    note_event(cast.tilleuls, nas, at=NOW, credential_id=credential.pk, mac_end="3f:a2")
    told = export_of(pupil)
    assert (len(told["sessions"]), len(told["authentications"])) == (1, 1)
    assert erase(pupil, NOW) == {"sessions": 1, "authentications": 1}
    assert export_of(pupil) == {"sessions": [], "authentications": []}
    assert NetworkSession.objects.get().mac == ""
    assert AuthEvent.objects.get().mac_end == ""
    credential.delete()


def usage(status: str, session: str = "S1", **more: str) -> dict[str, str]:
    return {"status": status, "session": session, "from": "127.0.0.1", **more}


def test_a_start_after_its_stop_opens_nothing_and_a_repeated_stop_changes_nothing(cast):
    made.make_nas(cast.tilleuls)
    note_usage(usage("Stop", seconds="60", out="500", cause="User-Request"), NOW)
    note_usage(usage("Start"), NOW)
    note_usage(usage("Stop", seconds="60", out="500", cause="Lost-Carrier"), NOW)
    row = NetworkSession.objects.get()
    assert (row.stopped_at, row.stop_cause, row.down_bytes) == (NOW, "User-Request", 500)
    later = NOW + dt.timedelta(hours=2)
    note_usage(usage("Start"), later)  # the controller counts from 1 again
    assert NetworkSession.objects.open().get().started_at == later
    assert NetworkSession.objects.count() == 2
    assert not note_usage(usage("Start") | {"from": "10.9.9.9"}, NOW)


def test_a_soft_limit_flags_or_ends_the_oldest(cast):
    nas = made.make_nas(cast.tilleuls)
    made.make_policy(cast.tilleuls, pupil={"sessions": 1})
    pupil = made.make_member(cast.tilleuls)
    first = made.make_credential(pupil, "e1@t.preau.example")
    second = made.make_credential(pupil, "e2@t.preau.example")
    oldest = a_session(nas, first, "S1", None)

    def start(session: str, credential, mac: str) -> NetworkSession:
        from django.conf import settings  # noqa: PLC0415

        from byod.rules.network.marks import Mark, class_of  # noqa: PLC0415

        mark = Mark(credential.pk, "pupil", "pupils", 120)
        told = class_of(mark, settings.SECRET_KEY.encode())
        note_usage(usage("Start", session, mac=mac) | {"class": told}, NOW)
        return NetworkSession.objects.get(acct_id=session)

    assert start("S2", second, "02:00:00:00:00:01").beyond_limit
    assert not DisconnectOrder.objects.exists()
    made.make_policy(cast.tilleuls, pupil={"sessions": 1, "beyond": "end"})
    start("S3", second, "02:00:00:00:00:02")
    assert DisconnectOrder.objects.get().session == oldest
    forged = {"class": "P1.1.teacher.staff.110.00000000000000000000"}
    note_usage(usage("Start", "S9") | forged, NOW)
    assert NetworkSession.objects.get(acct_id="S9").who == ""


def test_school_days_follow_the_calendar(cast):
    brussels = ZoneInfo("Europe/Brussels")
    sunday = dt.datetime(2026, 11, 29, 9, tzinfo=brussels).date()
    assert not is_school_day(cast.tilleuls.pk, sunday)
