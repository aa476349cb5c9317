"""What a pupil or a guardian sees of their requests and lines, on the page of self-service."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from byod.equity_words import request_look, wants_words
from byod.models.equity.line_loans import LineLoan
from byod.models.equity.lines import LineKind
from byod.models.equity.requests import WAITING, LoanRequest
from byod.models.people.members import Member, MemberKind
from byod.rules.equity.years import school_year, year_words
from schools.sealed import unseal


def my_requests(member: Member, *, as_guardian: bool) -> dict[str, Any] | None:
    """The context of ``byod/equity/_mine.html``; None where there is nothing to say."""
    if member.kind != MemberKind.PUPIL or member.left_on is not None:
        return None
    year = school_year(timezone.localdate())
    rows = list(LoanRequest.objects.filter(member=member).order_by("-year", "-asked_at")[:5])
    lines = LineLoan.objects.out().filter(borrower=member).select_related("line__plan__operator")
    return {
        "requests": [
            (row, request_look(row), wants_words(row), year_words(row.year)) for row in rows
        ],
        "waiting": next((r for r in rows if r.state in WAITING and r.year == year), None),
        "lines": [(loan, _code(loan)) for loan in lines],
        "as_guardian": as_guardian,
    }


def _code(loan: LineLoan) -> str:
    """The code of a voucher that is in their hands."""
    if loan.line.kind != LineKind.VOUCHER or not loan.line.sealed:
        return ""
    return str(unseal(loan.line.sealed).get("code", ""))
