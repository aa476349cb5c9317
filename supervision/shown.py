"""What pages show of supervision: states, strips, curves. Set-based, a constant number of queries.

States are the interface's tokens: ok, suspect, degraded, down, effect, unknown, planned, recover.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from supervision.models import Check, CheckState, Incident, Target
from supervision.network import upstream
from supervision.phrases import REACHABILITY, check_text, event_phrase, fault_phrase
from supervision.site_verdicts import site_verdicts
from supervision.strips import site_strips, strips

__all__ = [
    "Shown",
    "SiteShown",
    "device_states",
    "event_phrase",
    "fault_phrase",
    "region_trends",
    "response_times",
    "site_states",
    "site_strips",
    "strips",
    "upstream",
]

WORST_FIRST = ("down", "degraded", "suspect", "effect", "recover", "unknown", "planned", "ok")
TROUBLE = ("down", "degraded")
RANK = {state: rank for rank, state in enumerate(WORST_FIRST)}


@dataclass(frozen=True, slots=True)
class Shown:
    """What one device shows. ``incident_id``: its live incident, ``root_id``: the cause of it."""

    state: str
    since: dt.datetime | None
    label: str
    incident_id: int | None = None
    root_id: int | None = None


@dataclass(slots=True)
class SiteShown:
    """What one site shows. ``root_incidents``: live raised incidents, worst and oldest first, with
    device, product and check loaded. ``counts``: devices per state."""

    state: str = "unknown"
    since: dt.datetime | None = None
    root_incidents: list[Incident] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def device_states(device_ids: Iterable[int]) -> dict[int, Shown]:
    """State of each supervised device, in three queries; devices without target are absent."""
    return {device: shown for device, _site, shown in _shown(Q(device__in=list(device_ids)))}


def site_states(site_ids: Iterable[int]) -> dict[int, SiteShown]:
    """State of each site, by a constant number of queries; unknown without supervised device."""
    sites = list(site_ids)
    found = {site: SiteShown() for site in sites}
    counts: dict[int, Counter[str]] = {site: Counter() for site in sites}
    since: dict[tuple[int, str], dt.datetime] = {}
    for _device, site, shown in _shown(Q(site__in=sites)):
        counts[site][shown.state] += 1
        known = since.get((site, shown.state))
        if shown.since is not None and (known is None or shown.since < known):
            since[site, shown.state] = shown.since
    verdicts = site_verdicts(Q(site__in=sites))
    for site, count in counts.items():
        one = found[site]
        one.counts = dict(count)
        one.state = verdicts.get(site, "unknown")
        told = ("down", "effect", "degraded") if one.state in TROUBLE else (one.state,)
        moments = [at for tone in told if (at := since.get((site, tone)))]
        one.since = min(moments, default=None)
    raised = (
        Incident.objects.raised()
        .filter(site__in=sites)
        .select_related("device__product", "check_row__target")
        .order_by("began_at", "pk")
    )
    for incident in raised:
        found[incident.site_id].root_incidents.append(incident)
    for one in found.values():
        one.root_incidents.sort(key=lambda i: (i.severity != "down", i.began_at))
    return found


def _shown(which: Q) -> list[tuple[int, int, Shown]]:
    targets = list(
        Target.objects.filter(which).values_list(
            "pk", "device", "site", "paused", "parked", "profile", "last_poll_at"
        )
    )
    on_targets = Q(**{f"target__{key}": value for key, value in which.children})  # type: ignore[misc]
    checks: dict[int, list[dict[str, Any]]] = {}
    rows = Check.objects.filter(on_targets).exclude(
        ~Q(key=REACHABILITY), state__in=[CheckState.OK, CheckState.UNKNOWN]
    )
    fields: Iterable[Any] = rows.values("pk", "target", "key", "state", "severity", "state_at",
  "failing_since", "value", "flapping")  # fmt: skip
    for row in fields:
        checks.setdefault(row["target"], []).append(row)
    incidents: Iterable[Any] = (
        Incident.objects.live()
        .filter(Q(**{f"check_row__target__{k}": v for k, v in which.children}))  # type: ignore[misc]
        .values("pk", "check_row", "root", "state")
    )
    live = {row["check_row"]: row for row in incidents}
    return [
        (device, site, _one(checks.get(pk, []), live, paused, parked, profile))
        for pk, device, site, paused, parked, profile, _polled in targets
    ]


def _one(
    checks: list[dict[str, Any]],
    live: dict[int, dict[str, Any]],
    paused: bool,
    parked: bool,
    profile: str,
) -> Shown:
    if parked:
        return Shown("unknown", None, _("hors supervision"))
    if paused:
        return Shown("planned", None, _("supervision en pause"))
    best: Shown | None = None
    for row in checks:
        shown = _from_check(row, live.get(row["pk"]), profile)
        if best is None or RANK[shown.state] < RANK[best.state]:
            best = shown
    return best or Shown("unknown", None, _("jamais relevé"))


def _from_check(row: dict[str, Any], incident: dict[str, Any] | None, profile: str) -> Shown:
    tone = tone_of(row["state"], row["severity"], incident is not None and bool(incident["root"]))
    if tone == "ok":
        text = _("en service")
    elif tone == "unknown":
        text = _("état inconnu")
    else:
        text = check_text(profile, row["key"], row["severity"], row["value"])
    since = row["state_at"] if tone in ("ok", "unknown", "recover") else row["failing_since"]
    return Shown(
        tone,
        since,
        text,
        incident["pk"] if incident else None,
        incident["root"] if incident else None,
    )


def tone_of(state: str, severity: str, attached: bool) -> str:
    """The interface's tone for a check's state."""
    if state == CheckState.CONFIRMED:
        if attached:
            return "effect"
        return "degraded" if severity == "degraded" else "down"
    return {"suspect": "suspect", "recovering": "recover", "ok": "ok"}.get(state, "unknown")


def response_times(
    target_id: int, now: dt.datetime, hours: int = 24, points: int = 288
) -> list[tuple[dt.datetime, float | None]]:
    """Mean response time (ms) per slice of the window, oldest first; None where nobody answered.

    A slice in which any reading was silent shows the silence: short cuts must stay visible. The
    last point is the last reading itself: what answers now is not drawn as silent.
    """
    start = now - dt.timedelta(hours=hours)
    window: list[Any] = [(now - start) / points, start, target_id, start, now]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT date_bin(%s, at, %s) AS slice,
                   CASE WHEN bool_or(outcome = 'timeout') THEN NULL ELSE avg(rtt_ms) END
            FROM supervision_sample
            WHERE target_id = %s AND at > %s AND at <= %s
              AND (rtt_ms IS NOT NULL OR outcome = 'timeout')
            GROUP BY 1 ORDER BY 1
            """,
            window,
        )
        slices: list[tuple[dt.datetime, float | None]] = cursor.fetchall()
        cursor.execute(
            """
            SELECT at, rtt_ms FROM supervision_sample
            WHERE target_id = %s AND at > %s AND at <= %s
              AND (rtt_ms IS NOT NULL OR outcome = 'timeout')
            ORDER BY at DESC LIMIT 1
            """,
            window[2:],
        )
        return [*slices, *cursor.fetchall()]


