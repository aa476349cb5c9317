"""Alert rules and sample configurations are accepted by the tools they are for."""

from __future__ import annotations

import json
import re
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from deploy.metrics import families

OPS = Path(__file__).resolve().parents[2] / "deploy" / "ops"
RULES = OPS / "prometheus" / "rules.yml"
OURS = re.compile(r"\bpreau_\w+")


def promtool(*words: str, cwd: Path = OPS) -> subprocess.CompletedProcess[str]:
    if shutil.which("promtool") is None:
        pytest.skip("no promtool on this machine (Debian: apt install prometheus)")
    return subprocess.run(
        ["promtool", *words], cwd=cwd, capture_output=True, text=True, check=False
    )


def rules() -> list[dict]:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def test_promtool_accepts_the_rules():
    done = promtool("check", "rules", str(RULES))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_rules_fire_when_they_should_and_not_before():
    done = promtool("test", "rules", str(OPS / "prometheus" / "tests" / "rules_test.yml"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_accepts_the_scrape_configuration(tmp_path):
    shutil.copy(OPS / "prometheus" / "prometheus.yml", tmp_path)
    shutil.copy(RULES, tmp_path)
    (tmp_path / "preau_token").write_text("x")
    done = promtool("check", "config", "prometheus.yml", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_rule_has_a_test():
    told = (OPS / "prometheus" / "tests" / "rules_test.yml").read_text()
    tested = set(re.findall(r"alertname: (\w+)", told))
    assert {rule["alert"] for rule in rules()} == tested


def test_every_rule_says_what_to_do_and_who_hears_it():
    for rule in rules():
        assert rule["labels"]["severity"] in {"page", "morning"}
        assert set(rule["annotations"]) == {"summary", "action"}


def test_rules_and_dashboard_ask_for_metrics_that_exist():
    known = {gauge.name for gauge in families.ALL}
    asked = set(OURS.findall(" ".join(rule["expr"] for rule in rules())))
    panels = json.loads((OPS / "grafana" / "preau.json").read_text())["panels"]
    drawn = set(OURS.findall(" ".join(t["expr"] for p in panels for t in p["targets"])))
    assert asked <= known
    assert drawn <= known


def test_alertmanager_routes_every_severity():
    routed = (OPS / "alertmanager" / "alertmanager.yml").read_text()
    for severity in {rule["labels"]["severity"] for rule in rules()}:
        assert f'severity="{severity}"' in routed
    config = yaml.safe_load(routed)
    named = {receiver["name"] for receiver in config["receivers"]}
    assert {route["receiver"] for route in config["route"]["routes"]} <= named


def test_the_dashboard_is_the_one_its_maker_writes():
    maker = runpy.run_path(str(OPS / "grafana" / "make_dashboard.py"))
    assert (OPS / "grafana" / "preau.json").read_text() == maker["text"]()
