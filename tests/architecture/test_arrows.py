"""Each app looks only to its right: in imports, in foreign keys, in the names they leave behind."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Model

from tests.architecture.tree import RANK, ROOT, app_of, imports, name, our_models, parsed, sources

LEFT_BEHIND = {
    "inventory.Device.site": "devices: the inventory's own pages list a site's devices",
    "inventory.Device.room": "devices: likewise for a room",
    "inventory.RoomCoverage.room": "coverages: likewise, which access points serve a room",
    "inventory.Rack.room": "racks: a room with a rack is closed, not withdrawn (withdraw_rooms)",
    "inventory.Vlan.site": "vlans: configurations are rendered from a site's VLANs",
    "inventory.Ssid.site": "ssids: likewise, from its WiFi networks",
    "inventory.Subscription.site": "subscriptions: connections are judged by a site’s lines",
    "inventory.Infrastructure.site": "infrastructure: likewise, by what can reach it",
    "helpdesk.Ticket.site": "tickets: the helpdesk's own pages list a site's tickets",
    "helpdesk.Ticket.assignee": "assigned_tickets: the helpdesk's own page “mes tickets”",
}
"""Reverse names across apps that are not “+”. No lower app may use them: tested below."""


def relations(model: type[Model]) -> list:
    return [
        field
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is not None
    ]


def crossing() -> list[tuple[type[Model], object]]:
    """(model, field) of relations that leave their app for another of ours."""
    return [
        (model, field)
        for model in our_models()
        for field in relations(model)
        if app_of(field.related_model) in RANK and app_of(field.related_model) != app_of(model)
    ]


def test_imports_follow_the_arrows():
    linter = Path(sys.executable).with_name("lint-imports")
    if not linter.exists():
        pytest.skip("import-linter is not installed")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_foreign_keys_follow_the_arrows_strings_included():
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model, field in crossing()
        if RANK[app_of(field.related_model)] >= RANK[app_of(model)]
    ]
    assert upward == []


def test_reverse_names_across_apps_are_hidden_or_listed_with_a_reason():
    visible = {
        f"{model._meta.label}.{field.name}"
        for model, field in crossing()
        if not field.remote_field.hidden
    }
    assert visible == set(LEFT_BEHIND)


@pytest.mark.parametrize("label", LEFT_BEHIND)
def test_no_lower_app_reaches_up_through_a_reverse_name(label):
    accessor = LEFT_BEHIND[label].split(":")[0]
    model, field = next((m, f) for m, f in crossing() if f"{m._meta.label}.{f.name}" == label)
    assert field.remote_field.related_name == accessor
    lower = RANK[app_of(model)]
    used = re.compile(rf"\.{accessor}\b|\b{accessor}__|[\"']{accessor}[\"']")
    guilty = [
        name(path)
        for path in sources()
        if RANK[name(path).split("/")[0]] < lower and used.search(path.read_text())
    ]
    assert guilty == []


def test_panels_are_names_of_urls_not_imports():
    for setting in ("SITE_PANELS", "DEVICE_PANELS"):
        for panel in getattr(settings, setting):
            assert isinstance(panel[0], str)


def test_there_are_no_signals():
    """A search for a function's name must find every consequence."""
    guilty = {
        name(path)
        for path in sources()
        for imported in imports(path)
        if imported.startswith(("django.dispatch", "django.db.models.signals", "blinker"))
        or imported in {"django.core.signals", "django.contrib.auth.signals"}
    }
    assert guilty == set()


def test_there_are_no_generic_foreign_keys():
    guilty = {
        name(path)
        for path in sources()
        for imported in imports(path)
        if imported.startswith("django.contrib.contenttypes")
    }
    assert guilty == set()


def test_rules_ask_no_database_and_read_no_clock():
    for path in sources():
        if path.name != "rules.py" or path.parent.name not in RANK:
            continue
        asked = [i for i in imports(path) if i.startswith(("django.db", "django.utils.timezone"))]
        assert asked == [], name(path)
        text = path.read_text()
        assert not re.search(r"\b(now|utcnow|today|localdate)\(\)", text), name(path)


def test_what_people_type_is_asked_for_decimal_digits():
    """``"²".isdigit()`` is true, and ``int("²")`` an error of the site."""
    wrong = [name(path) for path in sources() if ".isdigit()" in path.read_text()]
    assert wrong == []


def test_every_module_says_what_it_is_for():
    silent = []
    for path in sources():
        tree = parsed(path)
        # an action's file is one verb: its function says the rest
        if (
            {"migrations", "actions"} & set(path.parts)
            or path.name in {"__init__.py", "apps.py", "urls.py"}
            or not tree.body
        ):
            continue
        if not (tree.body and _docstring(tree)):
            silent.append(name(path))
    assert silent == []


def _docstring(tree) -> str | None:
    return ast.get_docstring(tree)
