"""Fewer than five people are « moins de 5 », for everybody who may not read their names."""

from __future__ import annotations

import base64
import datetime as dt

import pytest
from django.template import Context, Template
from django.urls import reverse

from byod.models.privacy.figures import MonthlyFigure
from byod.rules.privacy import counted, counted_within, counted_words, part_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("n", "told"), [(0, None), (1, None), (4, None), (5, 5), (12, 12)])
def test_a_group_of_five_is_told_and_a_smaller_one_is_not(n: int, told: int | None) -> None:
    assert counted(n) == told


def test_the_words_say_so() -> None:
    page = Template("{% load byod_counts %}{{ few|fewer }} {{ many|fewer }} {{ none|fewer }}")
    assert page.render(Context({"few": 4, "many": 1204, "none": None})) == "moins de 5 1\u00a0204 –"
    assert counted_words(3) == "moins de 5"
    assert counted_words(5) == "5"


@pytest.mark.parametrize(
    ("n", "whole", "told"),
    [(96, 98, None), (4, 98, None), (49, 98, 50), (98, 98, 100), (5, 10, 50), (0, 0, None)],
)
def test_a_share_tells_neither_a_small_group_nor_a_small_rest(
    n: int, whole: int, told: int | None
) -> None:
    assert part_of(n, whole) == told


@pytest.mark.parametrize(
    ("n", "whole", "told"),
    [
        (225, 227, "presque tous"),
        (3, 227, "moins de 5"),
        (222, 227, "222"),
        (227, 227, "227"),
        (1204, 2000, "1\u00a0204"),
    ],
)
def test_a_part_beside_its_whole_tells_no_small_rest(n: int, whole: int, told: str) -> None:
    assert counted_within(n, whole) == told


def test_figures_stand_by_month_and_hide_a_small_rest(client, cast):
    for month, key, value in (
        (9, "members", 30), (8, "members", 31), (9, "authorised", 28), (8, "authorised", 20),
    ):  # fmt: skip
        MonthlyFigure.objects.create(
            site=cast.tilleuls, month=dt.date(2026, month, 1), key=key, value=value
        )
    client.force_login(cast.odile)
    page = client.get(reverse("byod:figures")).content.decode()
    assert page.index("09/2026") < page.index("08/2026")
    assert "presque tous" in page
    assert ">28<" not in page
    sheet = b"".join(client.get(reverse("byod:figures_export"))).decode()
    assert "presque tous" in sheet
    odd = base64.urlsafe_b64encode(b'["2026-09-01T00:00", 3]').decode()
    assert client.get(reverse("byod:figures"), {"apres": odd}).status_code == 200
