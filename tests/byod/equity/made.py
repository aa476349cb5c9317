"""Classes, pupils and requests for tests."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from byod.models.equity.requests import LoanRequest
from byod.models.people.members import Equipment, Member, MemberKind, SchoolClass
from byod.rules.equity.years import school_year
from schools.models import Site


def this_year() -> int:
    return school_year(timezone.localdate())


def make_class(site: Site, name: str = "3B", year: int | None = None) -> SchoolClass:
    return SchoolClass.objects.create(site=site, name=name, year=year or this_year())


def make_pupil(school_class: SchoolClass, equipment: str = Equipment.NO_DEVICE) -> Member:
    return Member.objects.create(
        site=school_class.site,
        kind=MemberKind.PUPIL,
        school_class=school_class,
        equipment=equipment,
    )


def make_request(member: Member, **extra: Any) -> LoanRequest:
    values = {
        "site": member.site,
        "member": member,
        "school_class": member.school_class,
        "year": this_year(),
    }
    return LoanRequest.objects.create(**(values | extra))


def iccid(n: int) -> str:
    """A Belgian number with its check digit: 89 32 + 14 digits + Luhn."""
    start = f"8932{n:014d}"
    total = sum(
        sum(divmod(int(sign) * (2 if place % 2 == 0 else 1), 10))
        for place, sign in enumerate(reversed(start))
    )
    return f"{start}{-total % 10}"
