"""The figures of ``service.toml`` as values: promises, hours, windows, thresholds."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays

from helpdesk.clock import ServiceHours, Span

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Service:
    """What the helpdesk promises, and from when a fault is major."""

    version: int
    promises: dict[int, dt.timedelta]
    """Priority → service time before the repair is due."""
    hours: ServiceHours
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
        hours=ServiceHours(
            zone=ZoneInfo(hours["zone"]),
            weekdays=frozenset(_DAYS.index(day) for day in hours["days"]),
            spans=tuple(
                Span(dt.time.fromisoformat(a), dt.time.fromisoformat(b)) for a, b in hours["spans"]
            ),
            is_holiday=_PublicHolidays(hours["country"]),
            version=str(data["version"]),
        ),
        relapse=dt.timedelta(minutes=data["relapse"]["window_min"]),
        quiet=dt.timedelta(days=data["closing"]["quiet_days"]),
        major_sites=data["major"]["sites"],
        major_pupils=data["major"]["pupils"],
        rooms_high=data["priority"]["rooms_high"],
    )


class _PublicHolidays:
    """Is a day a public holiday of a country? One year is computed once."""

    def __init__(self, country: str) -> None:
        self._country = country
        self._years: dict[int, frozenset[dt.date]] = {}

    def __call__(self, day: dt.date) -> bool:
        days = self._years.get(day.year)
        if days is None:
            days = frozenset(holidays.country_holidays(self._country, years=day.year))
            self._years[day.year] = days
        return day in days
