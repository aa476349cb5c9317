"""Who sponsors a guest, and who ends a stay."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from byod.access.people.members import can_run
from byod.models.people.guests import GuestStay
from byod.models.people.members import Member, MemberKind
from schools.models import Site, User
from schools.rules import Allowed, Answer, Refused


def can_sponsor(user: User, site: Site) -> Answer:
    """The school's people, and every teacher of the site who has an account."""
    if can_run(user, site):
        return Allowed()
    teaches = Member.objects.present().filter(user=user, site=site, kind=MemberKind.TEACHER)
    if teaches.exists():
        return Allowed()
    return Refused(_("Un invité est accueilli par quelqu’un de l’école."))


def can_sponsor_somewhere(sites: Sequence[Site]) -> Answer:
    """Whether there is a site at all where the person may sponsor somebody."""
    if sites:
        return Allowed()
    return Refused(_("Un invité est accueilli par quelqu’un de l’école."))


def can_end_stay(user: User, stay: GuestStay) -> Answer:
    """Whoever sponsors it, and the school's people."""
    if stay.sponsor_id == user.pk:
        return Allowed()
    return can_run(user, stay.site)
