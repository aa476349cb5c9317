"""The bench of the inventory and the generator run, small, as their documentation says."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.management import call_command

from deploy.settings import env
from inventory.models import Device
from tests.inventory.imports.files import number_sites


@pytest.mark.long
def test_the_bench_keeps_its_promises():
    inherited = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "PREAU_HOME")}
    done = subprocess.run(
        [sys.executable, "-m", "deploy.bench.inventory", "--devices", "900", "--sites", "30",
         "--broken", "18", "--bulk", "40"],
        cwd=env.ROOT, env=inherited, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert "ok  a second run changes nothing" in done.stdout
    assert "export (CSV, everything)" in done.stdout
    assert "every promise kept" in done.stdout


def test_devices_are_made_up_and_loaded_once(cast, settings, capsys):
    settings.DEMO_PASSWORDS = True
    number_sites()
    for _n in range(2):
        call_command("generate_devices", "--devices", "40", "--load")
    assert Device.objects.count() == 40
    assert "40 unchanged" in capsys.readouterr().out


def test_nothing_is_made_up_where_the_platform_serves(cast, settings):
    from django.core.management.base import CommandError  # noqa: PLC0415

    settings.DEMO_PASSWORDS = False
    with pytest.raises(CommandError, match="DEMO_PASSWORDS"):
        call_command("generate_devices", "--load")
