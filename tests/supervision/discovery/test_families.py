"""A family is a file: found, checked, and chosen by sysObjectID, sysDescr and one extra object."""

from __future__ import annotations

import pytest

from inventory.models import Category
from supervision.snmp.family import CATEGORIES, candidates, choose, families, load
from supervision.snmp.identify import Answers, facts_of
from supervision.snmp.profile import ProfileError

NET_SNMP = "1.3.6.1.4.1.8072.3.2.10"
GOOD = """
maker = "Exemple"
category = "switch"
profile = "switch"
[[match]]
sys_object_id = "1.3.6.1.4.1.32473.1"
"""


@pytest.fixture
def folder(tmp_path):
    def write(text, name="exemple"):
        (tmp_path / f"{name}.toml").write_text(text)
        return tmp_path

    return write


def test_every_file_of_the_house_is_right_and_names_a_category_of_the_catalogue():
    assert len(families()) > 60
    assert set(Category.values) >= CATEGORIES


def test_adding_a_family_needs_a_file_and_no_code(folder):
    known = load(folder(GOOD))
    assert choose("1.3.6.1.4.1.32473.1.7", "x", {}, known | families()).maker == "Exemple"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("maker = 3", "maker: is missing"),
        (GOOD.replace("switch", "toaster", 1), "category: must be one of"),
        (GOOD.replace('profile = "switch"', 'profile = "nope"'), "no polling profile 'nope'"),
        (GOOD + 'colour = "red"', "match[0].colour"),
        (GOOD + 'sys_descr = "("', "match[0].sys_descr: not a pattern"),
        (GOOD + 'like = "x"', "match[0].like: goes with has"),
        (GOOD + '[[serial]]\noid = "x"', "serial[0].oid: 'x' is not a dotted OID"),
        (GOOD + "[[serial]]\n", "serial[0]: needs exactly one of"),
        (GOOD + '[[model]]\nentity = "weight"', "model[0].entity: is no such field"),
        (GOOD + '[[model]]\nparts = { a = "1.3.6" }', "model[0].template"),
        (GOOD + "[[model]]\nobject_id = true", "model[0].object_id: needs a map"),
        (GOOD + '[access_points]\nheight = "1.3"', "access_points.height"),
        ("maker = ", "(file)"),
    ],
)
def test_a_wrong_file_is_named_with_its_key_and_the_reason(folder, text, told):
    with pytest.raises(ProfileError) as error:
        load(folder(text))
    assert told in str(error.value)
    assert str(error.value).startswith("exemple.toml")


CHOSEN = [
    # sysObjectID, sysDescr, extra objects that answer → family
    ("1.3.6.1.4.1.9.1.2694", "Cisco IOS Software [Gibraltar], Catalyst L3 Switch", {}, "cisco_ios"),
    ("1.3.6.1.4.1.9.1.3211", "Catalyst 1200 Series Smart Switch (C1200-8T-E-2G)", {}, "cisco_sb"),
    ("1.3.6.1.4.1.9.1.1069", "Cisco Controller", {}, "cisco_wlc"),
    (
        "1.3.6.1.4.1.9.1.2530",
        "Cisco IOS Software, C9800 Software (C9800_IOSXE-K9)",
        {},
        "cisco_c9800",
    ),
    ("1.3.6.1.4.1.9.1.1195", "Cisco Adaptive Security Appliance Version 9.8(2)", {}, "cisco_asa"),
    ("1.3.6.1.4.1.11.2.3.7.11.181", "Aruba JL320A 2930M-24G-PoE+, revision WC.16", {}, "procurve"),
    ("1.3.6.1.4.1.47196.4.1.1.1.254", "PL.10.10.0002", {}, "aruba_cx"),
    (
        "1.3.6.1.4.1.14823.1.2.111",
        "ArubaOS (MODEL: 515), Version 8.6.0.8-8.6.0.8",
        {},
        "aruba_instant",
    ),
    ("1.3.6.1.4.1.14823.1.1.32", "ArubaOS (MODEL: Aruba7210), Version 6.4.2.12", {}, "arubaos"),
    (NET_SNMP, "Linux nas 4.4.180+ #42962", {"1.3.6.1.4.1.6574.1.5.1.0": "DS218"}, "synology"),
    (NET_SNMP, "Linux TS-453A 5.2.8", {"1.3.6.1.4.1.24681.1.2.12.0": "TS-453A"}, "qnap"),
    (NET_SNMP, "Linux OpenWrt 5.4.137", {}, "openwrt"),
    (NET_SNMP, "Linux srv 5.10.0-21-amd64 #1 SMP Debian x86_64", {}, "linux"),
    (NET_SNMP, "UAP-AC-Pro-Gen2 4.3.28.11361", {}, "unifi_ap"),
    ("1.3.6.1.4.1.10002.1", "Linux 2.6.32", {}, "airos"),
    ("1.3.6.1.4.1.10002.1", "Linux 3.3.8", {"1.3.6.1.4.1.41112.1.6.1.1.1.3.1": "ng"}, "unifi_ap"),
    ("1.3.6.1.4.1.25053.3.1.5.15", "Ruckus Wireless R850", {}, "ruckus_zd"),
    (
        "1.3.6.1.4.1.25053.3.1.5.15",
        "Ruckus Wireless R850",
        {"1.3.6.1.4.1.25053.1.15.1.1.1.1.9.0": "R850"},
        "ruckus_unleashed",
    ),
    (
        "1.3.6.1.4.1.8072.3.2.8",
        "FreeBSD OPNsense.localdomain 13.1-RELEASE-p5 amd64",
        {},
        "opnsense",
    ),
    ("1.3.6.1.4.1.99999.1", "A thing", {}, "standard"),
    ("", "", {}, "standard"),
]


