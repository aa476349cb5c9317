"""People of a school, made for the tests of this part."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from byod.models.people.identities import Identity, Named
from byod.models.people.members import Authorisation, Member, MemberKind, SchoolClass
from schools.models import Site


def make_class(site: Site, name: str = "3B", year: int = 2026) -> SchoolClass:
    return SchoolClass.objects.get_or_create(site=site, name=name, year=year)[0]


def make_pupil(
    site: Site,
    given: str = "Léa",
    family: str = "Exemple",
    *,
    authorised: bool = False,
    **extra: Any,
) -> Member:
    """A pupil with a name; ``authorised`` as a school that asks no charter does it."""
    told = {name: extra.pop(name) for name in list(extra) if name.startswith("guardian_")}
    values = {"kind": MemberKind.PUPIL, "school_class": make_class(site)} | extra
    member = Member.objects.create(site=site, **values)
    row = Identity(member=member)
    row.store(Named(given, family, **told))
    row.save()
    if authorised:
        now = timezone.now()
        Authorisation.objects.create(member=member, accepted_at=now, guardian_at=now)
    return member
