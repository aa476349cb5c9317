"""Figures of supervision: what is polled, how late, and what it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import connection
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily

from deploy.metrics import families
from schools.models import supervised_sites
from supervision.models import Target

WORST_STATE = """
    SELECT target_id, CASE
        WHEN bool_or(state = 'confirmed') THEN 'down'
        WHEN bool_or(state IN ('suspect', 'recovering')) THEN 'suspect'
        WHEN bool_and(state = 'unknown') THEN 'unknown'
        ELSE 'ok' END AS state
    FROM supervision_check GROUP BY target_id
"""
"""A target stands where its worst check stands; no check yet: unknown."""

STATES = f"""
    SELECT CASE WHEN t.paused THEN 'paused'
                WHEN NOT (t.site_id = ANY(%(sites)s)) THEN 'without_consent'
                ELSE coalesce(c.state, 'unknown') END AS state,
           count(*)
    FROM supervision_target t LEFT JOIN ({WORST_STATE}) c ON c.target_id = t.id
    GROUP BY 1 ORDER BY 1
"""  # noqa: S608  # made of constants

LAG = """
    SELECT count(*),
           coalesce(percentile_cont(0.95) WITHIN GROUP (
               ORDER BY extract(epoch FROM %(now)s - next_poll_at)), 0),
           coalesce(max(extract(epoch FROM %(now)s - next_poll_at)), 0)
    FROM supervision_target
    WHERE NOT paused AND next_poll_at <= %(now)s AND site_id = ANY(%(sites)s)
"""

AHEAD = """
    SELECT coalesce(max(to_date(right(c.relname, 8), 'YYYYMMDD')) - %(today)s, 0)
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'supervision_sample'::regclass AND c.relname ~ '_[0-9]{8}$'
"""


RUNS = """
    SELECT count(*), coalesce(sum(answered), 0), coalesce(sum(silent), 0),
           coalesce(sum(refused), 0), coalesce(sum(faulty), 0), coalesce(max(lag_s), 0),
           percentile_cont(%(at)s::float8[]) WITHIN GROUP (ORDER BY read_s),
           percentile_cont(%(at)s::float8[]) WITHIN GROUP (ORDER BY judge_s),
           percentile_cont(%(at)s::float8[]) WITHIN GROUP (ORDER BY write_s),
           percentile_cont(%(at)s::float8[]) WITHIN GROUP (ORDER BY read_s + judge_s + write_s)
    FROM supervision_pollrun WHERE at > %(since)s
"""
OUTCOMES = ("answered", "silent", "refused", "faulty")
PARTS = ("read", "judge", "write", "whole")
QUANTILES = (0.5, 0.95, 1.0)
WINDOW = dt.timedelta(minutes=5)


def collect(now: dt.datetime) -> Iterator[GaugeMetricFamily]:
    """Targets by state, lag behind schedule, age of the last poll, partitions ahead."""
    sites = consenting(now)
    with connection.cursor() as cursor:
        cursor.execute(STATES, {"sites": sites})
        yield families.TARGETS.family(((state,), n) for state, n in cursor.fetchall())
        cursor.execute(LAG, {"sites": sites, "now": now})
        due, p95, worst = cursor.fetchone()
        yield families.DUE.single(due)
        yield families.LAG.family([(("0.95",), p95), (("1",), worst)])
        cursor.execute(AHEAD, {"today": now.astimezone(dt.UTC).date()})
        yield families.PARTITIONS_AHEAD.single(cursor.fetchone()[0])
    yield from _runs(now)
    last = _last_poll()
    if last is not None:
        yield families.LAST_POLL_AGE.single((now - last).total_seconds())


def _runs(now: dt.datetime) -> Iterator[GaugeMetricFamily]:
    with connection.cursor() as cursor:
        cursor.execute(RUNS, {"since": now - WINDOW, "at": list(QUANTILES)})
        runs, *rest = cursor.fetchone()
    yield families.POLL_RUNS.single(runs)
    yield families.POLLS.family(zip(((o,) for o in OUTCOMES), rest[:4], strict=True))
    yield families.POLL_RUN_LAG.single(rest[4])
    durations = []
    for part, figures in zip(PARTS, rest[5:], strict=True):
        for quantile, seconds in zip(QUANTILES, figures or (), strict=bool(figures)):
            durations.append(((part, f"{quantile:g}"), seconds))
    yield families.POLL_SECONDS.family(durations)


def consenting(now: dt.datetime) -> list[int]:
    """Keys of the sites whose consents are in force: the others are never polled."""
    sites = supervised_sites(timezone.localdate(now)).order_by()
    return list(sites.values_list("pk", flat=True))


def _last_poll() -> dt.datetime | None:
    newest = Target.objects.exclude(last_poll_at=None).order_by("-last_poll_at")
    return newest.values_list("last_poll_at", flat=True).first()
