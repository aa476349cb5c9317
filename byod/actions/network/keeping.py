"""What network forgets, tells of a person and erases (``byod.actions.privacy`` calls it)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from byod.models.network.events import AuthEvent
from byod.models.network.orders import DisconnectOrder, DisconnectWhy
from byod.models.network.sessions import NetworkSession
from byod.models.people.members import Member
from schools.calendars.timetables import ZONE

BATCH = 5_000
MONTHS_AHEAD = 3
SUM_UP = """
    INSERT INTO byod_networkday ("on", site_id, segment, sessions, devices, gigabytes)
    SELECT (started_at AT TIME ZONE %(zone)s)::date, site_id, segment, count(*),
           count(DISTINCT coalesce('c' || credential_id, 's' || id)),
           round(sum(down_bytes + up_bytes) / 1e9, 3)
      FROM byod_networksession
     WHERE started_at >= %(since)s AND started_at < %(until)s
     GROUP BY 1, 2, 3
    ON CONFLICT (site_id, "on", segment) DO UPDATE
       SET sessions = greatest(byod_networkday.sessions, excluded.sessions),
           devices = greatest(byod_networkday.devices, excluded.devices),
           gigabytes = greatest(byod_networkday.gigabytes, excluded.gigabytes)
"""
"""Of whole days; again, or once some sessions are forgotten, it takes nothing back."""
SHORTEN = """
    UPDATE byod_networksession SET mac = right(mac, 5), user_name = ''
     WHERE id IN (SELECT id FROM byod_networksession
                   WHERE stopped_at < %(before)s AND length(mac) > 5 LIMIT %(batch)s)
"""
FORGET = """
    DELETE FROM byod_networksession
     WHERE id IN (SELECT id FROM byod_networksession WHERE stopped_at < %(before)s
                   LIMIT %(batch)s)
"""
FORGET_ORDERS = """
    DELETE FROM byod_disconnectorder WHERE session_id IN
        (SELECT id FROM byod_networksession WHERE stopped_at < %(before)s)
"""
FORGET_EVENTS = """
    DELETE FROM byod_authevent WHERE (number, at) IN
        (SELECT number, at FROM byod_authevent WHERE at < %(before)s LIMIT %(batch)s)
"""
SILENT = """
    UPDATE byod_networksession SET stopped_at = greatest(heard_at, started_at),
           stop_cause = 'Silent'
     WHERE stopped_at IS NULL AND heard_at < %(before)s
"""


def forget(now: dt.datetime) -> dict[str, int]:
    """Apply the retention settings: purpose → rows forgotten. Twice forgets nothing more."""
    close_silent(now)
    sum_up_days(now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT byod_make_months(%s, %s)", [now.date(), MONTHS_AHEAD])
    kept = _before(now, settings.KEEP_RADIUS_DAYS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT byod_drop_months(%s)", [kept.date()])
        dropped = int(cursor.fetchone()[0])
    old = _before(now, settings.KEEP_SESSION_DAYS)
    _batches(FORGET_ORDERS, old)
    return {
        "authentications": dropped + _batches(FORGET_EVENTS, kept),
        "sessions": _batches(FORGET, old),
        "mac_addresses": _batches(SHORTEN, _before(now, settings.RADIUS_MAC_DAYS)),
    }


def close_silent(now: dt.datetime) -> int:
    """A session of which nobody hears any more is over: its Stop was lost."""
    before = now - dt.timedelta(hours=settings.RADIUS_SILENT_HOURS)
    with connection.cursor() as cursor:
        cursor.execute(SILENT, {"before": before})
        return int(cursor.rowcount)


def sum_up_days(now: dt.datetime) -> None:
    """Count the days that are over and whose sessions are still there: those of the last week, and
    those about to be forgotten. One statement."""
    today = timezone.localdate(now)
    midnight = dt.datetime.combine(today, dt.time(), ZONE)
    since = midnight - dt.timedelta(days=8)
    with connection.cursor() as cursor:
        cursor.execute(SUM_UP, {"zone": str(ZONE), "since": since, "until": midnight})


def _before(now: dt.datetime, days: int) -> dt.datetime:
    return now - dt.timedelta(days=days)


def _batches(sql: str, before: dt.datetime) -> int:
    """In transactions of a few thousand rows; statements without a LIMIT run once."""
    whole = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, {"before": before, "batch": BATCH})
            done = int(cursor.rowcount)
        whole += done
        if done < BATCH or "batch" not in sql:
            return whole


def export_of(member: Member) -> dict[str, Any]:
    """All that is kept of a person here, JSON-able, for the person (GDPR, article 15)."""
    sessions = NetworkSession.objects.filter(credential__device__member=member)
    events = AuthEvent.objects.filter(credential__device__member=member)
    return {
        "sessions": [
            {
                "device": row.credential.device.name if row.credential else "",
                "site": str(row.site),
                "segment": row.segment,
                "started_at": row.started_at.isoformat(),
                "stopped_at": row.stopped_at.isoformat() if row.stopped_at else None,
                "bytes": row.down_bytes + row.up_bytes,
                "mac": row.mac,
            }
            for row in sessions.select_related("credential__device", "site__school")
        ],
        "authentications": [
            {
                "at": row.at.isoformat(),
                "site": str(row.site),
                "outcome": row.outcome,
                "reason": row.reason,
            }
            for row in events.select_related("site__school").order_by("at")
        ],
    }


@transaction.atomic
def erase(member: Member, now: dt.datetime) -> dict[str, int]:
    """Forget a person at once (article 17); statistics keep their count. Purpose → rows.

    A session that runs is asked to end: until then it keeps the address that the order needs, and
    loses it as every other does. Its random user name leads nowhere without the credential.
    """
    sessions = NetworkSession.objects.filter(credential__device__member=member)
    events = AuthEvent.objects.filter(credential__device__member=member)
    running = sessions.filter(stopped_at=None)
    DisconnectOrder.objects.bulk_create(
        (
            DisconnectOrder(session=row, why=DisconnectWhy.REVOKED, asked_at=now, due_at=now)
            for row in running
        ),
        ignore_conflicts=True,
    )
    ended = running.update(credential=None)
    return {
        "sessions": ended + sessions.update(credential=None, mac="", user_name=""),
        "authentications": events.update(credential=None, mac_end=""),
    }
