"""Figures per site, with bounded labels: beyond the cap the Region's sites stand together.

The cap counts sites in the order of their keys, not worst first: a series that comes and goes
with the weather would break every graph.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from prometheus_client.core import GaugeMetricFamily

from deploy.metrics import families
from deploy.metrics.polling import WORST_STATE

OTHER = "other"

BY_SITE = f"""
    SELECT s.id, coalesce(s.number, ''), coalesce(c.state, 'unknown'), count(*),
           coalesce(sum(CASE jsonb_typeof(n.values -> 'clients')
                        WHEN 'number' THEN (n.values ->> 'clients')::numeric END), 0)
    FROM supervision_target t
    JOIN schools_site s ON s.id = t.site_id
    LEFT JOIN ({WORST_STATE}) c ON c.target_id = t.id
    LEFT JOIN supervision_snapshot n ON n.target_id = t.id
    WHERE NOT t.paused AND t.site_id = ANY(%s)
    GROUP BY 1, 2, 3 ORDER BY 1
"""  # noqa: S608  # made of constants


def collect(sites: list[int]) -> Iterator[GaugeMetricFamily]:
    """Devices by state and clients, for each of the consenting ``sites``."""
    shown = set(sorted(sites)[: settings.METRICS_SITES])
    devices: dict[tuple[str, ...], float] = defaultdict(float)
    clients: dict[tuple[str, ...], float] = defaultdict(float)
    with connection.cursor() as cursor:
        cursor.execute(BY_SITE, [sites])
        for site, fase, state, count, heard in cursor.fetchall():
            labels = (str(site), fase) if site in shown else (OTHER, "")
            devices[(*labels, state)] += count
            clients[labels] += float(heard)
    yield families.SITE_TARGETS.family(devices.items())
    yield families.SITE_CLIENTS.family(clients.items())
