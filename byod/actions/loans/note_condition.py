"""Note the condition of a device at hand-out and at return, with photos that stay with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from byod.access.loans.desk import can_lend
from byod.actions.loans.writing import lock_loan, record
from byod.models.loans.conditions import PARTS, Grade, LoanCheck, LoanPhoto, Moment
from byod.models.loans.loans import Loan, LoanState
from byod.rules.loans.condition import worse
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.models import User
from schools.photos import reencode


@transaction.atomic
def note_condition(user: User, loan_pk: int, moment: str, grades: Mapping[str, str]) -> list[str]:
    """Write the grade of each part; said again, it replaces. The parts that came back damaged.

    Raises Loan.DoesNotExist, DecisionRefused, DecisionImpossible before the device left, or at
    return before it is back.
    """
    loan = lock_loan(user, loan_pk)
    require(can_lend(user, loan.site))
    _require_moment(loan, moment)
    values = {part: grades[part] for part in PARTS if grades.get(part) in Grade.values}
    check, _made = LoanCheck.objects.update_or_create(
        loan=loan, moment=moment, defaults={**values, "by": user}
    )
    check.refresh_from_db()
    record_action(user, "note_condition", loan, site=loan.site, after=_grades(check))
    return damaged_parts(loan) if moment == Moment.BACK else []


def grade_return(user: User, loan_pk: int, grade: str) -> Loan:
    """One grade for the whole device, from the desk; ``0``: as it left."""
    loan = Loan.objects.visible_to(user).select_related("item__device").get(pk=loan_pk)
    if grade in Grade.values:
        note_condition(user, loan_pk, Moment.BACK, dict.fromkeys(PARTS[:-1], grade))
    else:
        left = grades_at(loan, Moment.OUT)
        note_condition(user, loan_pk, Moment.BACK, left)
    return loan


def grades_at(loan: Loan, moment: str) -> dict[str, str]:
    """The grade of each part; « bon » where nobody noted any."""
    check = loan.checks.filter(moment=moment).first()
    return _grades(check) if check else dict.fromkeys(PARTS, str(Grade.GOOD))


def damaged_parts(loan: Loan) -> list[str]:
    """What came back damaged and did not leave so; nothing until the return was noted."""
    if not loan.checks.filter(moment=Moment.BACK).exists():
        return []
    return worse(grades_at(loan, Moment.OUT), grades_at(loan, Moment.BACK))


def _grades(check: LoanCheck) -> dict[str, str]:
    return {part: str(getattr(check, part)) for part in PARTS}


def _require_moment(loan: Loan, moment: str) -> None:
    if moment == Moment.OUT and loan.state not in (LoanState.OUT, LoanState.RESERVED):
        raise DecisionImpossible(_("L’état à la remise se note tant que l’appareil est prêté."))
    if moment == Moment.BACK and loan.state != LoanState.RETURNED:
        raise DecisionImpossible(_("L’état au retour se note une fois l’appareil rendu."))


def add_photo(user: User, loan_pk: int, moment: str, file: IO[bytes], size: int) -> LoanPhoto:
    """A photo of the device: made smaller, rid of place and camera. Raises PhotoRefused, and as
    :func:`note_condition`."""
    picture = reencode(file, size)
    with transaction.atomic():
        loan = lock_loan(user, loan_pk)
        require(can_lend(user, loan.site))
        row = LoanPhoto(item=loan.item, loan=loan, site=loan.site, moment=Moment(moment))
        row.photo.save("photo.jpg", ContentFile(picture), save=False)
        row.save()
        record(user, "add_loan_photo", loan)
    return row
