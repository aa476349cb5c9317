"""Times, durations and numbers are written as people here write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from deploy.interface import formats

NOW = datetime(2026, 11, 23, 9, 58, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(40, "40 s"), (281, "4 min 41 s"), (1_320, "22 min"), (9_960, "2 h 46"), (93_600, "1 j 02 h")],
)
def test_it_writes_durations(seconds: int, words: str) -> None:
    assert formats.duration(seconds) == words.replace(" ", "\u00a0")


def test_it_writes_time_gone_by() -> None:
    assert formats.since(NOW - timedelta(minutes=54), NOW) == "0\u00a0h\u00a054"
    assert formats.since(None, NOW) == ""


def test_it_groups_digits_and_minds_the_language() -> None:
    assert formats.number(48_231) == "48\u202f231"
    assert formats.number(98.71, 1) == "98,7"
    with translation.override("en"):
        assert formats.number(98.71, 1) == "98.7"


def test_it_shows_brussels_time_in_winter_and_in_summer() -> None:
    assert formats.clocktime(datetime(2026, 1, 5, 9, 0, tzinfo=UTC)) == "10:00"
    assert formats.clocktime(datetime(2026, 7, 5, 9, 0, tzinfo=UTC)) == "11:00"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW - timedelta(minutes=11), "10:47"),
        (NOW - timedelta(days=1), "hier 10:58"),
        (NOW - timedelta(days=3), "20/11 10:58"),
        (NOW - timedelta(days=400), "19/10/2025"),
    ],
)
def test_it_names_the_day_only_when_it_is_another(moment: datetime, words: str) -> None:
    assert formats.daytime(moment, NOW) == words.replace(" ", "\u00a0")
