"""Prepare a class: a device for each granted request, in the order in which they were made."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef

from byod.access.loans.desk import can_lend
from byod.actions.loans.reserve import release_device, reserve_device
from byod.models.equity.requests import LoanRequest, RequestState
from byod.models.loans.loans import TAKEN, Loan, LoanState
from byod.models.people.members import SchoolClass
from inventory.access import DecisionImpossible, require
from schools.models import User


@transaction.atomic
def prepare_class(user: User, class_pk: int, due_on: dt.date) -> tuple[int, int]:
    """How many devices are set aside, and how many requests found none. Twice sets none aside more.

    Raises SchoolClass.DoesNotExist where unseen, DecisionRefused.
    """
    rows = SchoolClass.objects.visible_to(user).select_for_update(of=("self",))
    row = rows.select_related("site__school").get(pk=class_pk)
    require(can_lend(user, row.site))
    held = Loan.objects.filter(request=OuterRef("pk"), state__in=TAKEN)
    waiting = LoanRequest.objects.filter(
        member__school_class=row, member__left_on=None, state=RequestState.GRANTED,
        wants_device=True,
    ).exclude(Exists(held))  # fmt: skip
    keys = list(waiting.order_by("asked_at", "pk").values_list("pk", flat=True))
    done = 0
    for key in keys:
        try:
            with transaction.atomic():
                reserve_device(user, key, None, due_on)
        except DecisionImpossible:
            break  # the pools are empty: the next ones would find nothing either
        done += 1
    return done, len(keys) - done


@transaction.atomic
def release_class(user: User, class_pk: int) -> int:
    """Let the devices go that were set aside for a class and not handed out."""
    row = SchoolClass.objects.visible_to(user).get(pk=class_pk)
    kept = Loan.objects.visible_to(user).filter(
        borrower__school_class=row, state=LoanState.RESERVED
    )
    keys = list(kept.values_list("pk", flat=True))
    for key in keys:
        release_device(user, key)
    return len(keys)
