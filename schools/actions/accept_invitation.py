from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from schools.actions.audit import record_action
from schools.actions.grant_role import write_role
from schools.actions.invite_person import write_down_invitation
from schools.invitation_links import digest_of
from schools.models import Invitation, InvitationState, Role, User
from schools.models.position import PLACES

OPEN = frozenset({InvitationState.WAITING, InvitationState.SENT, InvitationState.OPENED})


class InvitationClosed(Exception):
    """The link opens nothing any more; ``state`` says why."""

    def __init__(self, state: InvitationState) -> None:
        super().__init__(state.value)
        self.state = state


class AnotherPerson(Exception):
    """The invitation addresses an account that somebody else, or nobody, is signed in to."""


@dataclass(frozen=True)
class NewAccount:
    """What a person who has no password yet gives, already validated."""

    full_name: str
    language: str
    password: str | None
    """None: the person signs in through the identity provider."""


def find_invitation(token: str) -> Invitation | None:
    """The invitation whose latest message carried this link. One query whatever the link is."""
    found = Invitation.objects.filter(digest=digest_of(token))
    return found.select_related("invited_by", *PLACES).first()


def state_for_guest(invitation: Invitation, now: dt.datetime) -> InvitationState:
    """As whoever holds the link reads it: a period that is over is an expired invitation."""
    state = invitation.state_at(now)
    over = invitation.to_on is not None and invitation.to_on < timezone.localdate(now)
    return InvitationState.EXPIRED if over and state in OPEN else state


def account_of(invitation: Invitation) -> User | None:
    """Who the register knows at that address."""
    return User.objects.filter(email=invitation.email).first()


def has_account(person: User) -> bool:
    """Whether the person signs in already, with a password or through a provider."""
    return person.has_usable_password() or person.last_login is not None


def open_invitation(invitation: Invitation) -> None:
    """Remember when the link was first followed."""
    Invitation.objects.filter(pk=invitation.pk, opened_at=None).update(opened_at=timezone.now())


@transaction.atomic
def accept_invitation(
    digest: str, *, signed_in: User | None = None, account: NewAccount | None = None
) -> User:
    """Take the role that an invitation offers, known by the digest of its link.

    Single use: of two clicks one wins.

    A person with a password accepts while signed in (``signed_in``); anybody else becomes a person
    of the register by ``account``. Raises Invitation.DoesNotExist for a foreign link,
    InvitationClosed, AnotherPerson.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("invited_by", *PLACES)
        .get(digest=digest)
    )
    if (state := state_for_guest(invitation, timezone.now())) not in OPEN:
        raise InvitationClosed(state)
    person = _person(invitation, signed_in, account)
    _take_role(invitation, person)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), person
    invitation.due_at = None
    invitation.save(update_fields=["accepted_at", "accepted_by", "due_at"])
    write_down_invitation(person, "accept_invitation", invitation)
    return person


def _person(invitation: Invitation, signed_in: User | None, account: NewAccount | None) -> User:
    known = User.objects.select_for_update().filter(email=invitation.email).first()
    if known is not None and (has_account(known) or not known.is_active):
        # a closed account stays closed: whoever holds the mailbox cannot reopen it
        if signed_in is None or signed_in.pk != known.pk or not known.is_active:
            raise AnotherPerson
        return known
    if account is None:
        raise AnotherPerson
    person = known or User(email=invitation.email)
    person.full_name, person.language = account.full_name, account.language
    person.set_password(account.password)
    person.save()
    if known is None:
        record_action(person, "make_account", person)
    else:
        record_action(person, "open_account", person)
    return person


def _take_role(invitation: Invitation, person: User) -> None:
    """The role from its first day, or from today; one already held stays as it is."""
    first = max(invitation.from_on, timezone.localdate())
    held = Role.objects.filter(user=person, **invitation.post.fields)
    if held.filter(from_on__lte=invitation.to_on or dt.date.max).not_over(first).exists():
        return
    write_role(
        invitation.invited_by, person, invitation.post, from_on=first, to_on=invitation.to_on
    )
