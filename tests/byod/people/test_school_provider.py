"""In by the school's own identity provider: a real one, over HTTP, on loopback."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.urls import reverse

from byod.actions.people.import_class_list import school_key
from byod.models.people.members import Member, MemberKind
from byod.models.people.providers import SchoolProvider
from schools.models import User
from tests.byod.people.made import make_pupil
from tests.schools.sign_in.openid_provider import CLIENT, SECRET, Provider, running, secret_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(db):
    with running() as started:
        yield started


@pytest.fixture
def school(cast, provider: Provider):
    row = SchoolProvider(
        school=cast.tilleuls.school,
        name="ENT",
        issuer=provider.url,
        client_id=CLIENT,
        number_claim="matricule",
        teacher_claim="affiliation",
    )
    row.store_secret(SECRET)
    row.save()
    provider.claims = {
        "sub": "a1",
        "matricule": "20260017",
        "given_name": "Léa",
        "family_name": "Exemple",
    }
    return cast.tilleuls.school


def through(client, school) -> Any:
    away = client.get(reverse("byod:provider", args=[school.pk]))
    assert away.status_code == 302, away.content
    home = requests.get(away["Location"], allow_redirects=False, timeout=5).headers["Location"]
    parts = urlsplit(home)
    return client.get(f"{parts.path}?{parts.query}")


def test_a_pupil_becomes_a_member_and_never_a_user(cast, client, provider, school):
    users = User.objects.count()
    answer = through(client, school)
    assert answer["Location"] == reverse("byod:mine")
    lea = Member.objects.get()
    assert (lea.kind, lea.registered_by, lea.user) == (MemberKind.PUPIL, "provider", None)
    assert str(lea.identity.named) == "Léa Exemple"
    assert User.objects.count() == users
    assert client.get(reverse("byod:mine")).status_code == 200


def test_who_is_in_the_class_list_is_the_same_person(cast, client, provider, school):
    lea = make_pupil(cast.tilleuls, school_key=school_key(cast.tilleuls, "20260017"))
    through(client, school)
    assert Member.objects.get().pk == lea.pk


def test_a_teacher_is_told_by_their_affiliation(cast, client, provider, school):
    provider.claims["affiliation"] = ["member@ecole.example", "faculty@ecole.example"]
    through(client, school)
    assert Member.objects.get().kind == MemberKind.TEACHER


@pytest.mark.parametrize(
    "fault",
    [
        {"token_claims": {"nonce": "autre"}},
        {"token_claims": {"aud": "autre"}},
        {"token_claims": {"iss": "https://autre.example"}},
        {"token_claims": {"exp": 1}},
        {"refuse": "access_denied"},
        {"broken": "/token"},
        {"broken": "/jwks"},
        {"issuer": "https://autre.example"},
        {"claims": {"sub": "a1"}},
        {"algorithm": "HS256", "sign_with": "secret"},
    ],
)
def test_nothing_less_than_a_good_token_opens(client, provider, school, fault):
    for name, value in fault.items():
        setattr(provider, name, secret_key() if value == "secret" else value)
    away = client.get(reverse("byod:provider", args=[school.pk]))
    if away.status_code == 302:
        home = requests.get(away["Location"], allow_redirects=False, timeout=5).headers["Location"]
        parts = urlsplit(home)
        away = client.get(f"{parts.path}?{parts.query}")
    assert away.status_code == 422
    assert not Member.objects.exists()


def test_another_browser_s_answer_is_not_taken(client, provider, school):
    client.get(reverse("byod:provider", args=[school.pk]))
    answer = client.get(reverse("byod:provider_back"), {"code": "x", "state": "autre"})
    assert answer.status_code == 422


def test_the_head_settles_it_and_its_secret_is_never_shown(cast, client, provider):
    page = reverse("byod:provider_settings", args=[cast.tilleuls.school_id])
    client.force_login(cast.claire)
    assert client.get(page).status_code == 403
    client.force_login(cast.bernard)
    told = {
        "name": "ENT",
        "issuer": "http://ent.example.org",
        "client_id": "preau",
        "secret": "tres-secret",
        "number_claim": "sub",
        "active": "on",
    }
    assert client.post(page, told).status_code == 422
    client.post(page, told | {"issuer": "https://ent.example.org"})
    row = SchoolProvider.objects.get()
    assert row.secret == "tres-secret"
    assert "tres-secret" not in row.sealed
    assert "tres-secret" not in client.get(page).content.decode()