def region_trends(now: dt.datetime, hours: int = 24, points: int = 48) -> dict[str, list[int]]:
    """Series for the wall's sparklines, oldest first, the last one being now.

    ``down``, ``degraded``: sites with a raised incident of that severity; ``incidents``: raised
    incidents; ``effects``: attached ones; ``reachable``: per mille of devices that answer.
    """
    start = now - dt.timedelta(hours=hours)
    window: list[Any] = [start, now, (now - start) / (points - 1), start]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(DISTINCT i.site_id)
                       FILTER (WHERE i.severity = 'down' AND i.root_id IS NULL),
                   count(DISTINCT i.site_id)
                       FILTER (WHERE i.severity = 'degraded' AND i.root_id IS NULL),
                   count(i.id) FILTER (WHERE i.root_id IS NULL),
                   count(i.id) FILTER (WHERE i.root_id IS NOT NULL),
                   count(DISTINCT i.device_id) FILTER (WHERE c.key = 'reachability')
            FROM generate_series(%s::timestamptz, %s::timestamptz, %s::interval) AS at
            LEFT JOIN supervision_incident i
                ON i.state <> 'held' AND i.began_at <= at
               AND (i.closed_at IS NULL OR i.closed_at > at)
               AND (i.closed_at IS NULL OR i.closed_at > %s::timestamptz)
            LEFT JOIN supervision_check c ON c.id = i.check_row_id
            GROUP BY at ORDER BY at
            """,
            window,
        )
        rows = cursor.fetchall()
        cursor.execute("SELECT count(*) FROM supervision_target WHERE NOT paused AND NOT parked")
        devices = cursor.fetchone()[0]
    return {
        "down": [row[0] for row in rows],
        "degraded": [row[1] for row in rows],
        "incidents": [row[2] for row in rows],
        "effects": [row[3] for row in rows],
        "reachable": [round(1000 * (1 - row[4] / devices)) if devices else 1000 for row in rows],
    }
