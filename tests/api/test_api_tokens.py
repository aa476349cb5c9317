"""Programs come in with a key, of which the database holds a digest alone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from schools.actions.make_token import TokenRefused, make_token
from schools.actions.revoke_token import revoke_token
from schools.models import ApiToken, AuditEntry
from schools.models.tokens import digest


def client_with(text: str) -> APIClient:
    return APIClient(headers={"Authorization": f"Token {text}"})


def with_token(text: str) -> int:
    return client_with(text).get("/api/v1/me/").status_code


def test_a_token_opens_what_its_owner_may_see(cast):
    _key, text = make_token(cast.claire, "essai")
    client = client_with(text)
    assert client.get("/api/v1/me/").json()["name"] == "Claire Exemple"
    assert client.get(f"/api/v1/sites/{cast.peupliers.pk}/").status_code == 404


def test_what_the_database_holds_opens_nothing(cast):
    key, text = make_token(cast.claire, "essai")
    stored = ApiToken.objects.get(pk=key.pk).digest
    assert stored not in text
    assert text not in str(vars(key))
    assert with_token(stored) == 401


def test_a_key_of_the_former_table_still_opens(cast):
    """It was stored as the first 160 bits of its digest."""
    now = timezone.now()
    ApiToken.objects.create(
        user=cast.claire,
        name="Clé d’avant",
        digest=digest("from-before")[:40],
        scopes=["read", "register"],
        expires_at=now + dt.timedelta(days=1),
    )
    assert with_token("from-before") == 200
    assert with_token(digest("from-before")[:40]) == 401


def test_a_person_has_as_many_keys_as_programs(cast):
    texts = [make_token(cast.claire, name)[1] for name in ("un", "deux")]
    assert [with_token(text) for text in texts] == [200, 200]


def test_an_inactive_person_s_token_opens_nothing(cast):
    _key, text = make_token(cast.claire, "essai")
    type(cast.claire).objects.filter(pk=cast.claire.pk).update(is_active=False)
    assert with_token(text) == 401


def test_a_revoked_key_says_so_and_opens_nothing(cast):
    key, text = make_token(cast.claire, "essai")
    assert revoke_token(cast.claire, key) is True
    assert revoke_token(cast.claire, key) is False
    answer = client_with(text).get("/api/v1/me/")
    assert answer.status_code == 401
    assert "révoquée" in answer.json()["detail"]
    assert AuditEntry.objects.filter(action="revoke_api_token").count() == 1


def test_an_expired_key_says_when(cast):
    key, text = make_token(cast.claire, "essai")
    past = timezone.now() - dt.timedelta(days=2)
    ApiToken.objects.filter(pk=key.pk).update(
        created_at=past - dt.timedelta(days=9), expires_at=past
    )
    answer = client_with(text).get("/api/v1/me/")
    assert answer.status_code == 401
    assert timezone.localtime(past).strftime("%d/%m/%Y") in answer.json()["detail"]


def test_no_key_is_endless(cast):
    key, _text = make_token(cast.claire, "essai")
    assert key.expires_at - key.created_at == dt.timedelta(days=366)
    with pytest.raises(TokenRefused):
        make_token(cast.claire, "x", expires_at=timezone.now() + dt.timedelta(days=400))
    with pytest.raises(TokenRefused):
        make_token(cast.claire, "x", expires_at=timezone.now() - dt.timedelta(days=1))


@pytest.mark.parametrize("scopes", [[], ["read"], ["helpdesk"], ["read", "everything"]])
def test_a_key_that_opens_nothing_is_refused(cast, scopes):
    with pytest.raises(TokenRefused):
        make_token(cast.claire, "x", scopes)
    assert not ApiToken.objects.exists()


def test_its_last_use_is_written_once_an_hour(cast, django_assert_num_queries):
    key, text = make_token(cast.claire, "essai")
    client = client_with(text)
    client.get("/api/v1/me/", REMOTE_ADDR="2001:db8::7")
    key.refresh_from_db()
    assert key.last_used_from == "2001:db8::7"
    used = key.last_used_at
    client.get("/api/v1/me/", REMOTE_ADDR="192.0.2.1")
    key.refresh_from_db()
    assert (key.last_used_at, key.last_used_from) == (used, "2001:db8::7")
    ApiToken.objects.filter(pk=key.pk).update(last_used_at=used - dt.timedelta(minutes=61))
    client.get("/api/v1/me/", REMOTE_ADDR="192.0.2.1")
    key.refresh_from_db()
    assert key.last_used_from == "192.0.2.1"


def test_what_a_program_does_says_which_key(cast, ours):
    _key, text = make_token(cast.sofia, "Robot du soir")
    client_with(text).post(f"/api/v1/tickets/{ours.ticket.pk}/take/", REMOTE_ADDR="2001:db8::7")
    entry = AuditEntry.objects.filter(action="take_ticket").latest("pk")
    assert (entry.door, entry.door_name, entry.address) == ("token", "Robot du soir", "2001:db8::7")


def test_the_command_prints_it_once_and_writes_the_journal(cast, capsys):
    call_command("make_api_token", "Claire@example.org", name="Tableur", scopes="read,register")
    text = capsys.readouterr().out.strip()
    assert with_token(text) == 200
    assert client_with(text).get("/api/v1/tickets/").status_code == 403
    entry = AuditEntry.objects.get(action="make_api_token")
    assert entry.object_text == "Tableur (Claire Exemple)"
    assert (entry.door, entry.door_name) == ("command", "make_api_token")
    assert entry.after["scopes"] == ["read", "register"]
    assert text not in str(entry.after)


def test_the_command_takes_a_last_day(cast, capsys):
    day = timezone.localdate() + dt.timedelta(days=30)
    call_command("make_api_token", "claire@example.org", f"--expires={day}")
    assert timezone.localtime(ApiToken.objects.get().expires_at).date() == day


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["nobody@example.org"], "nobody@example"),
        (["claire@example.org", "--scopes=read,all"], "all"),
        (["claire@example.org", "--expires=2001-01-01"], "un an"),
    ],
)
def test_the_command_refuses(cast, words, why):
    with pytest.raises(CommandError, match=why):
        call_command("make_api_token", *words)
    assert not ApiToken.objects.exists()


def test_passwords_are_no_way_in(cast):
    client = APIClient(headers={"Authorization": "Basic Y2xhaXJlQGV4YW1wbGUub3JnOng="})
    assert client.get("/api/v1/me/").status_code == 401


@pytest.mark.parametrize("sent", ["Token", "Token a b", "Token \xff", "token wrong"])
def test_what_is_no_key_is_401(cast, sent):
    client = APIClient(headers={"Authorization": sent})
    assert client.get("/api/v1/me/").status_code == 401


def test_a_session_must_prove_a_write_is_its_own(cast):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(cast.sofia)
    assert client.post("/api/v1/sites/", {}, format="json").status_code == 403
