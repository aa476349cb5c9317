"""What a school is reminded of on its own page: resources awaited soon, or late."""

from __future__ import annotations

import datetime as dt

from inventory.grants.models.returns.obligations import Obligation
from inventory.grants.rules.returns.due import SOON_DAYS
from schools.models import Site, User

SHOWN = 3


def returns_due(user: User, site: Site, today: dt.date) -> list[Obligation]:
    """The first ones of a site, by due day; one query."""
    rows = Obligation.objects.visible_to(user).owing().filter(site=site)
    rows = rows.filter(due_on__lte=today + dt.timedelta(days=SOON_DAYS))
    return list(rows.select_related("award__application").order_by("due_on")[:SHOWN])
