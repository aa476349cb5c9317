from __future__ import annotations

import datetime as dt

from schools.chain import Verdict, verify
from schools.models import AuditCheck

WHOLE_EVERY = dt.timedelta(days=7)
"""Once a week from the first entry on; the other nights what came since the last look."""


def verify_journal(now: dt.datetime) -> AuditCheck:
    """Look whether the chain holds, and write down how far. A break stays the latest word.

    The look begins behind the last one that held, and wants its head in the chain still.
    """
    good = AuditCheck.objects.filter(broken="")
    last = good.order_by("-at", "-pk").first()
    whole = not good.filter(first=1, at__gt=now - WHOLE_EVERY).exists()
    if last is None or whole:
        head = f"{last.last}:{last.digest}" if last and last.last else ""
        return write_down(verify(head=head), now)
    if last.last == 0:
        return write_down(verify(), now)
    verdict = verify(last.last, head=f"{last.last}:{last.digest}")
    return write_down(verdict, now)


def write_down(verdict: Verdict, now: dt.datetime) -> AuditCheck:
    """Keep the verdict for the pages and for /metrics."""
    head = verdict.head
    return AuditCheck.objects.create(
        at=now,
        first=verdict.first,
        last=head.sequence if head else 0,
        digest=head.digest if head else "",
        broken=str(verdict.broken or "")[:300],
    )
