"""Leaving: one's data in a file; an erased person is a pseudonym but in the journal."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.models import Comment
from schools.access import PeopleRefused
from schools.actions.change_account import close_account, erase_person
from schools.actions.end_role import ConsequenceUntold
from schools.actions.grant_role import grant_role
from schools.actions.make_token import make_token
from schools.models import AuditEntry, Invitation, Post, RoleKind, User
from tests.cast import PASSWORD, Cast, make_invitation
from tests.world import make_everything


@pytest.fixture
def boss(cast: Cast) -> User:
    return User.objects.create_superuser("boss@example.org", PASSWORD, full_name="Boss Exemple")


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user)
    return client


def test_my_data_are_mine_complete_and_readable(cast: Cast):
    make_invitation(cast.saules, cast.claire.email, cast.odile)
    answer = as_(cast.claire).get(reverse("schools:own_data"))
    told = json.loads(answer.content)
    assert told["personne"]["adresse"] == cast.claire.email
    assert told["roles"][0]["role"] == "personne de contact · École Tilleuls"
    assert told["invitations"][0]["invite_par"] == "Odile Exemple"
    text = answer.content.decode()
    assert "École" in text  # written as letters, not as escapes
    for secret in ("password", "digest", cast.karl.email, cast.claire.password):
        assert secret not in text
    assert AuditEntry.objects.filter(action="export_own_data", actor=cast.claire).exists()


def test_the_account_page_says_what_each_role_opens_and_who_gave_it(cast: Cast):
    post = Post(RoleKind.CONTACT, site=cast.saules)
    grant_role(cast.odile, cast.claire, post, from_on=cast.claire.roles.get().from_on)
    page = as_(cast.claire).get(reverse("schools:account")).content.decode()
    assert "Vous signalez une panne en deux minutes" in page
    assert "donné par Odile Exemple" in page
    assert "donné par le registre" in page


def test_one_leaves_by_oneself_after_reading_what_follows(cast: Cast):
    with pytest.raises(ConsequenceUntold):
        close_account(cast.claire, cast.claire.pk)
    client = as_(cast.odile)
    url = reverse("schools:person_close", args=[cast.odile.pk])
    assert client.post(url, {"why": "pension"})["Location"] == reverse("sign-in")
    assert not User.objects.get(pk=cast.odile.pk).is_active


def test_an_erased_person_is_a_pseudonym_but_the_journal_keeps_the_name(cast: Cast, boss: User):
    everything = make_everything(cast.tilleuls, cast.sofia)
    Comment.objects.create(ticket=everything.ticket, author=cast.claire, body="C’est réparé.")
    make_token(cast.claire, "clé de claire")
    email = cast.claire.email
    invitation = make_invitation(cast.saules, email, cast.odile)
    claire = as_(cast.claire)
    claire.get(reverse("schools:own_data"))
    as_(boss).post(reverse("schools:person_erase", args=[cast.claire.pk]), {"why": "demande"})
    person = User.objects.get(pk=cast.claire.pk)
    assert person.full_name == f"Personne {person.pk}"
    assert person.email == f"personne-{person.pk}@preau.invalid"
    assert person.phone == ""
    assert not person.is_active
    assert not person.has_usable_password()
    assert person.erased_at is not None
    assert claire.get("/mon-compte/").status_code == 302
    assert not hasattr(person, "auth_token")
    assert person.roles.get().to_on is not None
    invitation.refresh_from_db()
    assert invitation.revoked_at is not None
    for model in (User, Invitation):
        assert email not in str(list(model.objects.values()))
    assert Comment.objects.get(author=person).author.full_name == f"Personne {person.pk}"
    assert AuditEntry.objects.filter(actor=person, actor_text="Claire Exemple").exists()
    assert AuditEntry.objects.get(action="erase_person").why == "demande"
    assert "Claire" not in as_(cast.odile).get(reverse("schools:people")).content.decode()


def test_only_the_administration_erases_and_never_itself(cast: Cast, boss: User):
    for who in (cast.odile, cast.bernard):
        with pytest.raises(PeopleRefused, match="L’administration"):
            erase_person(who, cast.claire.pk, why="x")
    with pytest.raises(PeopleRefused, match="propre compte"):
        erase_person(boss, boss.pk, why="x")
    with pytest.raises(PeopleRefused, match="Seule l’administration"):
        close_account(cast.odile, boss.pk)
    with pytest.raises(User.DoesNotExist):
        close_account(cast.bernard, cast.karl.pk)


def test_nobody_is_deleted_not_even_in_the_administration_pages(cast: Cast, boss: User):
    client = as_(boss)
    assert client.post(f"/admin/schools/user/{cast.claire.pk}/delete/").status_code == 403
    page = client.get(f"/admin/schools/user/{cast.claire.pk}/change/").content.decode()
    assert "roles-0-DELETE" not in page
