"""The statements of a recorded batch: each writes all its rows at once, from arrays or by COPY."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.db import connection

from supervision import rules
from supervision.actions.judge_batch import REACHABILITY, Change, Judged, Read
from supervision.snmp.contract import Outcome
from supervision.snmp.profile import profile_of

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode

_RECORD = "\x1e"

_partitions: set[dt.date] = set()
"""Days whose partition this process knows to exist."""


def make_partition(now: dt.datetime) -> None:
    """Make the partition of ``now``'s day when it is missing, outside the batch's transaction
    (it locks the table for a moment)."""
    day = now.astimezone(dt.UTC).date()
    if day in _partitions:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT supervision_make_partitions(%s, 1)", [day])
    if not connection.in_atomic_block:  # a caller's rollback would take it back
        _partitions.add(day)


def targets(cursor: Any, judged: Judged, asked_at: dt.datetime, now: dt.datetime) -> None:
    """What the poll says of the targets themselves. A wake that came meanwhile is kept."""
    reads = judged.reads
    about = [judged.targets[read.due.id] for read in reads]
    cursor.execute(
        """
        UPDATE supervision_target t
        SET last_asked_at = %(asked_at)s,
            last_poll_at = %(now)s,
            last_answer_at = CASE WHEN u.answered THEN %(now)s ELSE t.last_answer_at END,
            last_rtt_ms = u.rtt_ms,
            uptime_s = COALESCE(u.uptime_s, t.uptime_s),
            refused_at = CASE WHEN u.refused THEN %(now)s ELSE t.refused_at END,
            retest_s = u.retest_s,
            next_poll_at = CASE WHEN u.next_poll_at IS NULL OR t.next_poll_at <= %(now)s
                                THEN t.next_poll_at ELSE u.next_poll_at END
        FROM unnest(%(ids)s::bigint[], %(answered)s::boolean[], %(rtt)s::float8[],
                    %(uptime)s::bigint[], %(refused)s::boolean[], %(retest)s::float8[],
                    %(next)s::timestamptz[])
             AS u(id, answered, rtt_ms, uptime_s, refused, retest_s, next_poll_at)
        WHERE t.id = u.id
        """,
        {
            "asked_at": asked_at,
            "now": now,
            "ids": [read.due.id for read in reads],
            "answered": [read.outcome is Outcome.ANSWERED for read in reads],
            "rtt": [read.rtt_ms for read in reads],
            "uptime": [read.said.uptime_s if read.said else None for read in reads],
            "refused": [read.outcome is Outcome.REFUSED and not read.by_trap for read in reads],
            "retest": [one.retest_s for one in about],
            "next": [one.next_poll_at for one in about],
        },
    )
    chosen = [(read.due.id, read.profile) for read in reads if read.profile]
    if chosen:
        cursor.execute(
            """
            UPDATE supervision_target t SET profile = u.profile, next_poll_at = %s
            FROM unnest(%s::bigint[], %s::text[]) AS u(id, profile)
            WHERE t.id = u.id AND t.profile = ''
            """,
            [now, [pk for pk, _ in chosen], [profile for _, profile in chosen]],
        )
        cursor.execute(
            """
            UPDATE supervision_check c SET service = u.service
            FROM unnest(%s::bigint[], %s::text[]) AS u(id, service)
            WHERE c.target_id = u.id AND c.key = 'reachability' AND c.service <> u.service
            """,
            [[pk for pk, _ in chosen], [profile_of(profile).service for _, profile in chosen]],
        )


def samples(cursor: Any, reads: list[Read], now: dt.datetime) -> None:
    """One row per reading, by COPY. Rows of figures only: nothing in them needs escaping."""
    at = now.isoformat()
    null = "\\N"
    lines = []
    for read in reads:
        rtt = null if read.rtt_ms is None else f"{read.rtt_ms:.3f}"
        numbers = _encode(read.said.numbers) if read.said and read.said.numbers else null
        lines.append(f"{read.due.id}\t{at}\t{read.outcome.value}\t{rtt}\t{numbers}\n")
    statement = "COPY supervision_sample (target_id, at, outcome, rtt_ms, metrics) FROM STDIN"
    with cursor.cursor.copy(statement) as copy:
        copy.write("".join(lines))


def snapshots(cursor: Any, reads: list[Read], now: dt.datetime) -> None:
    """The latest full reading of those that answered."""
    ids: list[int] = []
    values: list[str] = []
    ports: list[str] = []
    for read in reads:
        if read.said is not None:
            ids.append(read.due.id)
            values.append(_encode({**read.said.numbers, **read.said.texts}))
            ports.append(read.said.ports or "[]")
    if not ids:
        return
    cursor.execute(
        """
        INSERT INTO supervision_snapshot AS s (target_id, at, values, ports)
        SELECT u.id, %s, u.said::jsonb, u.ports::jsonb
        FROM unnest(%s::bigint[], string_to_array(%s, chr(30)), string_to_array(%s, chr(30)))
             AS u(id, said, ports)
        ON CONFLICT (target_id) DO UPDATE
        SET at = excluded.at, values = excluded.values, ports = excluded.ports
        """,
        # Joined by a separator that JSON always escapes: an array literal would have every
        # quote of every document escaped, at ten times the cost.
        [now, ids, _RECORD.join(values), _RECORD.join(ports)],
    )


def new_checks(cursor: Any, rows: list[tuple[int, str, str]]) -> None:
    """Checks that a profile asks for and a target has not: (target, key, service)."""
    cursor.execute(
        """
        INSERT INTO supervision_check
            (target_id, key, service, state, severity, blind_s, flapping, history, readings, detail)
        SELECT u.target, u.key, u.service, 'unknown', '', 0, false, 0, 0, ''
        FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS u(target, key, service)
        ON CONFLICT (target_id, key) DO NOTHING
        """,
        list(map(list, zip(*rows, strict=True))),
    )


def checks(cursor: Any, changes: list[Change]) -> None:
    """Where the changed checks stand now."""
    news = [change.verdict.now for change in changes]
    cursor.execute(
        """
        UPDATE supervision_check c
        SET state = u.state, severity = u.severity, state_at = u.state_at,
            failing_since = u.failing_since, confirmed_at = u.confirmed_at,
            recovering_since = u.recovering_since, blind_s = u.blind_s, flapping = u.flapping,
            history = u.history, readings = u.readings, value = u.value, detail = u.detail
        FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[],
                    %s::timestamptz[], %s::timestamptz[], %s::float8[], %s::boolean[], %s::int[],
                    %s::int[], %s::float8[], %s::text[])
             AS u(id, state, severity, state_at, failing_since, confirmed_at, recovering_since,
                  blind_s, flapping, history, readings, value, detail)
        WHERE c.id = u.id
        """,
        [
            [change.row.id for change in changes],
            [new.state for new in news],
            [new.severity for new in news],
            [new.state_at for new in news],
            [new.failing_since for new in news],
            [new.confirmed_at for new in news],
            [new.recovering_since for new in news],
            [float(new.blind_s) for new in news],
            [new.flapping for new in news],
            [new.history for new in news],
            [new.readings for new in news],
            [None if new.value is None else float(new.value) for new in news],
            [change.detail[:200] for change in changes],
        ],
    )


def incidents(cursor: Any, changes: list[Change]) -> None:
    """Open, keep true, and close the incidents of the changed checks.

    A new incident is *held*: ``settle_causes`` decides whether it is raised or a consequence.
    """
    _open(cursor, [change for change in changes if change.verdict.opened])
    running = [
        change
        for change in changes
        if change.visible and (change.verdict.closed or change.verdict.now.confirmed_at is not None)
    ]
    if not running:
        return
    cursor.execute(
        """
        WITH kept AS (
            UPDATE supervision_incident i
            SET severity = COALESCE(NULLIF(u.severity, ''), i.severity),
                flapping = u.flapping OR (u.closed AND i.flapping),
                recovering_at = COALESCE(u.recovering_at,
                                         CASE WHEN u.closed THEN i.recovering_at END),
                value = COALESCE(CASE WHEN NOT u.closed AND u.recovering_at IS NULL
                                      THEN u.value END, i.value),
                state = CASE WHEN u.closed THEN 'closed' ELSE i.state END,
                closed_at = CASE WHEN u.closed THEN GREATEST(u.at, i.began_at) END
            FROM unnest(%s::bigint[], %s::text[], %s::boolean[], %s::timestamptz[], %s::float8[],
                        %s::boolean[], %s::timestamptz[])
                 AS u(check_row, severity, flapping, recovering_at, value, closed, at)
            WHERE i.check_row_id = u.check_row AND i.state <> 'closed'
            RETURNING i.id, i.site_id, i.device_id
        )
        SELECT pg_notify('preau_live', json_build_object(
            'topic', 'incident', 'id', id, 'site', site_id, 'device', device_id)::text) FROM kept
        """,
        [
            [change.row.id for change in running],
            [change.verdict.now.severity for change in running],
            [change.verdict.now.flapping for change in running],
            [change.verdict.now.recovering_since for change in running],
            [change.verdict.now.value for change in running],
            [change.verdict.closed for change in running],
            [change.verdict.now.read_at for change in running],
        ],
    )


def _open(cursor: Any, changes: list[Change]) -> None:
    if not changes:
        return
    news = [change.verdict.now for change in changes]
    cursor.execute(
        """
        INSERT INTO supervision_incident
            (check_row_id, device_id, site_id, service, severity, flapping, state, began_at,
             confirmed_at, value, detail)
        SELECT u.check_row, u.device, u.site, u.service, u.severity, u.flapping, 'held',
               u.began_at, u.confirmed_at, u.value, ''
        FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[],
                    %s::boolean[], %s::timestamptz[], %s::timestamptz[], %s::float8[])
             AS u(check_row, device, site, service, severity, flapping, began_at, confirmed_at,
                  value)
        ORDER BY u.check_row
        ON CONFLICT (check_row_id) WHERE state <> 'closed' DO NOTHING
        """,
        [
            [change.row.id for change in changes],
            [change.read.due.device_id for change in changes],
            [change.read.due.site_id for change in changes],
            [change.row.service for change in changes],
            [new.severity for new in news],
            [new.flapping for new in news],
            [new.failing_since for new in news],
            [new.confirmed_at for new in news],
            [None if new.value is None else float(new.value) for new in news],
        ],
    )


def events(cursor: Any, judged: Judged, now: dt.datetime) -> None:
    """The lines of the targets' stories: changes of state or severity, and reboots."""
    rows: list[tuple[Any, ...]] = []
    for read in judged.reads:
        if judged.targets[read.due.id].reboot:
            rows.append((read.due.id, now, "reboot", None, "", "", "", "{}"))
    for change in judged.changes:
        if change.visible and _worth_telling(change):
            rows.append(_state_event(change, now))
    if not rows:
        return
    cursor.execute(
        """
        INSERT INTO supervision_targetevent
            (target_id, at, kind, check_row_id, old, new, severity, data)
        SELECT u.target, u.at, u.kind, u.check_row, u.old, u.new, u.severity, u.data::jsonb
        FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::bigint[], %s::text[],
                    %s::text[], %s::text[], %s::text[])
             AS u(target, at, kind, check_row, old, new, severity, data)
        """,
        list(map(list, zip(*rows, strict=True))),
    )


