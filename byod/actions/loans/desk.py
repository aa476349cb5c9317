"""The session of a clerk at the desk: begun, changed, ended."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.loans.desk import can_lend
from byod.loan_days import due_day
from byod.models.loans.desks import DeskMode, LoanDesk
from byod.models.people.members import Member, SchoolClass
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Site, User


@transaction.atomic
def open_desk(
    user: User,
    site_pk: int,
    due_on: dt.date,
    *,
    mode: str = DeskMode.LEND,
    school_class: int | None = None,
) -> LoanDesk:
    """One's session at the site; the one that is open already is carried on.

    Raises Site.DoesNotExist where unseen, DecisionRefused.
    """
    seen = Site.objects.visible_to(user).select_for_update(of=("self",), no_key=True)
    site = seen.select_related("school").get(pk=site_pk)
    require(can_lend(user, site))
    known = LoanDesk.objects.open().filter(clerk=user, site=site).first()
    if known is not None:
        return known
    made = LoanDesk.objects.create(
        site=site,
        clerk=user,
        mode=mode,
        school_class=_class(site, school_class),
        due_on=due_day(site, due_on, timezone.localdate()),
    )
    record_action(user, "open_loan_desk", made, site=site)
    return made


def lock_desk(user: User, pk: int) -> LoanDesk:
    """The open session, locked, of a site where the person lends.

    Raises LoanDesk.DoesNotExist, DecisionRefused, DecisionImpossible once it is over.
    """
    seen = LoanDesk.objects.visible_to(user).select_for_update(of=("self",))
    desk = seen.select_related("site__school", "school_class").get(pk=pk)
    require(can_lend(user, desk.site))
    if desk.ended_at is not None:
        raise DecisionImpossible(_("Cette séance est terminée\u00a0: ouvrez-en une autre."))
    return desk


@transaction.atomic
def change_desk(
    user: User,
    pk: int,
    *,
    mode: str | None = None,
    school_class: int | None = None,
    due_on: dt.date | None = None,
) -> LoanDesk:
    """Another direction, class or due date; what is in hand is put down."""
    desk = lock_desk(user, pk)
    if mode in DeskMode.values and mode != desk.mode:
        desk.mode = mode
        desk.pupil, desk.loan = None, None
    if school_class is not None:
        desk.school_class = _class(desk.site, school_class)
        desk.absent = []
    if due_on is not None:
        if due_on <= timezone.localdate():
            raise DecisionImpossible(_("Choisissez un jour à venir."))
        desk.due_on = due_day(desk.site, due_on, timezone.localdate())
    desk.save(update_fields=["mode", "pupil", "loan", "school_class", "absent", "due_on"])
    return desk


@transaction.atomic
def mark_absent(user: User, pk: int, member: int) -> LoanDesk:
    """Not there today; said again, there after all."""
    desk = lock_desk(user, pk)
    known = Member.objects.visible_to(user).filter(pk=member, site=desk.site).exists()
    if known:
        there = set(desk.absent)
        desk.absent = sorted(there ^ {member})
        if desk.pupil_id == member:
            desk.pupil, desk.loan = None, None
        desk.save(update_fields=["absent", "pupil", "loan"])
    return desk


@transaction.atomic
def end_desk(user: User, pk: int) -> LoanDesk:
    """It is over: nobody stands at the desk any more. Twice is as good as once."""
    seen = LoanDesk.objects.visible_to(user).select_for_update(of=("self",))
    desk = seen.select_related("site__school").get(pk=pk)
    require(can_lend(user, desk.site))
    if desk.ended_at is not None:
        return desk
    desk.ended_at, desk.pupil, desk.loan, desk.absent = timezone.now(), None, None, []
    desk.save(update_fields=["ended_at", "pupil", "loan", "absent"])
    record_action(user, "end_loan_desk", desk, site=desk.site)
    announce("loan_desk", desk.pk, site=desk.site_id)
    return desk


def _class(site: Site, pk: int | None) -> SchoolClass | None:
    if not pk:
        return None
    return SchoolClass.objects.open().filter(site=site, pk=pk).first()
