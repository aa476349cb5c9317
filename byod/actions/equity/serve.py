"""What was granted is in the pupil's hands. ``loans`` calls this when it hands out, and undoes."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from byod.models.equity.requests import LoanRequest, RequestState
from byod.models.equity.served import ServedPupil
from inventory.access import DecisionImpossible
from schools.live import announce


@transaction.atomic
def serve_request(request: LoanRequest, now: dt.datetime) -> LoanRequest:
    """Note that a granted request is served, and that its pupil was. Served twice changes nothing.

    Call it in the transaction of the loan: the loan writes the line of the journal. A request of
    which only a part was served stays granted: do not call. Raises DecisionImpossible where the
    head has not granted it.
    """
    row = LoanRequest.objects.select_for_update().get(pk=request.pk)
    if row.state == RequestState.SERVED:
        return row
    if row.state != RequestState.GRANTED:
        raise DecisionImpossible(
            _("Cette demande est %(state)s\u00a0: la direction l’accorde avant la remise.")
            % {"state": row.get_state_display()}
        )
    row.state, row.served_at = RequestState.SERVED, now
    row.save(update_fields=["state", "served_at"])
    if row.member_id is not None:
        _count(row.member_id, row.year)
    announce("loan_request", row.pk, site=row.site_id)
    return row


@transaction.atomic
def unserve_request(request: LoanRequest) -> LoanRequest:
    """Take it back: what was handed out by mistake was not. A request not served is left alone.

    Raises DecisionImpossible where the pupil has asked anew meanwhile.
    """
    row = LoanRequest.objects.select_for_update().get(pk=request.pk)
    if row.state != RequestState.SERVED:
        return row
    row.state, row.served_at = RequestState.GRANTED, None
    try:
        with transaction.atomic():
            row.save(update_fields=["state", "served_at"])
    except IntegrityError:
        raise DecisionImpossible(
            _("L’élève a fait une nouvelle demande entre-temps\u00a0: décidez-la d’abord.")
        ) from None
    if row.member_id is not None:
        _uncount(row.member_id)
    announce("loan_request", row.pk, site=row.site_id)
    return row


def _count(member: int, year: int) -> None:
    ServedPupil.objects.get_or_create(member_id=member)
    ServedPupil.objects.filter(member=member).update(times=F("times") + 1, last_year=year)


def _uncount(member: int) -> None:
    rows = ServedPupil.objects.select_for_update().filter(member=member, times__gt=0)
    for one in rows:
        one.times -= 1
        before = LoanRequest.objects.filter(member=member, state=RequestState.SERVED)
        years = before.order_by("-year").values_list("year", flat=True)
        one.last_year = (years.first() or one.last_year) if one.times else None
        one.save(update_fields=["times", "last_year"])
