"""A person makes a webhook, reads its secret once, tries it out, watches it, ends it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from schools.actions.fan_out_events import fan_out_events
from schools.actions.keep_webhook import make_webhook
from schools.actions.send_deliveries import send_deliveries
from schools.models import AuditEntry, Webhook
from tests.cast import Cast, make_cast
from tests.schools.test_journal_pages import browser
from tests.schools.webhooks.receiver import Receiver
from tests.schools.webhooks.test_deliveries import happens

pytestmark = pytest.mark.django_db(transaction=True)
AT = "/mon-compte/webhooks/"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def said(url: str, **more: object) -> dict[str, object]:
    return {"name": "Messagerie", "url": url, "areas": ["helpdesk"], "actions": "", **more}


def test_the_secret_is_shown_once(cast: Cast):
    client = browser(cast.claire)
    answer = client.post(AT, said("http://127.0.0.1:9/"))
    secret = re.search(r'value="(whsec_[^"]+)"', answer.content.decode())
    assert secret
    assert "no-store" in answer["Cache-Control"]
    row = Webhook.objects.get()
    for page in (AT, f"{AT}{row.pk}/"):
        assert secret.group(1) not in client.get(page).content.decode()
    assert secret.group(1) not in str(list(AuditEntry.objects.values()))
    renewed = client.post(f"{AT}{row.pk}/secret/").content.decode()
    assert "whsec_" in renewed
    assert secret.group(1) not in renewed


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"url": "nulle part"}, "pas une adresse"),
        ({"url": "http://nom-inconnu.invalid/"}, "inconnu"),
        ({"areas": []}, "domaine"),
        ({"actions": "inventer_verbe"}, "inventer_verbe"),
        ({"name": ""}, "field-error"),
    ],
)
def test_what_makes_no_sense_is_explained(wrong, why, cast: Cast):
    answer = browser(cast.claire).post(AT, {**said("http://127.0.0.1:9/"), **wrong})
    assert why in answer.content.decode()
    assert not Webhook.objects.exists()


def test_a_try_says_what_came_back_and_stores_nothing(cast: Cast):
    client = browser(cast.claire)
    with Receiver() as receiver:
        row, _secret = make_webhook(cast.claire, "a", receiver.url, ["helpdesk"])
        text = client.post(f"{AT}{row.pk}/essayer/", follow=True).content.decode()
        assert "réponse 204" in text
    assert receiver.got[0][0]["webhook-id"].startswith("preau-test-")
    text = client.post(f"{AT}{row.pk}/essayer/", follow=True).content.decode()
    assert "La connexion au destinataire a échoué" in text
    assert not row.deliveries.exists()


def test_the_page_shows_each_message_and_sends_it_again(cast: Cast):
    client = browser(cast.sofia)
    with Receiver(answers=[503, 200]) as receiver:
        row, _secret = make_webhook(cast.sofia, "a", receiver.url, ["inventory"])
        happens(cast.tilleuls)
        fan_out_events()
        send_deliveries()
        text = client.get(f"{AT}{row.pk}/").content.decode()
        assert "Le destinataire a répondu 503." in text
        assert "préfixe ajouté".capitalize() in text
        one = row.deliveries.get()
        client.post(f"{AT}{row.pk}/envois/{one.pk}/renvoyer/")
        send_deliveries()
    assert "en marche" in client.get(f"{AT}{row.pk}/").content.decode()
    assert client.get(f"{AT}{row.pk}/?etat=given_up").status_code == 200
    when = {"since": "2001-01-01T00:00"}
    assert "trente" in client.post(f"{AT}{row.pk}/renvoyer/", when).content.decode()


def test_another_s_webhook_is_not_there(cast: Cast):
    row, _secret = make_webhook(cast.sofia, "a", "http://127.0.0.1:9/", ["inventory"])
    client = browser(cast.claire)
    assert client.get(f"{AT}{row.pk}/").status_code == 404
    for door in ("essayer", "pause", "reprendre", "secret", "supprimer", "renvoyer"):
        assert client.post(f"{AT}{row.pk}/{door}/").status_code == 404
    assert Client().get(AT).status_code == 302
    assert client.get("/api/v1/webhooks/").json()["results"] == []


def test_the_api_tells_state_and_replays(cast: Cast):
    client = browser(cast.sofia)
    with Receiver(answers=[500, 200]) as receiver:
        row, _secret = make_webhook(cast.sofia, "a", receiver.url, ["inventory"])
        happens(cast.tilleuls)
        fan_out_events()
        send_deliveries()
        one = client.get("/api/v1/webhook-deliveries/").json()["results"][0]
        assert (one["state"], one["status"], one["attempts"]) == ("waiting", 500, 1)
        again = client.post(f"/api/v1/webhook-deliveries/{one['id']}/replay/").json()
        assert (again["state"], again["attempts"]) == ("waiting", 0)
        send_deliveries()
    shown = client.get(f"/api/v1/webhooks/{row.pk}/").json()
    assert "sealed" not in shown
    assert client.get("/api/v1/webhook-deliveries/").json()["results"][0]["state"] == "delivered"
    assert (
        browser(cast.claire).post(f"/api/v1/webhook-deliveries/{one['id']}/replay/").status_code
        == 404
    )


def test_removing_it_ends_it_and_the_journal_keeps_it(cast: Cast):
    row, _secret = make_webhook(cast.sofia, "a", "http://127.0.0.1:9/", ["inventory"])
    happens(cast.tilleuls)
    fan_out_events()
    browser(cast.sofia).post(f"{AT}{row.pk}/supprimer/")
    assert not Webhook.objects.exists()
    assert AuditEntry.objects.filter(action="remove_webhook").exists()
