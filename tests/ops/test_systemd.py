"""The units start programs that exist, on the queues that tasks are sent to."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

from django.core.management import get_commands

from deploy.metrics.broker import queue_names
from deploy.settings import env

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "ops" / "systemd"


def unit(name: str) -> ConfigParser:
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read(UNITS / name)
    return parser


def test_the_target_starts_every_unit():
    wanted = unit("preau.target")["Unit"]["Wants"].split()
    timers = {path.name for path in UNITS.glob("*.timer")}
    by_timer = {name.replace(".timer", ".service") for name in timers}
    files = {path.name for path in UNITS.glob("*.service")} - by_timer
    started = {re.sub(r"@\w+", "@", name) for name in wanted}
    assert started == files | timers


def test_each_queue_has_a_worker():
    wanted = unit("preau.target")["Unit"]["Wants"]
    assert sorted(re.findall(r"preau-worker@(\w+)", wanted)) == queue_names()


def test_management_commands_of_the_units_exist():
    commands = {
        match
        for path in UNITS.glob("*.service")
        for match in re.findall(r"manage\.py (\w+)", path.read_text())
    }
    assert commands <= set(get_commands())


def test_no_unit_runs_as_root_nor_gains_rights():
    for path in UNITS.glob("*.service"):
        service = unit(path.name)["Service"]
        assert service["User"] == "preau"
        assert service["NoNewPrivileges"] == "yes"


def test_the_sample_environment_names_known_variables_and_every_required_one():
    lines = (UNITS / "environment.sample").read_text().splitlines()
    named = {line.split("=")[0] for line in lines if line and not line.startswith("#")}
    assert named <= set(env.VARIABLES)
    assert {v.name for v in env.VARIABLES.values() if v.required_in_production} <= named
