from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.access import PeopleRefused, can_grant, require_people
from schools.actions.audit import record_action
from schools.actions.grant_role import check_dates
from schools.live import announce_many
from schools.models import Invitation, Post, User
from schools.nudges import send_soon
from schools.rules import INVITATION_DAYS, MOST_SENDS, MOST_SENDS_A_DAY, RESEND_AFTER_S


@dataclass(frozen=True)
class Guest:
    """Whom an invitation addresses."""

    email: str
    full_name: str
    language: str = "fr"


def invite_person(
    by: User,
    guest: Guest,
    post: Post,
    *,
    from_on: dt.date,
    to_on: dt.date | None = None,
    batch: UUID | None = None,
) -> Invitation:
    """Offer a role to an address. The same address for the same role is the same invitation.

    The answer does not tell whether the register knows the address: the role is given when the
    person who reads that mailbox accepts. Raises PeopleRefused and ValidationError.
    """
    email = guest.email.strip().lower()
    if email == by.email:
        raise PeopleRefused(_("Cette adresse est la vôtre : personne ne s’invite soi-même."))
    require_people(can_grant(by, post))
    check_dates(from_on, to_on)
    if to_on is not None and to_on < timezone.localdate():
        raise ValidationError({"to_on": _("Cette période est passée.")})
    _refuse_flood(email)
    for _attempt in range(2):
        try:
            with transaction.atomic():
                return _invite(by, guest, email, post, from_on=from_on, to_on=to_on, batch=batch)
        except IntegrityError as error:
            if "invitation_once_while_open" not in str(error):
                raise
    raise PeopleRefused(_("Quelqu’un invite cette adresse au même moment. Réessayez."))


def _invite(
    by: User,
    guest: Guest,
    email: str,
    post: Post,
    *,
    from_on: dt.date,
    to_on: dt.date | None,
    batch: UUID | None,
) -> Invitation:
    same = Invitation.objects.open().filter(email=email, **post.fields)
    if found := same.select_for_update(of=("self",)).first():
        found.full_name, found.language = guest.full_name, guest.language
        found.from_on, found.to_on = from_on, to_on
        found.save(update_fields=["full_name", "language", "from_on", "to_on"])
        send_again(by, found)
        return found
    made = Invitation.objects.create(
        email=email,
        full_name=guest.full_name,
        language=guest.language,
        from_on=from_on,
        to_on=to_on,
        invited_by=by,
        batch=batch,
        expires_at=timezone.now() + dt.timedelta(days=INVITATION_DAYS),
        **post.fields,
    )
    write_down_invitation(by, "invite_person", made)
    send_soon()
    return made


def _refuse_flood(email: str) -> None:
    """Inviting, taking back and inviting again must not fill a stranger's mailbox."""
    day_ago = timezone.now() - dt.timedelta(days=1)
    sends = Invitation.objects.filter(email=email, asked_at__gte=day_ago).aggregate(n=Sum("sends"))
    if (sends["n"] or 0) >= MOST_SENDS_A_DAY:
        raise PeopleRefused(
            _("Cette adresse a reçu assez de messages aujourd’hui. Réessayez demain.")
        )


def send_again(by: User, invitation: Invitation) -> bool:
    """Ask for another message; the link of the one before dies. False for a second click.

    ``invitation`` is locked. Raises PeopleRefused when it was sent often enough.
    """
    now = timezone.now()
    if now - invitation.asked_at < dt.timedelta(seconds=RESEND_AFTER_S):
        return False
    if invitation.sends >= MOST_SENDS:
        raise PeopleRefused(
            _(
                "Cette invitation est partie %(n)d fois. Téléphonez à la personne, ou corrigez "
                "l’adresse en retirant l’invitation."
            )
            % {"n": invitation.sends}
        )
    invitation.sends += 1
    invitation.tries = 0
    invitation.failure, invitation.digest, invitation.opened_at = "", None, None
    invitation.asked_at = invitation.due_at = now
    invitation.expires_at = now + dt.timedelta(days=INVITATION_DAYS)
    invitation.save()
    write_down_invitation(by, "resend_invitation", invitation)
    send_soon()
    return True


def write_down_invitation(by: User | None, action: str, invitation: Invitation) -> None:
    """Its lines in the journal, without link or address (an erasure could not reach them)."""
    after = {
        "person": invitation.full_name,
        "role": str(invitation.post),
        "from_on": str(invitation.from_on),
        "to_on": str(invitation.to_on or ""),
    }
    for site in invitation.post.journal_sites():
        record_action(by, action, invitation, site=site, after=after)
    tell_invitation(invitation)


def tell_invitation(invitation: Invitation) -> None:
    """The news for open pages."""
    sites = [site.pk if site else None for site in invitation.post.journal_sites()]
    announce_many([{"topic": "invitation", "id": invitation.pk, "site": site} for site in sites])
