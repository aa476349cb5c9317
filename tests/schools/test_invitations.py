"""An invitation leaves after the commit, once; its link opens one role, once, for one person."""

from __future__ import annotations

import datetime as dt
import re
import smtplib
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from schools.access import PeopleRefused
from schools.actions.invite_person import Guest, invite_person
from schools.actions.resend_invitation import resend_invitation, revoke_invitation
from schools.actions.send_invitations import LEASE, send_invitations
from schools.invitation_links import digest_of
from schools.models import AuditEntry, Invitation, Post, Role, RoleKind, Site, User
from schools.rules import MOST_SENDS, MOST_SENDS_A_DAY, RESEND_AFTER_S, TRY_AGAIN_S
from tests.cast import PASSWORD, Cast

PHRASE = "trois-chats-sur-un-mur-47"
GUEST = Guest("ines@example.org", "Inès Exemple")


def invite(cast: Cast, guest: Guest = GUEST, by: User | None = None, **dates) -> Invitation:
    post = Post(RoleKind.CONTACT, school=cast.tilleuls.school)
    dates.setdefault("from_on", timezone.localdate())
    return invite_person(by or cast.bernard, guest, post, **dates)


def link_in(message: mail.EmailMessage) -> str:
    found = re.search(r"(/invitation/[\w-]+/)", message.body)
    assert found
    return found[1]


@pytest.fixture
def sent(cast: Cast, mailoutbox) -> str:
    """The path of the link that Inès received."""
    invite(cast)
    assert send_invitations() == 1
    return link_in(mailoutbox[0])


def answer(link: str, client: Client | None = None, **more):
    form = {"full_name": "Inès Exemple", "language": "fr", "password": PHRASE, "again": PHRASE}
    return (client or Client()).post(link, form | more)


def wait(invitation: Invitation) -> None:
    """Let the minute pass within which a second click is the same click."""
    earlier = timezone.now() - dt.timedelta(seconds=RESEND_AFTER_S + 1)
    Invitation.objects.filter(pk=invitation.pk).update(asked_at=earlier)


# --- the message ---------------------------------------------------------------------------------


def test_the_message_says_who_what_until_when_and_whom_to_ask(cast: Cast, sent, mailoutbox):
    [message] = mailoutbox
    assert message.to == ["ines@example.org"]
    assert "personne de contact" in message.subject
    for words in ("Bernard Exemple vous invite", "École Tilleuls", "bernard@example.org"):
        assert words in message.body
    html = message.alternatives[0][0]
    assert sent in html
    assert "<script" not in html


