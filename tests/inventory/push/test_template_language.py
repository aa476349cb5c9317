"""What a template may say, and how a wrong one is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inventory.rules.templates import (
    SAMPLE,
    SsidFact,
    TemplateRefused,
    render,
    with_secrets,
)


def test_facts_become_lines():
    text = "{% for vlan in vlans %}\nvlan {{ vlan.vid }}\n name {{ vlan.name }}\n{% endfor %}\n"
    assert render(text, SAMPLE) == ["vlan 10", " name gestion", "vlan 20", " name pedagogie"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\nb {{ nope }}\n", 2),
        ("a\n{% for x in vlans %}\nvlan {{ x.nope }}\n{% endfor %}\n", 3),
        ("a\nb\n{% if %}\n", 3),
        ("{{ site.name.__class__.__mro__ }}", 1),
        ("{% for a in range(1000000000) %}x{% endfor %}", 1),
        ("x\n{% set a = 1 %}", 2),
        ("x\n{% include 'etc' %}", 2),
        ("{{ 'a' * 1000000000 }}", 1),
        ("{{ vlans }}", 1),
        ("{{ vlans|map(attribute='vid') }}", 1),
    ],
)
def test_what_is_no_template_is_told_with_its_line(text, line):
    with pytest.raises(TemplateRefused) as refused:
        render(text, SAMPLE)
    assert refused.value.line == line
    assert str(line) in str(refused.value)


def test_a_name_typed_in_the_inventory_cannot_become_a_command():
    facts = replace(SAMPLE, ssids=(SsidFact("Ecole\nno ip routing", 20, "open"),))
    with pytest.raises(TemplateRefused, match="retour à la ligne"):
        render("{% for s in ssids %}\nssid {{ s.name }}\n{% endfor %}", facts)


def test_a_quote_cannot_end_a_quoted_name():
    facts = replace(SAMPLE, ssids=(SsidFact('Ecole" hidden "', 20, "open"),))
    with pytest.raises(TemplateRefused, match="guillemet"):
        render("{% for s in ssids %}ssid {{ s.name|quoted }}{% endfor %}", facts)


@pytest.mark.parametrize(
    "line", ["reload", "write memory", "  erase startup", "do show run", "end"]
)
def test_a_command_that_acts_is_no_line_of_configuration(line):
    with pytest.raises(TemplateRefused):
        render(line, SAMPLE)


def test_secrets_stay_marks_until_they_are_sent():
    lines = render("snmp-server community {{ snmp.community }} ro", SAMPLE)
    assert lines == ["snmp-server community {{secret:snmp}} ro"]
    assert with_secrets(lines, {"snmp": "s3cret"}) == ["snmp-server community s3cret ro"]
    with pytest.raises(TemplateRefused):
        with_secrets(lines, {})
    with pytest.raises(TemplateRefused):
        with_secrets(lines, {"snmp": "a\nno ip routing"})


def test_a_template_cannot_forge_the_mark_of_a_secret():
    with pytest.raises(TemplateRefused):
        render("x {{ '{{secret:ssid:1}}' }}", SAMPLE)
