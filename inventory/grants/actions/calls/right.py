"""What a file does to the drawing right of its site, where its call uses it."""

from __future__ import annotations

import datetime as dt

from inventory.grants.actions.rights import ledger
from inventory.grants.models.calls.applications import Application
from schools.models import User


def reserve_for(application: Application, user: User, number: int, now: dt.datetime) -> None:
    """Set the amount aside. Raises Overdrawn, NotUsable where the right does not suffice."""
    if application.version.uses_right and application.amount:
        key = f"{application.cause}:reserve:{number}"
        ledger.reserve(application.site, application.amount, application.cause, key, user, now)


def void_for(application: Application, user: User, now: dt.datetime, why: str) -> None:
    """Give back what is still set aside."""
    if application.version.uses_right:
        number = application.submissions.count()
        ledger.void(application.cause, f"{application.cause}:void:{number}", user, now, why)


def commit_for(application: Application, user: User, now: dt.datetime) -> None:
    """What was granted is engaged; the difference comes free. Raises Overdrawn, NotUsable."""
    if application.version.uses_right and application.amount:
        key = f"{application.cause}:commit"
        ledger.commit(application.cause, application.amount, key, user, now)