def _worth_telling(change: Change) -> bool:
    """That a silent device's temperature is unknown too, or known again, is no news."""
    states = {change.row.now.state, change.verdict.now.state}
    quiet = {rules.UNKNOWN, rules.OK}
    return change.row.key == REACHABILITY or not (rules.UNKNOWN in states and states <= quiet)


def _state_event(change: Change, now: dt.datetime) -> tuple[Any, ...]:
    old, new, read = change.row.now, change.verdict.now, change.read
    at = new.state_at if old.state != new.state and new.state_at is not None else now
    data: dict[str, Any] = {"profile": read.due.profile}
    if new.value is not None:
        data["value"] = new.value
    if change.row.key == REACHABILITY and read.rtt_ms is not None:
        data["rtt_ms"] = round(read.rtt_ms, 1)
    if new.flapping:
        data["flapping"] = True
    if change.detail:
        data["detail"] = change.detail
    severity = new.severity or (old.severity if new.state == rules.RECOVERING else "")
    return (read.due.id, at, "state", change.row.id, old.state, new.state, severity, _encode(data))


def neighbours(cursor: Any, reads: list[Read], now: dt.datetime) -> None:
    """LLDP neighbours, and the devices they are: by MAC address, else by name within the site."""
    rows = {
        (read.due.id, heard.local_port, heard.chassis, heard.port): heard.name
        for read in reads
        if read.said is not None and read.said.neighbours
        for heard in read.said.neighbours
    }
    if not rows:
        return
    columns = list(map(list, zip(*rows, strict=True)))
    cursor.execute(
        """
        INSERT INTO supervision_neighbour AS n
            (target_id, local_port, remote_chassis, remote_port, remote_name, device_id,
             first_seen_at, last_seen_at)
        SELECT u.target, u.local_port, u.chassis, u.port, u.name,
               COALESCE((SELECT d.id FROM inventory_device d WHERE d.mac = u.chassis LIMIT 1),
                        (SELECT d.id FROM inventory_device d
                         WHERE d.site_id = t.site_id AND d.name = u.name)),
               %s, %s
        FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
             AS u(target, local_port, chassis, port, name)
        JOIN supervision_target t ON t.id = u.target
        ON CONFLICT (target_id, local_port, remote_chassis, remote_port) DO UPDATE
        SET last_seen_at = excluded.last_seen_at, remote_name = excluded.remote_name,
            device_id = excluded.device_id
        """,
        [now, now, *columns, list(rows.values())],
    )
