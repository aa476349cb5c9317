"""K13 and K14 (mission §8): teachers who share contents, resources shared. Dates, then detail."""

from __future__ import annotations

import datetime as dt
from typing import Any

from inventory.grants.models.returns.resources import Resource


def counted_resources(year: int | None = None, until: dt.datetime | None = None) -> Any:
    """K14 as rows: returns that were accepted, with a licence, and not withdrawn since.

    ``year``: those accepted in it; ``until``: those accepted before that moment.
    """
    rows = Resource.objects.accepted().exclude(newest=None)
    if year is not None:
        rows = rows.filter(accepted_at__year=year)
    return rows if until is None else rows.filter(accepted_at__lt=until)


def teachers_sharing(year: int | None = None, until: dt.datetime | None = None) -> int:
    """K13: distinct depositors of accepted resources (nombre d’enseignants)."""
    rows = counted_resources(year, until).exclude(depositor=None)
    return int(rows.order_by().values("depositor").distinct().count())


def resources_shared(year: int | None = None, until: dt.datetime | None = None) -> int:
    """K14: accepted, licensed returns (nombre de ressources partagées)."""
    return int(counted_resources(year, until).count())
