"""What a pupil or a guardian sees of their loans, on the page of self-service."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from byod.actions.loans.sign_terms import terms_for
from byod.loan_words import badge_of
from byod.models.loans.loans import Loan
from byod.models.people.members import Member


def my_loans(member: Member, *, as_guardian: bool) -> dict[str, Any] | None:
    """The context of ``byod/loans/_mine.html``; None where there is nothing to say."""
    rows = (
        Loan.objects.out()
        .filter(borrower=member)
        .select_related("site__school", "item__device__product", "charger__device", "signature")
    )
    loans = list(rows.order_by("due_on", "pk")[:5])
    if not loans:
        return None
    terms = terms_for(loans[0])
    today = timezone.localdate()
    return {
        "loans": [
            {
                "loan": loan,
                "badge": badge_of(loan, today),
                "signed": getattr(loan, "signature", None),
                "to_sign": terms is not None and getattr(loan, "signature", None) is None,
                "may_sign": as_guardian or not member.needs_guardian,
            }
            for loan in loans
        ]
    }
