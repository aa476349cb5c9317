"""Profiles: chosen by what a device says of itself; a wrong file says where and why."""

from __future__ import annotations

import pytest

from supervision.actions.ask import plan_of
from supervision.actions.interpret import fold, interpret
from supervision.snmp.contract import Outcome, Reply
from supervision.snmp.profile import FOLDER, ProfileError, choose, load, profiles

GENERIC = (FOLDER / "generic.toml").read_text()
LABELS = 'labels = { fr = "F", de = "D", en = "E" }\n'


@pytest.mark.parametrize(
    ("object_id", "descr", "expected"),
    [
        ("1.3.6.1.4.1.9.1.516", "Cisco IOS Software, C2960X Software, Catalyst", "switch"),
        ("1.3.6.1.4.1.9.1.1045", "Cisco IOS Software, ISR 1100", "router"),
        ("1.3.6.1.4.1.41112.1.6", "U6-Pro 6.5.28", "access_point"),
        ("1.3.6.1.4.1.318.1.3.27", "APC Web/SNMP Management Card", "ups_apc"),
        ("1.3.6.1.2.1.33", "UPS", "ups"),
        ("1.3.6.1.4.1.11.2.3.9.1", "HP ETHERNET MULTI-ENVIRONMENT", "printer"),
        ("1.3.6.1.4.1.8072.3.2.10", "Linux srv 6.1", "server"),
        ("1.3.6.1.4.1.8072.3.2.10", "Linux cam-3 4.9.84 mips", "generic"),
        ("1.3.6.1.4.1.11.2.3.7.11.182", "HP J9773A 2530-24G-PoE+ Switch", "switch_procurve"),
        ("1.3.6.1.4.1.999999", "Acme 24-port switch", "switch"),
        ("", "", "generic"),
    ],
)
def test_the_most_specific_profile_wins(object_id, descr, expected):
    assert choose(object_id, descr).key == expected


def test_a_prefix_ends_at_a_dot():
    # 1.3.6.1.4.1.9.1 is Cisco's; 1.3.6.1.4.1.9.12 only begins with the same digits
    assert choose("1.3.6.1.4.1.9.12", "router").key == "router"  # by sysDescr alone
    assert choose("1.3.6.1.4.1.3181.3", "").key == "generic"


def test_every_profile_has_a_plan_and_every_label():
    for key, profile in profiles().items():
        plan = plan_of(key, True)
        assert plan.get[0] == "1.3.6.1.2.1.1.3.0"
        assert all(set(check.labels) == {"fr", "de", "en"} for check in profile.checks)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("labels = ", "bad.toml: (file)"),
        ("colour = 1\n" + LABELS, "bad.toml: colour: is not a key"),
        ('labels = { fr = "F" }', "bad.toml: labels.de: is missing"),
        (LABELS + 'service = "coffee"', "bad.toml: service: must be one of"),
        (LABELS + 'extends = "nothing"', "bad.toml: extends: there is no profile"),
        (LABELS + 'extends = "bad"', "bad.toml: extends: extends itself"),
        (LABELS + '[metrics.x]\noid = "x"\n' + LABELS, "metrics.x.oid: 'x' is not a dotted OID"),
        (LABELS + "[metrics.x]\n" + LABELS, "metrics.x: needs either oid or column"),
        (LABELS + '[metrics.x]\ncolumn = "1.3.1"\n' + LABELS, "metrics.x.fold: one of"),
        (LABELS + '[checks.x]\nmetric = "y"\n' + LABELS, "checks.x.metric: there is no metric"),
        (
            LABELS + '[checks.x]\nmetric = "rtt_ms"\n' + LABELS + "down = { above = 5 }",
            "checks.x.down.clear: limit and clear",
        ),
        (
            LABELS + '[checks.x]\nmetric = "rtt_ms"\n' + LABELS + "down = { above = 5, clear = 6 }",
            "checks.x.down.clear: must lie on the good side",
        ),
        (LABELS + '[[match]]\nsys_descr = "("', "match[0].sys_descr: not a pattern"),
        (LABELS + '[ports]\nname = "1.3.1"', "ports.admin: is missing"),
    ],
)
def test_a_wrong_file_says_file_key_and_reason(tmp_path, text, message):
    (tmp_path / "generic.toml").write_text(GENERIC)
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(ProfileError, match=r"^bad\.toml: ") as caught:
        load(tmp_path)
    assert message in str(caught.value)


def test_a_family_needs_a_file_and_no_code(tmp_path):
    (tmp_path / "generic.toml").write_text(GENERIC)
    (tmp_path / "nas.toml").write_text(
        'extends = "generic"\nservice = "server"\n' + LABELS
        + '[[match]]\nsys_object_id = "1.3.6.1.4.1.6574"\n'
        '[metrics.temperature]\noid = "1.3.6.1.4.1.6574.1.2.0"\nunit = "°C"\n' + LABELS
        + '[checks.temperature]\nmetric = "temperature"\n' + LABELS
        + "degraded = { above = 60, clear = 55 }\n"
    )  # fmt: skip
    known = load(tmp_path)
    found = choose("1.3.6.1.4.1.6574.1", "", known.values())
    assert found.key == "nas"
    assert {check.key for check in found.checks} == {"temperature", "response"}
    assert found.check("temperature").service == "server"


def test_columns_fold_into_a_figure():
    printer = profiles()["printer"]
    supplies = printer.metric("supplies")
    columns = {
        "1.3.6.1.2.1.43.11.1.1.9": {"1.1": 40, "1.2": 30, "1.3": -3, "1.4": 5},
        "1.3.6.1.2.1.43.11.1.1.8": {"1.1": 100, "1.2": 200, "1.3": 100, "1.4": -2},
    }
    assert fold(supplies, columns) == 15.0  # 30 of 200; -3 and capacity -2 are "unknown"
    assert fold(supplies, {}) is None
    heat = profiles()["switch"].metric("temperature")
    sensors = {
        "1.3.6.1.2.1.99.1.1.1.1": {"1": 8, "2": 8, "3": 10},
        "1.3.6.1.2.1.99.1.1.1.4": {"1": 41, "2": 47, "3": 3400},
    }
    assert fold(heat, sensors) == 47  # celsius(8) only, not the fan's rpm(10)
    assert fold(profiles()["access_point"].metric("clients"), {}) == 0


def test_what_a_device_lacks_is_absent():
    plan = plan_of("ups", False)
    values = dict.fromkeys(plan.get) | {"1.3.6.1.2.1.33.1.2.4.0": 93}
    said = interpret(plan, Reply(Outcome.ANSWERED, 4.0, values, {}))
    assert said.numbers == {"charge": 93}
    assert said.uptime_s is None
    assert said.ports == "[]"
