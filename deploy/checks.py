"""System checks of a deployment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import Error as DatabaseError
from django.db import transaction


@register(Tags.database)
def no_demo_passwords(
    *,
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """Refuse a production database in which somebody can sign in with a published password.

    Runs wherever Django asks the database: at ``migrate`` and ``check --database default``.
    """
    if settings.DEMO_PASSWORDS or not databases:
        return []
    from deploy.lab.accounts import DEMO_ACCOUNTS  # noqa: PLC0415  the lab is no part of the site

    demo = {account.email: account.password for account in DEMO_ACCOUNTS}
    people = get_user_model()._default_manager.filter(email__in=demo, is_active=True)
    try:
        with transaction.atomic():
            rows = list(people.values_list("email", "password"))
    except DatabaseError:
        return []  # no tables yet: nobody can sign in
    opened = [email for email, stored in rows if check_password(demo[email], stored)]
    if not opened:
        return []
    return [
        Error(
            f"{len(opened)} accounts have the published demo password: {', '.join(opened)}.",
            hint="Deactivate them or give them another password.",
            id="preau.E001",
        )
    ]
