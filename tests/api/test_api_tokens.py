"""Programs come in with a token, of which the database holds a digest alone."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from schools.api.tokens import make_token
from schools.models import AuditEntry


def with_token(token: str) -> int:
    client = APIClient(headers={"Authorization": f"Token {token}"})
    return client.get("/api/v1/me/").status_code


def test_a_token_opens_what_its_owner_may_see(cast):
    token = make_token(cast.claire)
    client = APIClient(headers={"Authorization": f"Token {token}"})
    assert client.get("/api/v1/me/").json()["name"] == "Claire Exemple"
    assert client.get(f"/api/v1/sites/{cast.peupliers.pk}/").status_code == 404


def test_what_the_database_holds_opens_nothing(cast):
    token = make_token(cast.claire)
    stored = Token.objects.get(user=cast.claire).key
    assert stored not in token
    assert with_token(stored) == 401


def test_a_new_token_ends_the_former_one(cast):
    former = make_token(cast.claire)
    assert with_token(make_token(cast.claire)) == 200
    assert with_token(former) == 401


def test_an_inactive_person_s_token_opens_nothing(cast):
    token = make_token(cast.claire)
    type(cast.claire).objects.filter(pk=cast.claire.pk).update(is_active=False)
    assert with_token(token) == 401


def test_the_command_prints_it_once_and_writes_the_journal(cast, capsys):
    call_command("make_api_token", "Claire@example.org")
    token = capsys.readouterr().out.strip()
    assert with_token(token) == 200
    entry = AuditEntry.objects.get(action="make_api_token")
    assert entry.object_text == "Claire Exemple"
    assert token not in str(entry.after)


def test_the_command_refuses_an_unknown_address(db):
    with pytest.raises(CommandError, match="nobody@example"):
        call_command("make_api_token", "nobody@example.org")


def test_passwords_are_no_way_in(cast):
    client = APIClient(headers={"Authorization": "Basic Y2xhaXJlQGV4YW1wbGUub3JnOng="})
    assert client.get("/api/v1/me/").status_code == 401


def test_a_session_must_prove_a_write_is_its_own(cast):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(cast.sofia)
    assert client.post("/api/v1/sites/", {}, format="json").status_code == 403
