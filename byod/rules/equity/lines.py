"""Numbers of SIM cards, and lines that nobody uses. Values in, values out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

NOTICE_STEPS = ("pupil", "guardian", "school")
"""Who is asked first whether an unused line is still needed."""


def clean_iccid(text: str) -> str:
    """Digits only: as printed on the card, with spaces, dashes or a last F of padding."""
    plain = "".join(sign for sign in text.strip() if sign not in " -.\u00a0\u202f")
    return plain[:-1] if plain[-1:] in "fF" and len(plain) == 20 else plain


def iccid_fault(iccid: str) -> str:
    """Why this is no ICCID (ITU-T E.118): ``length``, ``issuer``, ``check``; empty when it is one.

    19 or 20 digits that begin with 89 (telecommunications); the last is the Luhn check digit.
    """
    if not (iccid.isdecimal() and iccid.isascii() and 19 <= len(iccid) <= 20):
        return "length"
    if not iccid.startswith("89"):
        return "issuer"
    return "" if luhn(iccid) else "check"


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B: from the right, every second digit doubled; the sum ends in 0."""
    total = 0
    for place, sign in enumerate(reversed(digits)):
        value = int(sign) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


@dataclass(frozen=True, slots=True)
class LineUse:
    """What is known of the use of a line that is lent."""

    out_on: dt.date
    last_used_month: dt.date | None
    """First day of the last month with a megabyte; None: never since it is lent."""
    reported_until: dt.date | None
    """Last day that the operator's reports cover; None: no report, so nothing is known."""


def idle_days(use: LineUse) -> int | None:
    """Days without use up to the last report; None where no report says anything.

    No report is not « no use ». A month with traffic counts as used until its last day.
    """
    if use.reported_until is None or use.reported_until <= use.out_on:
        return None
    since = use.out_on
    if use.last_used_month is not None:
        since = max(since, month_end(use.last_used_month))
    return max((use.reported_until - since).days, 0)


def month_end(first: dt.date) -> dt.date:
    """The last day of a month."""
    following = (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return following - dt.timedelta(days=1)


def next_step(told: dict[str, dt.date], today: dt.date, gap_days: int) -> str | None:
    """Whom to ask next: each step when the one before was asked ``gap_days`` ago; None: wait."""
    before: dt.date | None = None
    for step in NOTICE_STEPS:
        if step not in told:
            waits = before is not None and (today - before).days < gap_days
            return None if waits else step
        before = told[step]
    return None


RETRY_S = (60, 300, 1800, 7200, 21600)
"""When an order that the operator did not take is tried again; then a person looks."""


def retry_after(tries: int) -> dt.timedelta | None:
    """After so many tries; None: given up, shown as not confirmed."""
    return dt.timedelta(seconds=RETRY_S[tries - 1]) if 1 <= tries <= len(RETRY_S) else None
