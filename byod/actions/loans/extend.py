"""Another due date: one loan, or those of a class that go on into the next school year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.loans.desk import can_lend
from byod.loan_days import due_day
from byod.models.loans.loans import TAKEN, Loan
from inventory.access import DecisionImpossible, require
from schools.actions.audit import JournalLine, record_actions
from schools.live import announce_many
from schools.models import User

LONGEST = dt.timedelta(days=800)
"""A loan may be prolonged over the next school year, not for ever."""


@transaction.atomic
def extend_loans(user: User, keys: Iterable[int], due_on: dt.date) -> list[Loan]:
    """Those that are out or reserved are due on the first school day from ``due_on`` on.

    Raises DecisionRefused, DecisionImpossible; Loan.DoesNotExist where none of them is seen.
    """
    today = timezone.localdate()
    if not today < due_on <= today + LONGEST:
        raise DecisionImpossible(_("Choisissez un jour à venir, dans les deux ans."))
    seen = Loan.objects.visible_to(user).select_for_update(of=("self",))
    rows = list(
        seen.filter(pk__in=[*keys], state__in=TAKEN)
        .select_related("site__school", "item__device")
        .order_by("pk")
    )
    if not rows:
        raise Loan.DoesNotExist
    for site in {row.site for row in rows}:
        require(can_lend(user, site))
    days = {row.site_id: due_day(row.site, due_on, today) for row in rows}
    lines = []
    for row in rows:
        before, row.due_on = row.due_on, days[row.site_id]
        told = {"due_on": row.due_on.isoformat()}
        was = {"due_on": before.isoformat()}
        lines.append(JournalLine("extend_loan", row, site=row.site, before=was, after=told))
    Loan.objects.bulk_update(rows, ["due_on"])
    record_actions(user, lines)
    announce_many([{"topic": "loan", "id": row.pk, "site": row.site_id} for row in rows])
    return rows
