"""Fewer than five people are « moins de 5 », for everybody who may not read their names."""

from __future__ import annotations

import pytest
from django.template import Context, Template

from byod.rules.privacy import counted, counted_words, part_of


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
