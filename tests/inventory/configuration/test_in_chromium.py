"""Pages of configurations in a real browser: accessible, within the width, decided by keys."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from inventory.models import ConfigDrift
from tests.browsing import enter, faults_at
from tests.cast import Cast, make_cast
from tests.inventory.configuration.scene import TEXT, make_access, seen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everyone, seen by the server's own thread too."""
    return make_cast()


def test_each_page_is_accessible_and_fits_and_a_change_is_accepted(page: Any, cast: Cast) -> None:
    access = make_access(cast.tilleuls)
    first = seen(access)
    long = "description " + "x" * 300
    seen(access, TEXT + f"vlan 66\n name invites\n{long}\n")
    device = access.device_id
    drift = reverse("inventory:drift", args=[ConfigDrift.objects.get().pk])
    urls = [
        reverse("inventory:configurations"),
        reverse("inventory:configuration_history", args=[device]),
        reverse("inventory:configuration_version", args=[first.pk]),
        reverse("inventory:configuration_diff", args=[device]),
        reverse("inventory:configuration_diff", args=[device]) + "?vue=une",
        drift,
        reverse("inventory:configuration_access", args=[device]),
        reverse("inventory:device", args=[device]),
    ]
    enter(page, cast.thomas.email)
    assert [one for url in urls for one in faults_at(page, url)] == []
    page.goto(drift)
    page.fill("#motif", "réseau des invités")
    page.keyboard.press("Enter")
    page.get_by_text("Accepté par").first.wait_for()
