"""Keep the indicators of a day, so that what is published stays comparable."""

from __future__ import annotations

import datetime as dt

from inventory.grants.indicators import all_figures
from inventory.grants.models.returns.snapshots import IndicatorSnapshot


def keep_snapshot(on: dt.date) -> int:
    """Once a day: a second run, or a second worker, adds nothing. How many figures are new."""
    if IndicatorSnapshot.objects.filter(taken_on=on).exists():
        return 0
    rows = [
        IndicatorSnapshot(
            taken_on=on,
            key=figure.key,
            year=figure.year,
            by=figure.by,
            group=figure.group,
            value=figure.value,
        )
        for figure in all_figures()
    ]
    IndicatorSnapshot.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
