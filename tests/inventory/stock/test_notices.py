"""A declaration that runs out is told to head and contacts: by letter once, and on their page."""

from __future__ import annotations

import datetime as dt
import smtplib

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from inventory.actions.declare_inventory import declare_inventory, withdraw_declaration
from inventory.actions.notice_declarations import mail_notices, notice_declarations
from inventory.models import Category, Declaration, DeclarationNotice, Device
from schools.models import Site
from tests.architecture.query_counts import assert_query_count
from tests.cast import make_device, make_town


@pytest.fixture
def site(cast):
    for n in range(5):
        make_device(cast.tilleuls, f"PC-{n}", Category.LAPTOP)
    declare_inventory(cast.bernard, cast.tilleuls)
    return cast.tilleuls


@pytest.fixture
def end(site):
    """The last day of the declaration."""
    return declared_until(site)


def beside(site, name: str) -> Site:
    """Another site of the same school."""
    town = make_town(site.province)
    return Site.objects.create(school=site.school, name=name, scheme=site.scheme, municipality=town)


def declared_until(site) -> dt.date:
    return Declaration.objects.filter(site=site).latest("number").valid_until


def test_nobody_is_told_of_a_declaration_that_holds(site, end):
    assert notice_declarations(timezone.localdate()) == 0
    assert notice_declarations(end - dt.timedelta(days=31)) == 0


def test_head_and_contact_are_told_once_for_each_reason(cast, site, end):
    soon = end - dt.timedelta(days=30)
    assert notice_declarations(soon) == 2
    assert mail_notices() == 2
    assert {letter.to[0] for letter in mail.outbox} == {cast.claire.email, cast.bernard.email}
    assert "échoit bientôt" in mail.outbox[0].body
    for day in range(1, 30):
        assert notice_declarations(soon + dt.timedelta(days=day)) == 0
    assert notice_declarations(end + dt.timedelta(days=1)) == 2
    assert (mail_notices(), mail_notices()) == (2, 0)
    assert "échue" in mail.outbox[-1].body


def test_too_many_changes_are_told_and_a_new_version_forgets(cast, site):
    today = timezone.localdate()
    Device.objects.filter(site=site, name="PC-0").update(state="in_repair")
    assert notice_declarations(today) == 2
    assert set(DeclarationNotice.objects.values_list("kind", flat=True)) == {"outdated"}
    declare_inventory(cast.bernard, site)
    assert mail_notices() == 0  # nothing left to do: no letter
    assert mail.outbox == []


def test_a_withdrawal_and_a_closed_site_are_told_to_nobody(cast, site, end):
    withdraw_declaration(cast.bernard, site, "Erreur")
    assert notice_declarations(end) == 0
    declare_inventory(cast.bernard, site)
    Site.objects.filter(pk=site.pk).update(closed_on=timezone.localdate())
    assert notice_declarations(end) == 0


def test_one_letter_names_all_the_sites_of_a_person(cast, site, end):
    second = beside(site, "Tilleuls bis")
    declare_inventory(cast.bernard, second)
    assert notice_declarations(end) == 4
    assert mail_notices() == 2
    assert "2 déclarations" in mail.outbox[0].subject
    assert "Tilleuls bis" in mail.outbox[0].body


def test_a_server_that_does_not_answer_loses_no_letter(cast, site, end, settings):
    usual = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    notice_declarations(end)
    assert (mail_notices(), mail_notices()) == (0, 0)
    settings.EMAIL_BACKEND = usual
    assert (mail_notices(), mail_notices()) == (2, 0)


def test_a_letter_that_may_have_left_is_not_sent_again(cast, site, end, monkeypatch):
    def falls(*_words, **_options):
        raise smtplib.SMTPServerDisconnected

    notice_declarations(end)
    with monkeypatch.context() as broken:
        broken.setattr("inventory.actions.mail_notices.send_mail", falls)
        assert mail_notices() == 0
    assert (mail_notices(), mail_notices()) == (1, 0)


def test_my_school_says_it_as_long_as_it_lasts(cast, site, end, settings, client):
    client.force_login(cast.bernard)
    page = reverse("helpdesk:my_school")
    assert "Votre déclaration" not in client.get(page).content.decode()
    settings.DECLARATION_WARN_DAYS = 400
    said = client.get(page).content.decode()
    assert "échoit bientôt" in said
    assert "Relire l’inventaire et signer" in said


def test_the_list_is_sorted_and_filtered_by_its_end(cast, site, end, client):
    second = beside(site, "Bis")
    client.force_login(cast.veronique)
    url = reverse("inventory:declarations")
    rows = client.get(url, {"tri": "echeance"}).context["rows"]
    assert [row.pk for row, _colour, _word in rows] == [site.pk, second.pk]
    Device.objects.filter(site=site).update(state="in_repair")
    rows = client.get(url, {"tri": "changes"}).context["rows"]
    assert [row.pk for row, _colour, _word in rows] == [site.pk, second.pk]
    assert client.get(url, {"echeance": "30"}).context["total"] == 0
    sheet = b"".join(client.get(f"{url}export.csv", {"tri": "echeance"}).streaming_content).decode()
    assert site.school.authority.name in sheet


def test_telling_costs_the_same_whatever_the_number_of_sites(cast, site, end):
    with assert_query_count("notice_declarations"):
        notice_declarations(end)
    for n in range(4):
        declare_inventory(cast.bernard, beside(site, f"Bis {n}"))
    with assert_query_count("notice_declarations"):
        notice_declarations(end)
