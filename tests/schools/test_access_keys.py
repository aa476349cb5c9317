"""A person makes their own access keys, reads each once, and ends them."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from schools.actions.make_token import make_token
from schools.models import AuditEntry, User
from tests.cast import PASSWORD, Cast
from tests.schools.test_journal_pages import browser


def form(client: Client, **more: str) -> dict[str, str]:
    text = client.get("/mon-compte/cles/").content.decode()
    key = re.search(r'name="request_key" value="([^"]+)"', text)
    assert key
    day = timezone.localdate().isoformat()
    return {"request_key": key.group(1), "name": "Tableur", "expires_on": day, **more}


def test_a_key_is_shown_once(cast: Cast):
    client = browser(cast.claire)
    sent = form(client, helpdesk="on")
    answer = client.post("/mon-compte/cles/", sent)
    text = re.search(r'id="new-key"[^>]* value="([^"]+)"', answer.content.decode())
    assert text
    assert "no-store" in answer["Cache-Control"]
    key = cast.claire.api_tokens.get()
    assert key.scopes == ["read", "helpdesk"]
    assert (
        Client(headers={"Authorization": f"Token {text.group(1)}"})
        .get("/api/v1/tickets/")
        .status_code
        == 200
    )
    assert text.group(1) not in client.get("/mon-compte/cles/").content.decode()
    again = client.post("/mon-compte/cles/", sent, follow=True).content.decode()
    assert "n’a été montrée qu’une fois" in again
    assert cast.claire.api_tokens.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"helpdesk": ""}, {"name": ""}, {"expires_on": "2001-01-01"}, {"expires_on": "9999-01-01"}],
)
def test_a_key_that_makes_no_sense_is_explained(wrong, cast: Cast):
    client = browser(cast.claire)
    answer = client.post("/mon-compte/cles/", form(client, **{"helpdesk": "on", **wrong}))
    assert "field-error" in answer.content.decode()
    assert not cast.claire.api_tokens.exists()


def test_one_revokes_one_s_own_keys_alone(cast: Cast):
    mine, _text = make_token(cast.claire, "mienne")
    other, _text = make_token(cast.bernard, "sienne")
    client = browser(cast.claire)
    client.post(f"/mon-compte/cles/{mine.pk}/revoquer/")
    assert client.post(f"/mon-compte/cles/{other.pk}/revoquer/").status_code == 404
    mine.refresh_from_db()
    other.refresh_from_db()
    assert mine.revoked_at
    assert other.revoked_at is None
    assert AuditEntry.objects.get(action="revoke_api_token").actor == cast.claire


def test_an_administrator_sees_and_revokes_everybody_s(cast: Cast):
    key, _text = make_token(cast.claire, "Tableur")
    boss = User.objects.create_superuser("boss@example.org", PASSWORD)
    client = browser(boss)
    text = client.get("/admin/schools/apitoken/").content.decode()
    assert "Tableur" in text
    assert (
        key.digest not in client.get(f"/admin/schools/apitoken/{key.pk}/change/").content.decode()
    )
    client.post("/admin/schools/apitoken/", {"action": "revoke", "_selected_action": [key.pk]})
    key.refresh_from_db()
    assert key.revoked_at
    assert AuditEntry.objects.get(action="revoke_api_token").door == "admin"
