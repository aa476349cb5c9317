"""Finishing an invitation: name, password, and a second factor where the role demands one."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from deploy.urls import urlpatterns as of_the_site
from schools.models import AuditEntry, Role, RoleKind, User
from schools.sign_in.invitation import welcome
from tests.schools.sign_in.people import is_in

NEW = "quatre mots sans aucun lien"
used: list[int] = []


def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """What the page of an invitation will be: its own key, then ``welcome``."""

    def mark_used() -> None:
        if pk in used:
            raise PermissionDenied("Cette invitation a déjà servi.")
        used.append(pk)

    return welcome(request, User.objects.get(pk=pk), mark_used)


urlpatterns = [*of_the_site, path("invitation/<int:pk>/", accept)]
handler403 = "deploy.interface.errors.forbidden"


@pytest.fixture
def invited(db, settings) -> User:
    cache.clear()
    used.clear()
    settings.ROOT_URLCONF = __name__
    return User.objects.create_user("nora@example.org", None, full_name="", language="de")


def finish(client: Client, person: User, password: str = NEW, **more: Any) -> Any:
    told = {"full_name": "Nora Exemple", "password1": password, "password2": password, **more}
    return client.post(f"/invitation/{person.pk}/", told)


def test_name_and_password_then_signed_in_in_one_s_language(client, invited: User):
    assert client.get(f"/invitation/{invited.pk}/").status_code == 200
    answer = finish(client, invited)
    assert answer["Location"] == "/"
    assert answer.cookies["django_language"].value == "de"
    assert is_in(client)
    invited.refresh_from_db()
    assert invited.full_name == "Nora Exemple"
    assert invited.check_password(NEW)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "accept_invitation",
        "sign_in",
    ]


@pytest.mark.parametrize("password", ["court", "nora@example.org", "Motdepasse1234"])
def test_the_rules_of_passwords_hold_here_too(password, client, invited: User):
    assert finish(client, invited, password).status_code == 200
    invited.refresh_from_db()
    assert not invited.has_usable_password()
    assert used == []


def test_it_serves_once(client, invited: User):
    finish(client, invited)
    second = Client()
    assert finish(second, invited, "un autre mot encore plus long").status_code == 403
    assert not is_in(second)
    invited.refresh_from_db()
    assert invited.check_password(NEW)


def test_a_role_that_demands_a_second_factor_leads_to_one(client, invited: User, settings):
    settings.SECOND_FACTOR_ROLES = ["central_technician"]
    Role.objects.create(user=invited, kind=RoleKind.CENTRAL_TECHNICIAN, region=True)
    finish(client, invited)
    assert client.get("/")["Location"].startswith("/entrer/second-facteur/")


def test_an_invited_person_may_come_through_the_provider(client, invited: User, settings):
    from tests.schools.sign_in.openid_provider import app_of, running  # noqa: PLC0415
    from tests.schools.sign_in.test_openid import BEGIN, through  # noqa: PLC0415

    with running() as provider:
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                "provider_class": "schools.sign_in.oidc.Provider",
                "APPS": [app_of(provider)],
            }
        }
        page = client.get(f"/invitation/{invited.pk}/").content.decode()
        assert "CSAM de test" in page
        assert through(client, BEGIN).status_code == 403  # somebody else, at the same computer
        through(client, f"{BEGIN}?invitation=1")
        assert is_in(client)
        again = Client()
        through(again, BEGIN)  # the subject is known from now on
        assert is_in(again)
