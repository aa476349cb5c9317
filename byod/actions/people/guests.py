"""Let a guest in for some hours, and end their stay."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from byod.access.people.guests import can_end_stay, can_sponsor
from byod.actions.people.credentials import new_secret, new_username, revoke_of
from byod.actions.people.register import keep_identity
from byod.models.people.devices import Credential, CredentialKind, PersonalDevice, Platform
from byod.models.people.guests import GuestStay
from byod.models.people.identities import Named
from byod.models.people.members import Authorisation, Member, MemberKind, RegisteredBy
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Site, User
from schools.sealed import seal, unseal


@dataclass(frozen=True, slots=True)
class Slip:
    """What a guest is given. It can be shown again while the stay lasts: it opens the Internet
    alone, for hours, and slips are lost."""

    stay: GuestStay
    username: str
    secret: str


@transaction.atomic
def sponsor_guest(
    user: User, site: Site, name: str, hours: int, *, once: uuid.UUID, now: dt.datetime
) -> GuestStay:
    """A guest of the site for ``hours``, BYOD_GUEST_HOURS at most. The same form twice: one guest.

    Raises DecisionRefused, DecisionImpossible.
    """
    require(can_sponsor(user, site))
    known = GuestStay.objects.filter(once=once).first()
    if known is not None:
        return known
    if not name.strip():
        raise DecisionImpossible(_("Écrivez le nom de la personne que vous accueillez."))
    if not 1 <= hours <= settings.BYOD_GUEST_HOURS:
        raise DecisionImpossible(
            _("Un invité entre pour %(n)d heures au plus.") % {"n": settings.BYOD_GUEST_HOURS}
        )
    until = now + dt.timedelta(hours=hours)
    member = Member.objects.create(
        site=site, kind=MemberKind.GUEST, adult=True, registered_by=RegisteredBy.DESK
    )
    keep_identity(member, Named(family_name=" ".join(name.split())[:120]))
    Authorisation.objects.create(member=member, given_at=now, given_by=user)
    device = PersonalDevice.objects.create(
        member=member, name=_("Invité"), platform=Platform.OTHER, registered_at=now
    )
    Credential.objects.create(
        device=device,
        kind=CredentialKind.SECRET,
        username=new_username(member),
        sealed=seal({"secret": new_secret()}),
        issued_at=now,
        expires_at=until,
    )
    stay = GuestStay.objects.create(
        site=site,
        member=member,
        sponsor=user,
        sponsor_text=str(user)[:150],
        once=once,
        begun_at=now,
        until=until,
    )
    record_action(user, "sponsor_guest", stay, site=site, after={"hours": hours})
    announce("guests", stay.pk, site=site.pk)
    return stay


def slip_of(user: User, pk: int, now: dt.datetime) -> Slip:
    """What stands on the slip of a stay that lasts.

    Raises GuestStay.DoesNotExist where unseen, DecisionRefused, DecisionImpossible once it is over.
    """
    seen = GuestStay.objects.visible_to(user).select_related("site__school", "member")
    stay = seen.get(pk=pk)
    require(can_end_stay(user, stay))
    rows = Credential.objects.live(now).filter(device__member=stay.member_id)
    credential = rows.first()
    if stay.ended_at is not None or credential is None:
        raise DecisionImpossible(_("Cet accès est terminé\u00a0: ouvrez-en un autre."))
    return Slip(stay, credential.username, str(unseal(credential.sealed)["secret"]))


@transaction.atomic
def end_guest(user: User, pk: int, now: dt.datetime) -> GuestStay:
    """End a stay now. Ended twice, once. Raises GuestStay.DoesNotExist, DecisionRefused."""
    seen = GuestStay.objects.visible_to(user).select_related("site__school")
    stay = seen.select_for_update(of=("self",)).get(pk=pk)
    require(can_end_stay(user, stay))
    if stay.ended_at is None and stay.until > now:
        stay.ended_at = now
        stay.save(update_fields=["ended_at"])
        revoke_of(PersonalDevice.objects.filter(member=stay.member_id), now, "ended")
        Authorisation.objects.live().filter(member=stay.member_id).update(
            ended_at=now, ended_by=user
        )
        record_action(user, "end_guest", stay, site=stay.site)
        announce("guests", stay.pk, site=stay.site_id)
    return stay


def end_stays_over(now: dt.datetime) -> int:
    """Authorisations of guests whose hours are over; their credentials expired by themselves."""
    over = GuestStay.objects.filter(until__lte=now).values("member")
    return Authorisation.objects.live().filter(member__in=over).update(ended_at=now)
