"""Classes, pupils and requests for tests."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.utils import timezone

from byod.models.equity.lines import Line
from byod.models.equity.operators import LineOperator, LinePlan
from byod.models.equity.requests import LoanRequest
from byod.models.loans.pools import LoanPool
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


def make_plan(door: str = "file", **operator: Any) -> LinePlan:
    """A plan of an operator of its own."""
    told = {"name": f"Opérateur {uuid.uuid4().hex[:6]}", "door": door} | operator
    return LinePlan.objects.create(
        operator=LineOperator.objects.create(**told),
        name="40 Go",
        data_gb=40,
        month_eur=Decimal(12),
        valid_from=dt.date(2026, 1, 1),
    )


def make_line(site: Site, n: int = 1, plan: LinePlan | None = None, **extra: Any) -> Line:
    """A SIM card in a pool of the site's school."""
    pool = (
        extra.pop("pool", None)
        or LoanPool.objects.get_or_create(school=site.school, defaults={"name": "Connexions"})[0]
    )
    values = {"kind": "sim", "pool": pool, "plan": plan or make_plan(), "label": f"SIM-{n:02d}"}
    return Line.objects.create(**(values | {"iccid": iccid(n)} | extra))
