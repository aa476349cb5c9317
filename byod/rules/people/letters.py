"""Letters to families: when one is repeated, and what an answer of the mail server means."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

AGAIN = dt.timedelta(hours=24)
"""A bulk act writes nobody twice in so long; « renvoyer » on one person does."""
TRIES = 5
LATER = dt.timedelta(minutes=20)
"""Times the tries so far: 20 minutes, 40, an hour… (RFC 5321, section 4.5.4.1)."""


class Answer(StrEnum):
    """What to do after the server did not take a letter."""

    LATER = "later"
    FAILED = "failed"


def answer_of(code: int, tries: int) -> Answer:
    """4xx is « not now », unless it was said often enough; 5xx is « never » (RFC 5321, 4.2.1)."""
    return Answer.LATER if 400 <= code < 500 and tries < TRIES else Answer.FAILED


def due_for_reminder(
    sent_at: dt.datetime, reminders: int, now: dt.datetime, *, days: int, times: int
) -> bool:
    """Whether somebody who did not answer a letter is asked again: after ``days``, ``times`` at
    most. 0 days: never."""
    return days > 0 and reminders < times and now >= sent_at + dt.timedelta(days=days)
