"""What equity forgets, tells of a person and erases (``byod.actions.privacy`` calls it).

A request that is served loses its pupil as soon as no loan leads to it any more: its moment is the
loan's, and would lead back to the device. What the fair order needs later (served how often, which
years one waited) stands on ``ServedPupil``, which knows no device and no line.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from byod.models.equity.line_loans import LineLoan, LineLoanState
from byod.models.equity.requests import WAITING, LoanRequest, RequestState
from byod.models.equity.rounds import RoundPlace
from byod.models.equity.served import ServedPupil
from byod.models.loans.loans import Loan
from byod.models.people.members import Equipment, Member
from byod.rules.equity.years import school_year

FORGOTTEN = "–"
"""Stands where a reason was."""


@transaction.atomic
def forget(now: dt.datetime) -> dict[str, int]:
    """Apply the retention settings: purpose → rows forgotten. Twice forgets nothing more."""
    lines = _unlink_lines(
        LineLoan.objects.filter(
            state=LineLoanState.RETURNED,
            unlinked_at=None,
            returned_at__lte=now - dt.timedelta(days=settings.KEEP_LOAN_IDENTITY_DAYS),
        ),
        now,
    )
    return {"loans": lines, "requests": _forget_requests(_due(now))}


def _due(now: dt.datetime) -> Any:
    """Requests that must forget their pupil by now."""
    before = now - dt.timedelta(days=settings.KEEP_REQUEST_DAYS)
    ended = (RequestState.REFUSED, RequestState.WITHDRAWN)
    leads = (
        Exists(Loan.objects.filter(request=OuterRef("pk"))),
        Exists(LineLoan.objects.filter(request=OuterRef("pk"))),
    )
    # the year in which the retention of what nobody decided or served has run out
    over = school_year(timezone.localdate(before))
    return LoanRequest.objects.filter(member__isnull=False).filter(
        Q(state__in=ended, decided_at__lte=before)
        | Q(state__in=WAITING, year__lt=over)
        | Q(state=RequestState.SERVED) & ~leads[0] & ~leads[1]
    )


def _forget_requests(rows: Any) -> int:
    keys = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    _keep_waited(keys)
    found = LoanRequest.objects.filter(pk__in=keys)
    found.filter(state__in=(RequestState.REFUSED, RequestState.WITHDRAWN)).update(reason=FORGOTTEN)
    found.exclude(state__in=(RequestState.REFUSED, RequestState.WITHDRAWN)).update(reason="")
    RoundPlace.objects.filter(request__in=keys).update(request=None)
    return found.update(
        member=None, proposal_why="", exception_why="", exception_by=None, decided_by=None
    )


def _keep_waited(keys: list[int]) -> None:
    """The years in which a pupil asked and was not served, before the request forgets them."""
    rows = LoanRequest.objects.filter(pk__in=keys, state__in=WAITING).order_by()
    years: dict[int, set[int]] = defaultdict(set)
    for member, year in rows.values_list("member", "year"):
        if member is not None:
            years[member].add(year)
    ServedPupil.objects.bulk_create(
        (ServedPupil(member_id=member) for member in years), ignore_conflicts=True
    )
    held = ServedPupil.objects.select_for_update().filter(member__in=years)
    changed = list(held)
    for one in changed:
        one.waited_years = sorted({*one.waited_years, *years[one.member_id]})
    ServedPupil.objects.bulk_update(changed, ["waited_years"])


def _unlink_lines(rows: Any, now: dt.datetime) -> int:
    """A line's loan stays, without the pupil, the request, the household and what was asked."""
    keys = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    return LineLoan.objects.filter(pk__in=keys).update(
        borrower=None, request=None, household="", unlinked_at=now
    )


def export_of(member: Member) -> dict[str, Any]:
    """All that is kept of a person here, JSON-able, for the person (GDPR, article 15)."""
    served = ServedPupil.objects.filter(member=member).first()
    requests = LoanRequest.objects.filter(member=member).order_by("asked_at")
    lines = LineLoan.objects.filter(borrower=member).select_related("line__plan__operator")
    return {
        "equipment_at_home": member.get_equipment_display(),
        "served_times": served.times if served else 0,
        "last_served_year": served.last_year if served else None,
        "waited_years": served.waited_years if served else [],
        "requests": [
            {
                "year": row.year,
                "device": row.wants_device,
                "charger": row.wants_charger,
                "connection": row.wants_line,
                "state": row.get_state_display(),
                "asked_at": row.asked_at.isoformat(),
                "decided_at": row.decided_at.isoformat() if row.decided_at else None,
                "reason": row.reason,
                "served_at": row.served_at.isoformat() if row.served_at else None,
                "put_first_because": row.exception_why,
            }
            for row in requests
        ],
        "connections": [
            {
                "what": row.line.get_kind_display(),
                "label": row.line.label,
                "plan": str(row.line.plan),
                "lent_at": row.out_at.isoformat(),
                "due_on": row.due_on.isoformat(),
                "returned_at": row.returned_at.isoformat() if row.returned_at else None,
            }
            for row in lines
        ],
    }


@transaction.atomic
def erase(member: Member, now: dt.datetime) -> dict[str, int]:
    """Forget a person at once (article 17); statistics keep their count. Purpose → rows.

    A line that is still out keeps its borrower until it is back: it has an owner who asks for it.
    """
    returned = LineLoan.objects.filter(borrower=member, state=LineLoanState.RETURNED)
    waiting = LoanRequest.objects.select_for_update().filter(member=member, state__in=WAITING)
    waiting.update(state=RequestState.WITHDRAWN, reason=FORGOTTEN, decided_at=now)
    out = LineLoan.objects.out().filter(borrower=member, request=OuterRef("pk"))
    mine = LoanRequest.objects.filter(member=member).exclude(Exists(out))
    Member.objects.filter(pk=member.pk).update(equipment=Equipment.UNKNOWN)
    served, _each = ServedPupil.objects.filter(member=member).delete()
    return {
        "loans": _unlink_lines(returned, now),
        "requests": _forget_requests(mine) + served,
    }
