"""Read names: the only way from a pseudonym to a person, and it writes down who took it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction

from byod.access.people.members import can_read_names
from byod.models.people.identities import Identity, IdentityReading, Named
from byod.models.people.members import Member
from inventory.access import require
from schools.actions.audit import SYSTEM
from schools.models import Site, User


@transaction.atomic
def names_of(user: User, members: Iterable[Member], why: str) -> dict[int, Named]:
    """The names behind these members, by their key, for a purpose (``class_list``, ``letter``…).

    Three queries for any number of members. A member without a name left (forgotten) is absent.
    One IdentityReading per site; one's own name leaves none. Raises DecisionRefused when one of
    them is of a site whose names the person may not read: nothing is told then.
    """
    by_site: dict[int, list[int]] = defaultdict(list)
    own: list[int] = []
    for member in members:
        if member.user_id == user.pk:
            own.append(member.pk)
        else:
            by_site[member.site_id].append(member.pk)
    for site in Site.objects.select_related("school").filter(pk__in=by_site):
        require(can_read_names(user, site))
    asked = [pk for keys in by_site.values() for pk in keys] + own
    rows = Identity.objects.filter(member__in=asked)
    found = {row.member_id: row.named for row in rows}
    IdentityReading.objects.bulk_create(
        IdentityReading(
            site_id=site, reader=user, reader_text=str(user)[:150], why=why, members=keys
        )
        for site, keys in by_site.items()
        if any(pk in found for pk in keys)
    )
    return found


@transaction.atomic
def names_for_letters(members: Iterable[Member], why: str) -> dict[int, Named]:
    """The names that the platform itself needs to write a letter; told in the register of readings
    as ours. One IdentityReading per site."""
    by_site: dict[int, list[int]] = defaultdict(list)
    for member in members:
        by_site[member.site_id].append(member.pk)
    asked = [pk for keys in by_site.values() for pk in keys]
    found = {row.member_id: row.named for row in Identity.objects.filter(member__in=asked)}
    IdentityReading.objects.bulk_create(
        IdentityReading(site_id=site, reader=None, reader_text=SYSTEM, why=why, members=keys)
        for site, keys in by_site.items()
        if any(pk in found for pk in keys)
    )
    return found


def given_names_for_family(members: Iterable[Member]) -> dict[int, str]:
    """Given names of a guardian's children, to tell them apart on their own page.

    They came by a letter that told the same names: like one's own, it leaves no reading.
    """
    rows = Identity.objects.filter(member__in=list(members))
    return {row.member_id: row.named.given_name for row in rows}
