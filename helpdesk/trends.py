"""The last 24 hours in half-hours, from the dates of incidents and tickets themselves."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db.models import Q

from helpdesk.models import Ticket
from helpdesk.reach import pupils_of
from inventory.models import Category
from schools.models import User
from schools.models.scope import scope_of, sites_q
from supervision.models import Incident

POINTS = 48


def trends_for(user: User, now: dt.datetime) -> dict[str, list[int]]:
    """The last 24 hours in half-hours, oldest first, from the incidents' own dates."""
    start = now - dt.timedelta(hours=24)
    step = (now - start) / (POINTS - 1)
    past = Incident.objects.filter(sites_q(scope_of(user), "site")).filter(
        Q(closed_at=None) | Q(closed_at__gt=start)
    )
    rows = past.exclude(state="held").values_list(
        "site",
        "site__province",
        "severity",
        "device__product__category",
        "check_row__key",
        "root",
        "began_at",
        "closed_at",
    )
    down: list[set[int]] = [set() for _ in range(POINTS)]
    degraded: list[set[int]] = [set() for _ in range(POINTS)]
    found: dict[str, list[int]] = defaultdict(lambda: [0] * POINTS)
    for site, province, severity, category, key, root, began, closed in rows:
        first = max(0, -(-(began - start) // step)) if began > start else 0
        last = POINTS - 1 if closed is None else min(POINTS - 1, (closed - start) // step)
        whole = severity == "down" and category == Category.ROUTER
        for n in range(first, last + 1):
            if root is None:
                (down if whole else degraded)[n].add(site)
                found[f"province:{province}"][n] += 1
            found["silent"][n] += key == "reachability"
    tickets = _ticket_trend(user, start, step)
    pupils = pupils_of({site for sites in down for site in sites})
    return {
        **found,
        "silent": found["silent"],
        "down": [len(sites) for sites in down],
        "degraded": [len(worse - down[n]) for n, worse in enumerate(degraded)],
        "pupils": [sum(pupils.get(site, 0) for site in sites) for sites in down],
        "tickets": tickets,
    }


def _ticket_trend(user: User, start: dt.datetime, step: dt.timedelta) -> list[int]:
    """Tickets open at each point."""
    rows = Ticket.objects.visible_to(user).filter(Q(resolved_at=None) | Q(resolved_at__gt=start))
    series = [0] * POINTS
    for opened, resolved in rows.order_by().values_list("opened_at", "resolved_at"):
        first = max(0, -(-(opened - start) // step)) if opened > start else 0
        last = POINTS - 1 if resolved is None else min(POINTS - 1, (resolved - start) // step)
        for n in range(first, last + 1):
            series[n] += 1
    return series