def test_it_leaves_after_the_commit_and_not_after_a_rollback(
    cast: Cast, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        invite(cast)
        assert mailoutbox == []
    assert len(mailoutbox) == 1
    with django_capture_on_commit_callbacks(execute=True) as asked, transaction.atomic():
        invite(cast, Guest("leo@example.org", "Léo Exemple"))
        transaction.set_rollback(True)
    assert asked == []
    assert len(mailoutbox) == 1


def test_the_database_holds_no_link(cast: Cast, sent):
    row = Invitation.objects.get()
    token = sent.split("/")[2]
    assert row.digest == digest_of(token)
    stored = Invitation.objects.values().get()
    assert token not in str(stored)
    told = list(AuditEntry.objects.values_list("after", "object_text"))
    assert token not in str(told)


def test_a_german_speaker_reads_its_own_language_tag(cast: Cast, mailoutbox):
    invite(cast, Guest("jan@example.org", "Jan Beispiel", "de"))
    send_invitations()
    assert '<html lang="de">' in mailoutbox[0].alternatives[0][0]


def test_a_worker_that_dies_sends_the_same_link_again(cast: Cast, mailoutbox, monkeypatch):
    invite(cast)
    monkeypatch.setattr(
        "schools.actions.send_invitations._write", lambda *a, **k: (_ for _ in ()).throw(KeyError)
    )
    with pytest.raises(KeyError):
        send_invitations()
    monkeypatch.undo()
    assert send_invitations() == 0  # leased
    Invitation.objects.update(due_at=timezone.now() - LEASE)
    assert send_invitations() == 1
    assert link_in(mailoutbox[0]) == link_in(mailoutbox[1])


# --- a mail server that refuses ------------------------------------------------------------------


class Refusing(EmailBackend):
    """A server that answers as told; the edge that no test machine has."""

    error: Callable[[], Exception]

    def send_messages(self, messages):
        raise type(self).error()


@pytest.fixture
def server_says(settings):
    def say(error: Callable[[], Exception]) -> None:
        Refusing.error = staticmethod(error)
        settings.EMAIL_BACKEND = "tests.schools.test_invitations.Refusing"

    return say


def test_a_refused_address_is_told_and_not_tried_again(cast: Cast, server_says):
    row = invite(cast)
    server_says(lambda: smtplib.SMTPRecipientsRefused({"ines@example.org": (550, b"no such user")}))
    assert send_invitations() == 0
    row.refresh_from_db()
    assert row.state_at(timezone.now()) == "failed"
    assert row.get_failure_display() == "adresse refusée"
    assert not Invitation.objects.due(timezone.now() + dt.timedelta(days=1)).exists()


def test_a_server_that_is_away_is_tried_again_less_and_less_often(cast: Cast, server_says):
    row = invite(cast)
    server_says(ConnectionRefusedError)
    for wait_s in TRY_AGAIN_S:
        send_invitations()
        row.refresh_from_db()
        assert row.state_at(timezone.now()) == "waiting"
        assert (row.due_at - timezone.now()).total_seconds() == pytest.approx(wait_s, abs=30)
        Invitation.objects.update(due_at=timezone.now())
    send_invitations()
    row.refresh_from_db()
    assert row.state_at(timezone.now()) == "failed"
    assert row.get_failure_display() == "serveur de courrier injoignable"


# --- inviting twice, again, no more --------------------------------------------------------------


def test_the_same_address_for_the_same_role_is_the_same_invitation(cast: Cast, sent, mailoutbox):
    again = invite(cast, Guest("INES@example.org", "Inès Corrigée"))
    assert Invitation.objects.get() == again
    assert again.full_name == "Inès Corrigée"
    assert again.sends == 1  # within a minute: a double click


def test_two_open_ones_are_unstorable(cast: Cast, sent):
    row = Invitation.objects.get()
    with pytest.raises(IntegrityError, match="invitation_once_while_open"), transaction.atomic():
        Invitation.objects.create(
            email=row.email, full_name="x", expires_at=row.expires_at, **row.post.fields
        )


def test_sent_again_the_old_link_is_dead_and_the_new_one_opens(cast: Cast, sent, mailoutbox):
    row = Invitation.objects.get()
    wait(row)
    resend_invitation(cast.bernard, row.pk)
    send_invitations()
    assert Client().get(sent).status_code == 404
    new = link_in(mailoutbox[1])
    assert new != sent
    assert Client().get(new).status_code == 200


def test_it_is_not_sent_more_than_a_few_times(cast: Cast, sent):
    row = Invitation.objects.get()
    for _n in range(MOST_SENDS - 1):
        wait(row)
        resend_invitation(cast.bernard, row.pk)
    wait(row)
    with pytest.raises(PeopleRefused, match="Téléphonez"):
        resend_invitation(cast.bernard, row.pk)


def test_taking_back_and_inviting_again_does_not_fill_a_mailbox(cast: Cast):
    for _n in range(MOST_SENDS_A_DAY):
        revoke_invitation(cast.bernard, invite(cast).pk)
    with pytest.raises(PeopleRefused, match="assez de messages"):
        invite(cast)


def test_nobody_invites_themself_nor_into_another_school(cast: Cast):
    with pytest.raises(PeopleRefused, match="soi-même"):
        invite(cast, Guest("Bernard@example.org", "Bernard"))
    post = Post(RoleKind.CONTACT, school=cast.peupliers.school)
    with pytest.raises(PeopleRefused, match="périmètre"):
        invite_person(cast.bernard, GUEST, post, from_on=timezone.localdate())
    day = timezone.localdate() - dt.timedelta(days=9)
    with pytest.raises(ValidationError, match="passée"):
        invite(cast, from_on=day, to_on=day)
    assert not Invitation.objects.exists()


def test_a_foreign_head_neither_sees_nor_revokes_it(cast: Cast, sent):
    row = Invitation.objects.get()
    assert not Invitation.objects.visible_to(cast.karl).exists()
    assert not Invitation.objects.visible_to(cast.claire).exists()  # contacts manage nobody
    with pytest.raises(Invitation.DoesNotExist):
        revoke_invitation(cast.karl, row.pk)


# --- the link ------------------------------------------------------------------------------------


def test_accepted_she_is_signed_in_and_sees_her_school_only(cast: Cast, sent):
    client = Client()
    page = client.get(sent).content.decode()
    assert "personne de contact" in page
    assert "Inès Exemple" in page
    done = answer(sent, client)
    assert (done.status_code, done["Location"]) == (302, "/")
    ines = User.objects.get(email="ines@example.org")
    assert int(client.session["_auth_user_id"]) == ines.pk
    assert [site.name for site in Site.objects.visible_to(ines)] == ["Tilleuls"]
    role = ines.roles.get()
    assert (role.granted_by, role.kind) == (cast.bernard, "contact")
    row = Invitation.objects.get()
    assert row.accepted_by == ines
    assert row.opened_at is not None


def test_a_link_serves_once(cast: Cast, sent):
    answer(sent)
    page = Client().get(sent)
    assert page.status_code == 410
    assert "déjà servi" in page.content.decode()
    assert answer(sent, password="un-autre-mot-de-passe-9").status_code == 410
    assert User.objects.get(email="ines@example.org").check_password(PHRASE)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"expires_at": timezone.now() - dt.timedelta(days=1)}, "a expiré"),
        ({"revoked_at": timezone.now()}, "a été retirée"),
        ({"from_on": dt.date(2025, 1, 1), "to_on": dt.date(2025, 6, 30)}, "a expiré"),
    ],
)
def test_a_dead_link_says_why_and_opens_nothing(cast: Cast, sent, change, words: str):
    Invitation.objects.update(**change)
    for reply in (Client().get(sent), answer(sent)):
        assert reply.status_code == 410
        assert words in reply.content.decode()
    assert not User.objects.filter(email="ines@example.org").exists()


