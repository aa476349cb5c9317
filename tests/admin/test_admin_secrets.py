"""A credential goes in and never comes out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from schools.models import AuditEntry, User
from supervision.models import CredentialSet
from supervision.snmp.contract import AuthProtocol, Community, PrivProtocol, UsmUser
from tests.cast import PASSWORD

ADD = "admin:supervision_credentialset_add"
EDIT = "admin:supervision_credentialset_change"
V3 = {
    "name": "v3",
    "version": "3",
    "user": "preau",
    "auth_protocol": "SHA-256",
    "auth_password": "authentique-1",
    "priv_protocol": "AES",
    "priv_password": "confidentiel-1",
}


@pytest.fixture
def at_desk(db) -> Client:
    client = Client()
    client.force_login(
        User.objects.create_superuser("boss@example.org", PASSWORD, full_name="Boss Exemple")
    )
    return client


def test_a_community_is_sealed(at_desk):
    at_desk.post(reverse(ADD), {"name": "v2", "version": "2c", "community": "marronnier"})
    row = CredentialSet.objects.get(name="v2")
    assert row.credential() == Community("marronnier")
    assert "marronnier" not in row.sealed


def test_a_v3_user_is_sealed(at_desk):
    at_desk.post(reverse(ADD), V3)
    assert CredentialSet.objects.get(name="v3").credential() == UsmUser(
        "preau", AuthProtocol.SHA256, "authentique-1", PrivProtocol.AES128, "confidentiel-1"
    )


def test_no_page_shows_it_again(at_desk):
    at_desk.post(reverse(ADD), V3)
    row = CredentialSet.objects.get(name="v3")
    pages = [
        reverse(EDIT, args=[row.pk]),
        reverse("admin:supervision_credentialset_changelist"),
        reverse("admin:supervision_credentialset_history", args=[row.pk]),
    ]
    for url in pages:
        text = at_desk.get(url).content.decode()
        for secret in ("authentique-1", "confidentiel-1", row.sealed):
            assert secret not in text


def test_a_form_with_an_error_does_not_send_it_back(at_desk):
    answer = at_desk.post(reverse(ADD), {**V3, "name": ""})
    assert answer.status_code == 200
    assert b"authentique-1" not in answer.content


def test_empty_fields_leave_it_as_it_is(at_desk):
    at_desk.post(reverse(ADD), V3)
    row = CredentialSet.objects.get(name="v3")
    at_desk.post(reverse(EDIT, args=[row.pk]), {"name": "renommé", "version": "3"})
    row.refresh_from_db()
    assert row.name == "renommé"
    assert row.credential().auth_password == "authentique-1"


def test_another_version_needs_a_whole_secret(at_desk):
    at_desk.post(reverse(ADD), V3)
    row = CredentialSet.objects.get(name="v3")
    answer = at_desk.post(reverse(EDIT, args=[row.pk]), {"name": "v3", "version": "2c"})
    assert "community" in answer.context["adminform"].form.errors


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"auth_password": "court"}, "auth_password"),
        ({"priv_password": ""}, "priv_password"),
        ({"user": ""}, "user"),
        ({"version": "2c"}, "community"),
    ],
)
def test_half_a_credential_is_refused_by_the_field_that_misses(fields, wrong, at_desk):
    answer = at_desk.post(reverse(ADD), {**V3, **fields})
    assert wrong in answer.context["adminform"].form.errors
    assert not CredentialSet.objects.exists()


def test_the_journal_knows_that_it_changed_not_what_it_is(at_desk):
    at_desk.post(reverse(ADD), V3)
    entry = AuditEntry.objects.get(action="add_credentialset")
    assert entry.after["auth_password"] == "•••"
    told = f"{entry.before}{entry.after}"
    for secret in ("authentique-1", "confidentiel-1", "preau"):
        assert secret not in told
