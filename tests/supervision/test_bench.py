"""The bench of the pipeline runs, small, as written in its documentation."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from deploy.settings import env


@pytest.mark.skipif(sys.platform != "linux", reason="the replay agent and /proc are Linux's")
def test_the_bench_of_supervision_runs():
    inherited = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "PREAU_HOME")}
    done = subprocess.run(
        [sys.executable, "-m", "deploy.bench.supervision", "--smoke"],
        cwd=env.ROOT,
        env=inherited,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    parts = dict(re.findall(r"^ {2}(\w+)\s+([0-9.]+)  \(", done.stdout, re.MULTILINE))
    assert set(parts) == {"read", "judge", "write", "postgres", "total"}
    assert float(parts["total"]) > 0