@pytest.mark.parametrize(("object_id", "descr", "probed", "family"), CHOSEN)
def test_the_most_exact_family_is_chosen(object_id, descr, probed, family):
    assert choose(object_id, descr, probed).key == family


def test_an_extra_object_is_asked_only_where_the_system_group_fits():
    asked = {
        match.has for _family, match in candidates("1.3.6.1.4.1.9.1.1", "Cisco IOS") if match.has
    }
    assert not any(oid.startswith("1.3.6.1.4.1.6574") for oid in asked)


ENTERPRISES = "1.3.6.1.4.1."
TOLD = [
    # sysObjectID, sysDescr → model, version, when nothing else answers
    (
        "9.1.716",
        "Cisco IOS Software, C2960 Software, Version 12.2(55)SE3, RELEASE",
        "",
        "12.2(55)SE3",
    ),
    ("9.6.1.95.28.5", "SG350-28P 28-Port Gigabit PoE Managed Switch", "SG350-28P", ""),
    (
        "11.2.3.7.11.45",
        "ProCurve J4900B Switch 2626, revision H.10.83, ROM H.08.02",
        "J4900B 2626",
        "H.10.83",
    ),
    (
        "14823.1.2.34",
        "ArubaOS (MODEL: 225), Version 6.4.4.8-4.2.4.5 (57965)",
        "225",
        "6.4.4.8-4.2.4.5",
    ),
    (
        "1916.2.240",
        "ExtremeXOS (X440G2-24p-10G4) version 22.4.1.4 by x",
        "X440G2-24p-10G4",
        "22.4.1.4",
    ),
    ("26928.1", "AP250, HiveOS 10.0r8 build-236132", "AP250", "10.0r8"),
    (
        "12356.106.1.1241",
        "FortiSwitch-124E v3.6.8,build0416,180813 (GA)",
        "FortiSwitch-124E",
        "3.6.8",
    ),
    ("171.10.153.5.1", "DGS-1210-28/ME/F1  7.03.003", "DGS-1210-28/ME/F1", "7.03.003"),
    ("4526.100.4.34", "GS724Tv4 ProSafe 24-port Switch, 6.3.0.9, B1.0.0.4", "GS724Tv4", "6.3.0.9"),
    (
        "674.11000.5000.100.2",
        "OS Version: 10.5.1.3.\r\nSystem Type: S4148F-ON",
        "S4148F-ON",
        "10.5.1.3",
    ),
    (
        "2636.1.1.1.2.131",
        "Juniper Networks, Inc. ex2300-48p Switch, kernel JUNOS 18.1R3-S6.1, Build",
        "EX2300-48P",
        "18.1R3-S6.1",
    ),
    ("4413", "USW-Pro-48-PoE, 6.5.59.14777, Linux 3.6.5", "USW-Pro-48-PoE", "6.5.59.14777"),
    ("8072.3.2.10", "EdgeOS v1.10.11.5274269.200221.1042", "", "1.10.11.5274269.200221.1042"),
    ("8072.3.2.10", "Linux UDM-Pro 4.19.152-ui-alpine #4.19.152 SMP", "UDM-Pro", ""),
    ("367.1.1", "RICOH IM C2000 1.05 / RICOH Network Printer C model", "IM C2000", "1.05"),
    (
        "318.1.3.4.9",
        "APC Management Card (MB:v3.9.2 PF:v3.7.3 MN:AP9619 SN: ZA0731021217)",
        "",
        "AOS v3.7.3",
    ),
    ("14988.1", "RouterOS CCR1036-12G-4S", "CCR1036-12G-4S", ""),
    ("14988.1", "router", "", ""),
]


@pytest.mark.parametrize(("object_id", "descr", "model", "version"), TOLD)
def test_what_sysdescr_tells_of_a_device_that_answers_nothing_else(
    object_id, descr, model, version
):
    answers = Answers(object_id=ENTERPRISES + object_id, descr=descr)
    facts = facts_of(choose(answers.object_id, descr, {}), answers)
    assert (facts["model"].text, facts["version"].text) == (model, version)
    assert facts["serial"].text == ""
