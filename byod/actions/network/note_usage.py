"""Follow sessions as accounting tells them: begun, going on, over; a NAS that restarted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.db import connection, transaction

from byod.actions.network.ask_where import NAS_OF
from byod.rules.network.marks import Mark, read_classes
from byod.rules.network.packets import Usage, asker_of, usage_of
from schools.live import announce

SESSION = """
    WITH n AS ({nas}),
    nas AS (UPDATE byod_nas SET seen_at = %(now)s FROM n
             WHERE byod_nas.id = n.id AND (seen_at IS NULL
                   OR seen_at < %(now)s::timestamptz - interval '1 minute'))
    INSERT INTO byod_networksession AS s (nas_id, site_id, credential_id, who, segment, vid,
           acct_id, user_name, mac, access_point, started_at, heard_at, stopped_at, stop_cause,
           down_bytes, up_bytes, beyond_limit, cached)
    SELECT n.id, n.site_id, (SELECT id FROM byod_credential WHERE id = %(credential)s), %(who)s,
           %(segment)s, %(vid)s, %(session)s, %(user)s, %(mac)s, %(access_point)s, %(started)s,
           %(at)s, %(stopped)s, %(cause)s, %(down)s, %(up)s, false, %(cached)s
      FROM n
    ON CONFLICT (nas_id, acct_id) DO UPDATE
       SET heard_at = greatest(s.heard_at, excluded.heard_at),
           down_bytes = greatest(s.down_bytes, excluded.down_bytes),
           up_bytes = greatest(s.up_bytes, excluded.up_bytes),
           access_point = CASE WHEN excluded.heard_at >= s.heard_at AND excluded.access_point <> ''
                               THEN excluded.access_point ELSE s.access_point END,
           started_at = least(s.started_at, excluded.started_at),
           stopped_at = coalesce(s.stopped_at, excluded.stopped_at),
           stop_cause = CASE WHEN s.stopped_at IS NULL THEN excluded.stop_cause
                             ELSE s.stop_cause END
    RETURNING s.id, s.site_id, s.stopped_at IS NULL
""".replace("{nas}", NAS_OF)
"""Packets come late, twice and out of order: a Start after its Stop opens nothing again."""
REUSED = """
    UPDATE byod_networksession SET acct_id = left(acct_id, 100) || '~' || byod_networksession.id
      FROM ({nas}) n
     WHERE nas_id = n.id AND acct_id = %(session)s
       AND stopped_at < %(at)s::timestamptz - interval '1 minute'
""".replace("{nas}", NAS_OF)
"""A NAS that counts from 1 again after a restart."""
RESTART = """
    UPDATE byod_networksession SET stopped_at = greatest(started_at, %(at)s), stop_cause = %(cause)s
      FROM ({nas}) n
     WHERE nas_id = n.id AND stopped_at IS NULL AND started_at <= %(at)s
    RETURNING byod_networksession.site_id
""".replace("{nas}", NAS_OF)
BEYOND = """
    SELECT r.beyond, array_agg(s.id ORDER BY s.started_at)
      FROM byod_networksession me
      JOIN schools_site here ON here.id = me.site_id
      JOIN byod_networkpolicy p ON p.school_id = here.school_id AND p.state = 'live'
      JOIN byod_policyrule r ON r.policy_id = p.id AND r.who = me.who
      JOIN byod_credential mine ON mine.id = me.credential_id
      JOIN byod_personaldevice d ON d.id = mine.device_id
      JOIN byod_personaldevice other ON other.member_id = d.member_id
      JOIN byod_credential c ON c.device_id = other.id
      JOIN byod_networksession s ON s.credential_id = c.id AND s.stopped_at IS NULL
           AND (s.id = me.id OR s.mac <> me.mac) AND s.heard_at > %(now)s - interval '1 day'
     WHERE me.id = %(session)s AND r.sessions IS NOT NULL
     GROUP BY r.beyond, r.sessions HAVING count(*) > r.sessions
"""
"""The open sessions of the same person, the oldest first, where there are more than the rule says.
One telephone that moves between access points is one."""


Values = dict[str, "str | int | bool | dt.datetime | None"]


def note_usage(form: Mapping[str, str], now: dt.datetime) -> bool:
    """Keep one Accounting-Request; False where the client is unknown."""
    usage = usage_of(form, now)
    asker = asker_of(form)
    client: Values = {
        "radsec": asker.radsec,
        "address": asker.address,
        "identifier": asker.identifier,
    }
    with transaction.atomic():
        if usage.status in ("Accounting-On", "Accounting-Off"):
            return _restarted(client, usage)
        if not usage.session:
            return True
        return _session(client, usage, now)


def _restarted(client: Values, usage: Usage) -> bool:
    """A NAS that (re)starts serves nobody: what was open is over (RFC 2866 §5.1)."""
    with connection.cursor() as cursor:
        cursor.execute(RESTART, {**client, "at": usage.at, "cause": "NAS-Reboot"})
        sites = {row[0] for row in cursor.fetchall()}
    for site in sites:
        announce("network", site, site=site)
    return True


def _session(client: Values, usage: Usage, now: dt.datetime) -> bool:
    mark, cached = read_classes(usage.classes, settings.SECRET_KEY.encode())
    told = mark or Mark(0, "", "", 0)
    stop = usage.status == "Stop"
    values: Values = {
        **client,
        "now": now,
        "credential": told.credential or None,
        "who": told.who[:8],
        "segment": told.segment[:10],
        "vid": told.vid or None,
        "session": usage.session,
        "user": usage.user,
        "mac": usage.mac,
        "access_point": usage.access_point,
        "started": usage.started_at,
        "at": usage.at,
        "stopped": usage.at if stop else None,
        "cause": (usage.cause or "Stop") if stop else "",
        "down": usage.down,
        "up": usage.up,
        "cached": cached,
    }
    with connection.cursor() as cursor:
        if usage.status == "Start":
            cursor.execute(REUSED, values)
        cursor.execute(SESSION, values)
        row = cursor.fetchone()
    if row is None:
        return False
    session, site, is_open = row
    if usage.status == "Start" and is_open and told.credential:
        _hold_to_limit(session, now)
    if usage.status in ("Start", "Stop"):
        announce("network", site, site=site)
    return True


def _hold_to_limit(session: int, now: dt.datetime) -> None:
    """More than the rule says: let it be, and flag it; or ask for the oldest one to end."""
    with connection.cursor() as cursor:
        cursor.execute(BEYOND, {"session": session, "now": now})
        row = cursor.fetchone()
        if row is None:
            return
        beyond, open_ones = row
        cursor.execute(
            "UPDATE byod_networksession SET beyond_limit = true WHERE id = %s", [session]
        )
        oldest = open_ones[0]
        if beyond == "end" and oldest != session:
            cursor.execute(
                "INSERT INTO byod_disconnectorder (session_id, why, state, asked_at, tries, due_at)"
                " VALUES (%s, 'limit', 'waiting', %s, 0, %s) ON CONFLICT DO NOTHING",
                [oldest, now, now],
            )
