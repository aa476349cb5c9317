"""A pupil needs a device, a line or both: asked by the family, or by the school for them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.equity.requests import can_prepare
from byod.models.equity.requests import WAITING, AskedBy, LoanRequest
from byod.models.people.members import Member, MemberKind
from byod.rules.equity.years import school_year
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User


@dataclass(frozen=True, slots=True)
class Wants:
    """What is needed: at least a device or a line. A charger alone is no request."""

    device: bool = True
    charger: bool = True
    line: bool = False


@transaction.atomic
def ask_request(
    member: Member, wants: Wants, *, by: User | None, asked_by: AskedBy | None = None
) -> LoanRequest:
    """Ask for this school year; asked again while it waits, the first request is completed.

    ``by`` None: the pupil or a guardian, at the door of self-service. Raises Member.DoesNotExist
    where ``by`` does not see the pupil, DecisionRefused, DecisionImpossible.
    """
    seen = Member.objects.visible_to(by) if by else Member.objects.all()
    here = seen.select_for_update(of=("self",)).select_related("site__school").get(pk=member.pk)
    if by is not None:
        require(can_prepare(by, here.site))
    if here.kind != MemberKind.PUPIL or here.left_on is not None:
        raise DecisionImpossible(_("Seul un élève présent à l’école peut demander un prêt."))
    if not (wants.device or wants.line):
        raise DecisionImpossible(_("Cochez un appareil, une connexion, ou les deux."))
    year = school_year(timezone.localdate())
    if (known := _waiting(here, year)) is not None:
        return _completed(known, wants, by)
    row = LoanRequest(
        site=here.site,
        member=here,
        school_class_id=here.school_class_id,
        year=year,
        wants_device=wants.device,
        wants_charger=wants.device and wants.charger,
        wants_line=wants.line,
        asked_by=asked_by or (AskedBy.SCHOOL if by else AskedBy.FAMILY),
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # the other door was faster
        return _completed(LoanRequest.objects.waiting().get(member=here, year=year), wants, by)
    record_action(by, "ask_loan", row, site=here.site, after=_told(row))
    announce("loan_request", row.pk, site=here.site_id)
    return row


def _waiting(member: Member, year: int) -> LoanRequest | None:
    rows = LoanRequest.objects.filter(member=member, year=year, state__in=WAITING)
    return rows.select_for_update().first()


def _completed(row: LoanRequest, wants: Wants, by: User | None) -> LoanRequest:
    """What was not asked before is added; nothing is taken away by asking again."""
    before = _told(row)
    row.wants_device |= wants.device
    row.wants_charger |= wants.device and wants.charger
    row.wants_line |= wants.line
    if (after := _told(row)) != before:
        row.save(update_fields=["wants_device", "wants_charger", "wants_line"])
        record_action(by, "complete_loan_request", row, site=row.site, before=before, after=after)
    return row


def _told(row: LoanRequest) -> dict[str, bool]:
    """For the journal: what, never who."""
    return {"device": row.wants_device, "charger": row.wants_charger, "line": row.wants_line}