def test_a_foreign_link_tells_nothing_and_costs_the_same(
    cast: Cast, sent, django_assert_num_queries
):
    Invitation.objects.update(revoked_at=timezone.now())
    with django_assert_num_queries(1):
        Client().get(sent)
    with django_assert_num_queries(1):
        reply = Client().get("/invitation/nimporte-quoi/")
    assert reply.status_code == 404
    assert "Ce lien n’ouvre rien" in reply.content.decode()


def test_a_weak_password_is_refused_with_its_reason(cast: Cast, sent):
    reply = answer(sent, password="12345678", again="12345678")
    assert reply.status_code == 200
    assert "field-error" in reply.content.decode()
    assert not User.objects.filter(email="ines@example.org").exists()
    assert "diffèrent" in answer(sent, again="autre").content.decode()


# --- an address that the register knows ----------------------------------------------------------


def known(cast: Cast) -> str:
    """Karl, contact of another school, is invited to Tilleuls."""
    invite(cast, Guest(cast.karl.email, "Karl Exemple"))
    send_invitations()
    return link_in(mail.outbox[-1])


def test_inviting_a_known_address_answers_as_for_an_unknown_one(cast: Cast):
    unknown, told = invite(cast), invite(cast, Guest(cast.karl.email, "K"))
    assert unknown.state_at(timezone.now()) == told.state_at(timezone.now())
    assert not Role.objects.filter(user=cast.karl, school=cast.tilleuls.school).exists()


def test_a_person_with_an_account_accepts_signed_in_and_keeps_the_password(cast: Cast):
    link = known(cast)
    assert "Connectez-vous pour accepter" in Client().get(link).content.decode()
    assert answer(link).status_code == 200  # no password is set from a mailbox alone
    client = Client()
    client.force_login(cast.karl)
    assert client.post(link).status_code == 302
    karl = User.objects.get(pk=cast.karl.pk)
    assert karl.check_password(PASSWORD)
    assert {site.name for site in Site.objects.visible_to(karl)} == {"Peupliers", "Tilleuls"}


def test_somebody_else_signed_in_does_not_take_it(cast: Cast):
    link = known(cast)
    client = Client()
    client.force_login(cast.claire)
    page = client.post(link).content.decode()
    assert "quelqu’un d’autre" in page
    assert cast.karl.email not in page
    assert Invitation.objects.get().accepted_at is None


def test_a_closed_account_stays_closed(cast: Cast):
    link = known(cast)
    User.objects.filter(pk=cast.karl.pk).update(is_active=False)
    assert "compte est fermé" in Client().get(link).content.decode()
    assert Invitation.objects.get().accepted_at is None


def test_an_imported_person_chooses_a_password_and_keeps_the_role(cast: Cast):
    ines = User.objects.create_user("ines@example.org", None, full_name="Inès E.")
    Role.objects.create(user=ines, kind=RoleKind.CONTACT, school=cast.tilleuls.school)
    invite(cast)
    send_invitations()
    assert answer(link_in(mail.outbox[-1])).status_code == 302
    ines.refresh_from_db()
    assert ines.check_password(PHRASE)
    assert ines.full_name == "Inès Exemple"
    assert ines.roles.count() == 1
