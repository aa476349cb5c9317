"""What network forgets, tells of a person and erases (``byod.actions.privacy`` calls it)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from byod.models.people.members import Member


def forget(now: dt.datetime) -> dict[str, int]:
    """Apply the retention settings: purpose → rows forgotten. Twice forgets nothing more."""
    return {}


def export_of(member: Member) -> dict[str, Any]:
    """All that is kept of a person here, JSON-able, for the person (GDPR, article 15)."""
    return {}


def erase(member: Member, now: dt.datetime) -> dict[str, int]:
    """Forget a person at once (article 17); statistics keep their count. Purpose → rows."""
    return {}
