"""``./preau bench radius`` runs to its end, small. How fast is not asked of a suite."""

from __future__ import annotations

import subprocess
import sys

import pytest

from deploy.settings import env
from tests.byod.network.asking import needs_radius


@needs_radius
@pytest.mark.long
def test_a_hundred_devices_are_let_in_rightly() -> None:
    words = ["--seconds", "3", "--flood", "50", "--eap", "2", "--devices", "800"]
    done = subprocess.run(
        [sys.executable, "-m", "deploy.bench.radius", *words],
        cwd=env.ROOT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert "paced   100 devices" in done.stdout, done.stderr[-2000:]
    assert "nothing refused wrongly" in done.stdout
