"""Files of a site that are not sent while the deadline comes: for the school's own page."""

from __future__ import annotations

import datetime as dt

from inventory.grants.models.calls.applications import Application
from schools.models import Site, User

SOON = dt.timedelta(days=7)
"""As the first reminder by mail."""


def closing_soon(user: User, site: Site, now: dt.datetime) -> list[Application]:
    """Those that the person sees, the nearest deadline first. One query."""
    rows = (
        Application.objects.visible_to(user)
        .filter(site=site, version__closes_at__gt=now, version__closes_at__lte=now + SOON)
        .in_hand()
        .select_related("version")
        .order_by("version__closes_at", "pk")
    )
    return list(rows[:5])
