"""What a file does to the drawing right of its site, where its call uses it."""

from __future__ import annotations

import datetime as dt

from inventory.grants.models.calls.applications import Application
from schools.models import User


def reserve_for(application: Application, user: User, number: int, now: dt.datetime) -> None:
    """Set the amount aside. Raises DecisionImpossible where the right does not suffice."""


def void_for(application: Application, user: User, now: dt.datetime, why: str) -> None:
    """Give back what is still set aside."""


def commit_for(application: Application, user: User, now: dt.datetime) -> None:
    """What was granted is engaged; the difference comes free."""
