"""The figures of ``service.toml`` as values: promises, hours, windows, thresholds."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from schools.calendars.hours import Opening, Span, weekly
from schools.calendars.public_holidays import PublicHolidays

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Service:
    """What the helpdesk promises, and from when a fault is major."""

    version: int
    promises: dict[int, dt.timedelta]
    """Priority → service time before the repair is due."""
    hours: Opening
    """When the helpdesk works, whatever the school does."""
    relapse: dt.timedelta
    quiet: dt.timedelta
    """A resolved ticket that nobody contests closes after this."""
    major_sites: int
    major_pupils: int
    rooms_high: int

    def promise(self, priority: int) -> dt.timedelta:
        """The promise of a priority; an unheard-of priority gets the longest one."""
        return self.promises.get(priority, max(self.promises.values()))


@cache
def service() -> Service:
    """The figures in force, read once per process."""
    data = tomllib.loads((Path(__file__).parent / "service.toml").read_text())
    hours = data["hours"]
    return Service(
        version=data["version"],
        promises={int(p): dt.timedelta(hours=h) for p, h in data["promises_h"].items()},
        hours=Opening(
            zone=ZoneInfo(hours["zone"]),
            week=weekly(map(_DAYS.index, hours["days"]), *map(_span, hours["spans"])),
            is_closed=PublicHolidays(hours["country"]),
        ),
        relapse=dt.timedelta(minutes=data["relapse"]["window_min"]),
        quiet=dt.timedelta(days=data["closing"]["quiet_days"]),
        major_sites=data["major"]["sites"],
        major_pupils=data["major"]["pupils"],
        rooms_high=data["priority"]["rooms_high"],
    )


def _span(pair: list[str]) -> Span:
    start, end = map(dt.time.fromisoformat, pair)
    return Span(start, end)
