from __future__ import annotations

import datetime as dt

from schools.models import Session, SharedCount


def clear_sessions(now: dt.datetime) -> tuple[int, int]:
    """Delete sessions and shared counts that are over. Returns how many of each.

    Neither is a loss: a session that is over opens nothing, a count that is over counts nothing.
    """
    sessions, _ = Session.sessions.filter(expire_date__lt=now).delete()
    counts, _ = SharedCount.objects.filter(expires__lt=now).delete()
    return sessions, counts
