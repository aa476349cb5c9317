"""How an accepted invitation begins: by the rules of signing in, or through the provider."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from schools.invitation_links import token_of
from schools.models import Invitation, Role, RoleKind, User
from tests.cast import Cast, make_invitation
from tests.schools.sign_in.people import is_in

NEW = "quatre mots sans aucun lien"


@pytest.fixture(autouse=True)
def _no_count_left(db: None) -> None:
    cache.clear()


def link(invitation: Invitation) -> str:
    return reverse("schools:accept", args=[token_of(invitation)])


def accept(client: Client, invitation: Invitation, password: str = NEW) -> Any:
    told = {"full_name": "Nora Exemple", "language": "de", "password": password, "again": password}
    return client.post(link(invitation), told)


@pytest.fixture
def invitation(cast: Cast) -> Invitation:
    from schools.invitation_links import digest_of  # noqa: PLC0415

    made = make_invitation(cast.tilleuls, "nora@example.org", cast.bernard, language="de")
    made.digest = digest_of(token_of(made))
    made.save(update_fields=["digest"])
    return made


def test_accepted_then_signed_in_in_one_s_language(client: Client, invitation: Invitation):
    answer = accept(client, invitation)
    assert answer.status_code == 302
    assert answer.cookies["django_language"].value == "de"
    assert is_in(client)
    assert User.objects.get(email="nora@example.org").check_password(NEW)


def test_a_role_that_demands_a_second_factor_leads_to_one(
    client: Client, invitation: Invitation, settings: Any
):
    settings.SECOND_FACTOR_ROLES = ["contact"]
    accept(client, invitation)
    assert client.get("/")["Location"].startswith("/entrer/second-facteur/")


def test_an_invited_person_may_come_through_the_provider(
    client: Client, invitation: Invitation, settings: Any
):
    from tests.schools.sign_in.openid_provider import app_of, running  # noqa: PLC0415
    from tests.schools.sign_in.test_openid import BEGIN, through  # noqa: PLC0415

    with running() as provider:
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                "provider_class": "schools.sign_in.oidc.Provider",
                "APPS": [app_of(provider)],
            }
        }
        assert "CSAM de test" in client.get(link(invitation)).content.decode()
        assert through(client, BEGIN).status_code == 403  # somebody else, at the same computer
        through(client, f"{BEGIN}?invitation=1")
        assert is_in(client)
        person = User.objects.get(email="nora@example.org")
        assert not person.has_usable_password()
        assert Role.objects.get(user=person).kind == RoleKind.CONTACT
        invitation.refresh_from_db()
        assert invitation.accepted_by == person
        again = Client()
        through(again, BEGIN)  # the subject is known from now on
        assert is_in(again)
