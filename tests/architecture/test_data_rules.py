"""What a person may see is filtered in one place; migrations age well."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import AnonymousUser

from schools.models import User
from tests import world_byod, world_grants
from tests.architecture.tree import APPS, ROOT, name, our_models
from tests.cast import PASSWORD

SEEN_THROUGH_ANOTHER = {
    **world_grants.SEEN_THROUGH_ANOTHER,
    **world_byod.SEEN_THROUGH_ANOTHER,
    "schools.AuditSeal": "read with its entry",
    "schools.AuditCheck": "a figure of the platform, for the page of an entry and /metrics",
    "schools.Session": "a person reads their own (Session.sessions.of), on their account page",
    "schools.SharedCount": "rows of Django's cache: no door reads them",
    "schools.Timetable": "read through a ticket that the person sees",
    "schools.AgreementText": "what is signed is the same for everybody",
    "schools.PlanAnswer": "read through a plan that the person sees",
    "schools.PlanSite": "read through a plan that the person sees",
    "schools.PlanRemark": "read through a plan that the person sees",
    "inventory.DeliveredDevice": "read through a device that the person sees",
    "inventory.ExpectedDevice": "read through a stock-taking that the person sees",
    "inventory.SubscriptionMove": "read through a line that the person sees",
    "inventory.Product": "the catalogue is the same for everybody",
    "inventory.ProductAlias": "read with its product",
    "inventory.Kit": "the catalogue is the same for everybody",
    "inventory.KitVersion": "the catalogue is the same for everybody; drafts: can_keep_kits",
    "inventory.KitItem": "read with its version",
    "inventory.CustomField": "the form of the register is the same for everybody",
    "inventory.CliCredentialSet": "a secret: no door reads it",
    "inventory.CliCredentialScope": "where a secret holds: no door but the admin's",
    "inventory.ConfigBlob": "read through a version that the person may read, masked",
    "inventory.BookableDevice": "read through a bookable that the person sees",
    "inventory.Consumable": "the catalogue is the same for everybody",
    "supervision.CredentialSet": "a secret: no door reads it",
    "supervision.CredentialScope": "where a secret is tried: no door but the admin's",
    "supervision.AgreedTime": "a setting of the platform",
    "supervision.Trap": "read through its target's events; the list is the admin's",
    "supervision.Sample": "read through a target that the person sees",
    "supervision.Snapshot": "read through a target that the person sees",
    "supervision.Neighbour": "read through a target that the person sees",
    "supervision.PollRun": "a figure of the platform, for /metrics",
    "helpdesk.TicketCause": "read through a ticket or an incident that the person sees",
    "helpdesk.VisualCheck": "read through a ticket that the person sees",
}
"""Models without ``visible_to``, and why none is needed."""


def of_the_product():
    return [model for model in our_models() if not model.__module__.startswith("deploy.lab")]


def test_every_model_a_person_may_see_knows_who():
    blind = {
        model._meta.label
        for model in of_the_product()
        if not hasattr(model._default_manager.all(), "visible_to")
    }
    assert blind == set(SEEN_THROUGH_ANOTHER)


@pytest.mark.parametrize(
    "model",
    [m for m in of_the_product() if hasattr(m._default_manager.all(), "visible_to")],
    ids=lambda model: model._meta.label,
)
def test_nobody_and_a_person_without_a_role_see_nothing(model, ours):
    assert model._default_manager.exists()
    stranger = User.objects.create_superuser("boss@example.org", PASSWORD)
    for nobody in (AnonymousUser(), stranger):
        seen = model._default_manager.all().visible_to(nobody)
        if model is User and nobody is stranger:
            assert list(seen) == [stranger]  # oneself, and nobody else
        else:
            assert not seen.exists()


def test_migrations_are_named_for_what_they_do():
    unnamed = re.compile(r"^\d{4}_(initial|auto_.*|.*_and_more|alter_.*|rename_.*)$")
    files = [path for app in APPS for path in (ROOT / app).glob("**/migrations/*.py")]
    guilty = [name(path) for path in files if unnamed.match(path.stem)]
    assert guilty == []


def test_no_file_is_named_by_leftover():
    leftover = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
    leftover |= {"processor", "tools", "signals", "receivers", "mixins"}
    guilty = [
        name(path)
        for folder in ("schools", "inventory", "supervision", "byod", "helpdesk", "deploy", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if path.stem in leftover
    ]
    assert guilty == []


LONG: dict[str, str] = {
    "helpdesk/views/school_report.py": "the four steps of one guided form, read in order",
    "helpdesk/wall.py": "one picture of the Region, from counters to rows",
    "tests/helpdesk/test_school_pages.py": "one scene, told page by page",
    "tests/supervision/snmp/test_misbehaviour.py": "one misbehaving agent per test",
}
"""Files over 400 lines, and why they are not two."""


def test_files_are_short_or_listed_with_a_reason():
    long = {
        name(path)
        for folder in ("schools", "inventory", "supervision", "byod", "helpdesk", "deploy", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts and len(path.read_text().splitlines()) > 400
    }
    assert long - set(LONG) == set()
