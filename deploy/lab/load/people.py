"""The people of the demo, each with a role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.hashers import make_password

from deploy.lab.accounts import PASSWORD, DemoAccount
from schools.models import Authority, Role, School, Site, User

SINCE = dt.date(2025, 9, 1)


def load_people(accounts: Iterable[DemoAccount], sites: Mapping[str, Site]) -> int:
    """Make who is missing; return how many were made. Known people keep their password."""
    wanted = list(accounts)
    known = set(User.objects.filter(email__in=[a.email for a in wanted]).values_list("email"))
    missing = [account for account in wanted if (account.email,) not in known]
    if not missing:
        return 0
    # One slow hash for all: the password is public anyway.
    password = make_password(PASSWORD)
    for account in missing:
        _make_person(account, password, sites)
    return len(missing)


def _make_person(account: DemoAccount, password: str, sites: Mapping[str, Site]) -> None:
    administers = not account.role
    user = User.objects.create(
        email=account.email,
        full_name=account.name,
        phone=account.phone,
        language=account.language,
        password=password,
        is_staff=administers,
        is_superuser=administers,
    )
    if account.role:
        Role.objects.create(
            user=user, kind=account.role, from_on=SINCE, **_scope(account.scope, sites)
        )


def _scope(scope: tuple[str, str], sites: Mapping[str, Site]) -> dict[str, Any]:
    field, key = scope
    if field == "region":
        return {"region": True}
    if field == "site":
        return {"site": sites[key]}
    if field == "school":
        return {"school": School.objects.get(number=key)}
    if field == "authority":
        return {"authority": Authority.objects.get(fase_number=key)}
    return {field: key}
