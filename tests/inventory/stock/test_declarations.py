"""What a school signs is frozen; whether it holds on a day is a condition of grants."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from inventory.access import DecisionImpossible, DecisionRefused
from inventory.actions.declare_inventory import (
    declare_inventory,
    months_later,
    withdraw_declaration,
)
from inventory.models import (
    Category,
    Declaration,
    Device,
    has_valid_declaration,
    with_valid_declaration,
)
from inventory.standing import standing_of, with_standing
from schools.models import Site
from tests.architecture.query_counts import assert_query_count
from tests.cast import make_device, make_site


@pytest.fixture
def site(cast):
    for n in range(5):
        make_device(cast.tilleuls, f"PC-{n}", Category.LAPTOP)
    return cast.tilleuls


def test_the_head_and_the_authority_sign_and_nobody_else(cast, site):
    for user in (cast.claire, cast.thomas, cast.odile, cast.karl):
        with pytest.raises(DecisionRefused):
            declare_inventory(user, site)
    assert declare_inventory(cast.bernard, site).number == 1
    assert declare_inventory(cast.veronique, site).number == 2


def test_it_is_frozen_and_its_hash_holds(cast, site):
    row = declare_inventory(cast.bernard, site)
    assert row.is_whole
    assert row.devices == 5
    Device.objects.filter(site=site).update(state="retired")
    assert Declaration.objects.get(pk=row.pk).content["by_state"] == {"installed": 5}
    for change in ({"devices": 9}, {"why": "autre"}):
        with pytest.raises(ProgrammingError, match="fact"), transaction.atomic():
            Declaration.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(ProgrammingError, match="fact"), transaction.atomic():
        row.delete()
    Declaration.objects.filter(pk=row.pk).update(signed_by=None)  # a person goes, the words stay
    assert Declaration.objects.get(pk=row.pk).signed_by_text == "Bernard Exemple"


def test_it_holds_from_its_day_to_its_end_and_not_after_a_withdrawal(cast, site):
    row = declare_inventory(cast.bernard, site)
    today = timezone.localdate()
    assert row.valid_until == months_later(today, 12)
    assert has_valid_declaration(site, today)
    assert has_valid_declaration(site, row.valid_until)
    assert not has_valid_declaration(site, row.valid_until + dt.timedelta(days=1))
    assert not has_valid_declaration(site, today - dt.timedelta(days=1))
    assert list(with_valid_declaration(Site.objects.all(), today)) == [site]
    with pytest.raises(DecisionImpossible, match="pourquoi"):
        withdraw_declaration(cast.bernard, site, "  ")
    withdraw_declaration(cast.bernard, site, "Erreur de local")
    assert not has_valid_declaration(site, today)
    assert standing_of(site).state == "withdrawn"


def test_a_month_without_that_day_ends_earlier():
    assert months_later(dt.date(2027, 8, 31), 6) == dt.date(2028, 2, 29)


def test_what_changed_since_makes_it_to_be_reviewed(cast, site):
    assert standing_of(site).state == "never"
    declare_inventory(cast.bernard, site)
    assert standing_of(site).state == "valid"
    gone = Device.objects.filter(site=site).first()
    Device.objects.filter(pk=gone.pk).update(state="lost")
    found = standing_of(site)
    assert (found.state, found.changed) == ("outdated", 1)
    rows = {row.pk: row.standing for row in with_standing(Site.objects.all(), timezone.localdate())}
    assert rows[site.pk] == "outdated"
    assert rows[cast.peupliers.pk] == "never"
    later = timezone.localdate() + dt.timedelta(days=800)
    assert standing_of(site, later).state == "expired"
    assert with_standing(Site.objects.all(), later).get(pk=site.pk).standing == "expired"


def test_a_register_that_moved_since_it_was_read_is_not_signed(cast, site, client):
    client.force_login(cast.bernard)
    url = reverse("inventory:declare", args=[site.pk])
    seen = client.get(url).context["seen"]
    make_device(site, "PC-NEW", Category.LAPTOP)
    client.post(url, {"lu": "oui", "vu": seen})
    assert not Declaration.objects.exists()
    seen = client.get(url).context["seen"]
    answer = client.post(url, {"lu": "oui", "vu": seen}, follow=True)
    row = Declaration.objects.get()
    assert row.sha256 in answer.content.decode()
    paper = client.get(reverse("inventory:declaration_pdf", args=[row.pk]))
    assert paper.content.startswith(b"%PDF")


def test_the_list_costs_the_same_for_many_sites(cast, site, client):
    declare_inventory(cast.bernard, site)
    client.force_login(cast.odile)
    url = reverse("inventory:declarations")
    with assert_query_count("declarations_list"):
        client.get(url)
    for n in range(20):
        make_site(f"Site {n}", "namur")
    with assert_query_count("declarations_list"):
        page = client.get(url)
    assert len(page.context["rows"]) == 24
    page = client.get(url, {"etat": "valid"})
    assert [row.pk for row, _colour, _word in page.context["rows"]] == [site.pk]
