"""Public holidays of a country, from the ``holidays`` package. One year is computed once."""

from __future__ import annotations

import datetime as dt
from functools import cache

import holidays
from django.utils.translation import get_language

BELGIUM = "BE"
LANGUAGES = {"fr": "fr", "de": "de", "en": "en_US"}


@cache
def _named(country: str, year: int, language: str) -> dict[dt.date, str]:
    found = holidays.country_holidays(country, years=year, language=language)
    return {day: str(name).replace("'", "’") for day, name in found.items()}


@cache
def _days(country: str, year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays(country, years=year))


class PublicHolidays:
    """Is a day a public holiday? ``PublicHolidays()(day)``."""

    def __init__(self, country: str = BELGIUM) -> None:
        self._country = country

    def __call__(self, day: dt.date) -> bool:
        return day in _days(self._country, day.year)


def holiday_name(day: dt.date) -> str:
    """What a Belgian public holiday is called in the reader's language; empty for other days."""
    language = LANGUAGES.get((get_language() or "fr")[:2], "fr")
    return _named(BELGIUM, day.year, language).get(day, "")
