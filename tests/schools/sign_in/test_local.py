"""Signing in with an address and a password, and everything one changes about it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from schools.models import AuditEntry, User
from tests.cast import PASSWORD, Cast
from tests.schools.sign_in.people import is_in, sign_in

NEW = "une phrase que personne ne devine"


@pytest.fixture(autouse=True)
def _no_counts_from_elsewhere(db):
    cache.clear()


def link_in(message: Any) -> str:
    """The path of the link in a mail."""
    found = re.search(r"https?://[^/\s]+(/\S+)", message.body)
    assert found, message.body
    return found[1]


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


# --- in and out ---------------------------------------------------------------------------------


def test_coming_and_going_stand_in_the_journal(client, cast: Cast):
    sign_in(client, cast.claire)
    client.post("/sortir/")
    assert verbs() == ["sign_in", "sign_out"]
    assert AuditEntry.objects.filter(actor=cast.claire).count() == 2
    assert not is_in(client)


def test_capitals_in_the_address_do_not_matter(client, cast: Cast):
    sign_in(client, cast.claire.email.upper())
    assert is_in(client)


def test_a_closed_account_is_told_so_only_with_its_password(client, cast: Cast):
    User.objects.filter(pk=cast.claire.pk).update(is_active=False)
    assert "alert" in sign_in(client, cast.claire, "faux-mot-de-passe").content.decode()
    assert sign_in(client, cast.claire)["Location"] == "/entrer/ferme/"
    assert not is_in(client)


def test_nobody_registers(client, cast: Cast):
    people = User.objects.count()
    told = {"email": "x@example.org", "password1": NEW, "password2": NEW}
    answer = client.post("/entrer/inscription/", told)
    assert "invitation" in answer.content.decode()
    assert User.objects.count() == people


def test_the_admin_has_no_door_of_its_own(client, cast: Cast):
    boss = User.objects.create_superuser("boss@example.org", PASSWORD, full_name="Boss")
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert client.get("/admin/login/?next=/admin/")["Location"] == "/entrer/?next=%2Fadmin%2F"
    answer = client.post("/admin/login/", {"username": boss.email, "password": PASSWORD})
    assert answer["Location"].startswith("/entrer/")
    assert not is_in(client)
    sign_in(client, boss)
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/password_change/")["Location"] == "/mon-compte/mot-de-passe/"


# --- the rules ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("court-mot-1", "12"),
        ("q1w2e3r4t5y6", "courant"),  # of Django's list of 20,000
        ("Motdepasse1234!", "trop courant"),
        ("azerty-azerty-1", "trop courant"),
        ("claire-exemple", "semblable"),
        ("739201846512", "numérique"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(bad, why, client, cast: Cast):
    sign_in(client, cast.claire)
    told = {"oldpassword": PASSWORD, "password1": bad, "password2": bad}
    answer = client.post("/mon-compte/mot-de-passe/", told)
    assert answer.status_code == 200
    assert why in " ".join(answer.context["form"].errors["password1"])
    cast.claire.refresh_from_db()
    assert cast.claire.check_password(PASSWORD)


def test_the_rules_are_told_before_one_types(client, cast: Cast):
    sign_in(client, cast.claire)
    page = client.get("/mon-compte/mot-de-passe/").content.decode()
    hint = page.split('id="id_password1-hint"')[1].split("</div>")[0]
    assert "12" in hint
    assert hint.count("<li>") == 5


# --- changing it --------------------------------------------------------------------------------


def change(client: Client, old: str = PASSWORD) -> Any:
    told = {"oldpassword": old, "password1": NEW, "password2": NEW}
    return client.post("/mon-compte/mot-de-passe/", told)


def test_a_new_password_closes_the_other_sessions_and_tells_the_person(cast: Cast, mailoutbox):
    here, there = Client(), Client()
    sign_in(here, cast.claire)
    sign_in(there, cast.claire)
    assert change(here)["Location"] == "/mon-compte/"
    assert is_in(here)
    assert not is_in(there)
    assert {"change_password", "close_sessions"} <= set(verbs())
    assert [m.to for m in mailoutbox] == [[cast.claire.email]]
    assert "mot de passe a été changé" in mailoutbox[0].body
    assert NEW not in str(list(AuditEntry.objects.values()))


def test_it_wants_the_old_one(client, cast: Cast):
    sign_in(client, cast.claire)
    assert change(client, "pas-le-bon-du-tout").status_code == 200
    assert "change_password" not in verbs()


# --- forgetting it ------------------------------------------------------------------------------


def forget(client: Client, email: str) -> Any:
    return client.post("/mot-de-passe/", {"email": email})


def test_the_answer_is_the_same_whether_the_address_is_known_or_not(client, cast: Cast):
    known, unknown = forget(client, cast.claire.email), forget(client, "x@example.org")
    assert known["Location"] == unknown["Location"] == "/mot-de-passe/envoye/"
    assert client.get("/mot-de-passe/envoye/").status_code == 200
    told = {m.to[0]: m.body for m in mail.outbox}
    assert "/mot-de-passe/" in told[cast.claire.email]
    assert "aucun compte" in told["x@example.org"]
    assert "http" not in told["x@example.org"]


def test_the_link_opens_once_and_ends_every_session(client, cast: Cast):
    open_elsewhere = Client()
    sign_in(open_elsewhere, cast.claire)
    forget(client, cast.claire.email)
    link = link_in(mail.outbox[0])
    page = client.get(link)  # the key goes into the session, out of the address
    told = {"password1": NEW, "password2": NEW}
    assert client.post(page["Location"], told)["Location"] == "/mot-de-passe/change/"
    assert not is_in(open_elsewhere)
    assert Client().get(link).status_code == 404
    sign_in(client, cast.claire, NEW)
    assert is_in(client)
    assert "reset_password" in verbs()
    assert "remplacé" in mail.outbox[-1].body


def test_the_link_is_over_after_two_hours(client, cast: Cast, settings, monkeypatch):
    forget(client, cast.claire.email)
    link = link_in(mail.outbox[0])
    later = timezone.localtime().replace(tzinfo=None) + timedelta(hours=2, minutes=1)
    from allauth.account.forms import default_token_generator  # noqa: PLC0415

    monkeypatch.setattr(type(default_token_generator), "_now", lambda self: later)
    assert client.get(link, follow=True).status_code == 404


def test_the_mail_speaks_the_person_s_language_not_the_visitor_s(client, cast: Cast):
    """German stands in the catalogue; French is the source, whatever the browser asks for."""
    cast.claire.language = "fr"
    cast.claire.save()
    client.post("/mot-de-passe/", {"email": cast.claire.email}, headers={"Accept-Language": "en"})
    assert "Bonjour" in mail.outbox[0].body
    assert mail.outbox[0].subject == "[Préau] Choisir un nouveau mot de passe"


def test_one_address_is_not_flooded(client, cast: Cast):
    for _n in range(5):
        forget(client, cast.claire.email)
    assert len(mail.outbox) == 3


def test_a_mail_server_that_is_down_changes_no_answer(client, cast: Cast, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for email in (cast.claire.email, "x@example.org"):
        assert forget(client, email)["Location"] == "/mot-de-passe/envoye/"


# --- another address ----------------------------------------------------------------------------


def test_a_new_address_counts_once_it_is_confirmed(client, cast: Cast):
    old = cast.claire.email
    sign_in(client, cast.claire)
    client.post("/mon-compte/adresse/", {"email": "claire.new@example.org", "action_add": "1"})
    cast.claire.refresh_from_db()
    assert cast.claire.email == old
    [asked] = mail.outbox
    assert asked.to == ["claire.new@example.org"]
    client.post(link_in(asked))
    cast.claire.refresh_from_db()
    assert cast.claire.email == "claire.new@example.org"
    assert mail.outbox[-1].to == [old]  # whoever held the old one is told
    entry = AuditEntry.objects.get(action="change_email")
    assert (entry.before, entry.after) == (
        {"email": old},
        {"email": "claire.new@example.org"},
    )
    stranger = Client()
    sign_in(stranger, old)
    assert not is_in(stranger)


def test_an_address_of_somebody_else_is_refused(client, cast: Cast):
    sign_in(client, cast.claire)
    told = {"email": cast.karl.email.upper(), "action_add": "1"}
    answer = client.post("/mon-compte/adresse/", told)
    assert "sert déjà" in answer.content.decode()
    assert mail.outbox == []


def test_an_address_that_the_register_gave_away_meanwhile_is_not_taken(client, cast: Cast):
    old = cast.claire.email
    sign_in(client, cast.claire)
    client.post("/mon-compte/adresse/", {"email": "libre@example.org", "action_add": "1"})
    User.objects.filter(pk=cast.karl.pk).update(email="libre@example.org")
    answer = client.post(link_in(mail.outbox[0]), follow=True)
    assert "déjà à un autre compte" in answer.content.decode()
    cast.claire.refresh_from_db()
    assert cast.claire.email == old
