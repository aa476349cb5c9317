"""The last hour of a call, small: what ``./preau bench calls`` measures at full size."""

from __future__ import annotations

import pytest

from deploy.bench import calls


@pytest.mark.django_db(transaction=True)
def test_none_lost_none_late_a_double_click_is_one(capsys):
    kept = calls.run(24, seconds=15.0, processes=2, seed=3)
    told = capsys.readouterr().out
    assert kept, told
    assert "24 signed files" in told
    assert "NOT" not in told
