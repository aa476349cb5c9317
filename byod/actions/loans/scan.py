"""The desk's loop: one scan after the other, each understood by what it is, each done once.

The browser gives every scan a key. A scan that comes again, because the line was lost or the tab
was closed, is answered as it was and does nothing more.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from byod.actions.loans.desk import lock_desk
from byod.actions.loans.hand_out import give_charger, hand_out, request_to_serve, undo_hand_out
from byod.actions.loans.note_condition import grade_return
from byod.actions.loans.take_back import take_back, take_charger_back, undo_take_back
from byod.actions.loans.writing import LendRefused
from byod.actions.people.import_class_list import school_key
from byod.actions.people.read_names import names_of
from byod.desk_words import elsewhere_words, lent_by_words, to_bring_words
from byod.loan_finding import Found, find, fits
from byod.models.loans.desks import DeskMode, DeskScan, LoanDesk, ScanOutcome
from byod.models.loans.loans import Loan, LoanState
from byod.models.loans.pools import PoolItem
from byod.models.people.members import Member
from byod.rules.loans.desk import ACTS, Step, step_of
from inventory.access import DecisionImpossible
from schools.models import User

AT_MOST = 200
"""Scans of one batch: three classes that were served without a line."""
OLDEST = dt.timedelta(days=3)
SHORTEST = 2
"""Letters of a name that are looked for."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """One act at the desk. ``act``: ``scan``, ``without`` (charger), ``back`` (a step), ``grade``
    (``text`` is the grade)."""

    key: uuid.UUID
    text: str = ""
    act: str = "scan"
    at: dt.datetime | None = None


@dataclass(slots=True)
class Answer:
    """What came of it. ``choices``: pupils among whom to choose; ``again``: it had come before."""

    scan: DeskScan
    words: str = ""
    again: bool = False
    choices: list[Member] = field(default_factory=list)


Told = tuple[str, PoolItem | None, Loan | None, str]
"""Outcome, piece, loan, and words where the usual ones are not enough."""


def record_scans(user: User, pk: int, scans: Sequence[Scanned]) -> list[Answer]:
    """Do them in their order, each in a transaction of its own.

    Raises LoanDesk.DoesNotExist, DecisionRefused, DecisionImpossible once the session is over.
    """
    return [record_scan(user, pk, scan) for scan in scans[:AT_MOST]]


@transaction.atomic
def record_scan(user: User, pk: int, scan: Scanned) -> Answer:
    """Do one. The row of the session is the lock: its scans come one after the other."""
    desk = lock_desk(user, pk)
    known = DeskScan.objects.filter(key=scan.key, desk=desk).select_related("item", "loan").first()
    if known is not None:
        return Answer(known, again=True)
    now = timezone.now()
    answer = Answer(DeskScan(desk=desk, key=scan.key))
    try:
        with transaction.atomic():
            outcome, item, loan, words = _do(user, desk, scan, answer)
    except LendRefused as refused:
        outcome, item, loan, words = refused.outcome, refused.item, None, str(refused)
    except DecisionImpossible as refused:
        outcome, item, loan, words = ScanOutcome.NOT_OUT, None, None, str(refused)
    row = answer.scan
    row.outcome, row.item, row.loan = outcome, item, loan
    row.at = min(max(scan.at or now, now - OLDEST), now)
    row.save()
    desk.save(update_fields=["pupil", "loan"])
    answer.words = words
    return answer


def _do(user: User, desk: LoanDesk, scan: Scanned, answer: Answer) -> Told:
    match scan.act:
        case "back":
            return _step_back(user, desk)
        case "without":
            return _without(user, desk)
        case "grade":
            return _grade(user, desk, scan.text)
    return _read(user, desk, scan.text, answer)


def _read(user: User, desk: LoanDesk, text: str, answer: Answer) -> Told:
    """What the label or the typed words lead to."""
    found = find(desk.site, text)
    lending = desk.mode == DeskMode.LEND
    if found.member is None and found.item is None and found.device is None:
        found = Found(member=_by_name(user, desk, text, answer))
        if answer.choices:
            return ScanOutcome.SEVERAL, None, None, ""
    if found.member is not None:
        return (_pupil_lends if lending else _pupil_returns)(desk, found.member)
    if not found.ours:
        return ScanOutcome.ELSEWHERE, found.item, None, _whose(found)
    if found.item is None:
        return (ScanOutcome.NOT_IN_POOL if found.device else ScanOutcome.UNKNOWN), None, None, ""
    return (_piece_lends if lending else _piece_returns)(user, desk, found.item)


def _whose(found: Found) -> str:
    """The school is named: it is public, and whoever holds its device must tell it."""

    return elsewhere_words(found.item, found.device)


def _by_name(user: User, desk: LoanDesk, text: str, answer: Answer) -> Member | None:
    """By the school's own number; else by name among the pupils of the site, the class at the desk
    first: names are read then, and that is written down."""
    rows = Member.objects.present().pupils().filter(site=desk.site).select_related("site__school")
    told = text.strip()
    by_number = rows.filter(school_key=school_key(desk.site, told)).first() if told else None
    if by_number is not None or len(told) < SHORTEST or told.isdecimal():
        return by_number
    for among in (rows.filter(school_class=desk.school_class_id), rows):
        members = {member.pk: member for member in among.select_related("school_class")}
        names = names_of(user, members.values(), "loan_desk") if members else {}
        hits = [members[pk] for pk, named in names.items() if fits(text, str(named))]
        if len(hits) == 1:
            return hits[0]
        if hits:
            answer.choices = hits[:8]
            return None
    return None


def _pupil_lends(desk: LoanDesk, member: Member) -> Told:
    """Whoever comes next; a loan in hand stays as it is, without its charger for now."""
    desk.pupil, desk.loan = None, None
    if request_to_serve(member)[0] is None:
        has = member.loans.out().select_related("item__device").first()
        return (ScanOutcome.HAS_ONE if has else ScanOutcome.NO_REQUEST), None, None, ""
    desk.pupil = member
    return ScanOutcome.AT_DESK, None, None, ""


def _pupil_returns(desk: LoanDesk, member: Member) -> Told:
    """Their card says what they are to bring: the device itself is scanned next."""

    loans = list(member.loans.out().select_related("item__device", "charger__device"))
    desk.loan = None
    desk.pupil = member if loans else None
    if not loans:
        return ScanOutcome.NOT_OUT, None, None, to_bring_words([])
    return ScanOutcome.AT_DESK, None, None, to_bring_words(loans)


def _piece_lends(user: User, desk: LoanDesk, item: PoolItem) -> Told:
    step = step_of(
        lending=True, pupil=desk.pupil is not None, loan=desk.loan_id is not None,
        charger_known=False,
    )  # fmt: skip
    if step is Step.PUPIL:
        desk.pupil = _kept_for(desk, item)
    if desk.pupil is None:
        return ScanOutcome.WANTS_PUPIL, item, None, ""
    if step is not Step.CHARGER:
        if item.is_charger:
            return ScanOutcome.WANTS_DEVICE, item, None, ""
        loan = hand_out(user, desk.pupil, item.pk, desk.due_on, desk=desk)
        desk.loan = loan if loan.request and loan.request.wants_charger else None
        if desk.loan is None:
            desk.pupil = None
        return ScanOutcome.LENT, item, loan, ""
    if not item.is_charger:
        return ScanOutcome.WANTS_CHARGER, item, None, ""
    assert desk.loan_id is not None
    loan, own = give_charger(user, desk.loan_id, item.pk)
    desk.pupil, desk.loan = None, None
    return (ScanOutcome.LENT if own else ScanOutcome.OTHER_CHARGER), item, loan, ""


def _kept_for(desk: LoanDesk, item: PoolItem) -> Member | None:
    """For whom the device was prepared: it is then handed out by this one scan."""
    kept = Loan.objects.filter(item=item, site=desk.site, state=LoanState.RESERVED)
    loan = kept.select_related("borrower__site__school").first()
    return loan.borrower if loan else None


def _piece_returns(user: User, desk: LoanDesk, item: PoolItem) -> Told:
    if item.is_charger:
        if desk.loan is None or desk.loan.charger_id != item.pk:
            return _charger_alone(user, desk, item)
        loan = take_charger_back(user, desk.loan.pk, came=True)
        desk.loan = loan
        return ScanOutcome.CHARGER_BACK, item, loan, ""
    held = Loan.objects.out().filter(item=item).select_related("site__school").first()
    desk.loan, desk.pupil = None, None
    if held is None:
        return ScanOutcome.NOT_OUT, item, None, ""
    if held.site_id != desk.site_id:
        return ScanOutcome.ELSEWHERE, item, None, lent_by_words(item, held.site)
    desk.loan = take_back(user, held.pk, desk=desk)
    return ScanOutcome.RETURNED, item, desk.loan, ""


def _charger_alone(user: User, desk: LoanDesk, item: PoolItem) -> Told:
    """A charger that is not the one of the loan in hand goes back to the loan that it left with."""
    loan = (
        Loan.objects.filter(charger=item, site=desk.site, state=LoanState.RETURNED)
        .exclude(charger_back=True)
        .first()
    )
    if loan is None:
        return ScanOutcome.WANTS_DEVICE, item, None, ""
    loan = take_charger_back(user, loan.pk, came=True)
    return ScanOutcome.CHARGER_BACK, item, loan, ""


def _without(user: User, desk: LoanDesk) -> Told:
    """No charger: not given, or not brought back."""
    loan = desk.loan
    if loan is None:
        return ScanOutcome.WANTS_PUPIL, None, None, ""
    if desk.mode == DeskMode.LEND:
        loan, _own = give_charger(user, loan.pk, None)
        desk.pupil, desk.loan = None, None
        return ScanOutcome.LENT, loan.item, loan, ""
    if loan.charger_id is None or loan.charger_back is not None:
        desk.loan = None
        return ScanOutcome.RETURNED, loan.item, loan, ""
    desk.loan = take_charger_back(user, loan.pk, came=False)
    return ScanOutcome.RETURNED, loan.item, desk.loan, ""


def _grade(user: User, desk: LoanDesk, grade: str) -> Told:
    """The condition of what just came back: the same grade for each part; parts on the page."""
    if desk.loan is None or desk.mode == DeskMode.LEND:
        return ScanOutcome.STEPPED, None, None, ""
    loan = grade_return(user, desk.loan.pk, grade)
    desk.loan = None
    return ScanOutcome.GRADED, loan.item, loan, ""


def _step_back(user: User, desk: LoanDesk) -> Told:
    """Échap: the loan in hand was not meant, or the pupil was not."""
    loan, item = desk.loan, None
    if loan is not None and desk.mode == DeskMode.LEND:
        undone = undo_hand_out(user, loan.pk)
        item = undone.item
        _mark_undone(desk, undone)
        desk.loan = None
    else:
        desk.loan, desk.pupil = None, None
    return ScanOutcome.STEPPED, item, None, ""


@transaction.atomic
def undo_scan(user: User, pk: int, key: uuid.UUID) -> DeskScan | None:
    """Take back what a scan handed over, or took back; a scan that did nothing is struck out.

    None: nobody sent such a scan. Raises as :func:`record_scans`.
    """
    desk = lock_desk(user, pk)
    scan = DeskScan.objects.filter(desk=desk, key=key).select_related("loan").first()
    if scan is None or scan.undone_at is not None:
        return scan
    if scan.outcome in ACTS and scan.loan is not None:
        undo: Callable[[User, int], Loan] = (
            undo_take_back if scan.outcome == ScanOutcome.RETURNED else undo_hand_out
        )
        undone = undo(user, scan.loan.pk)
        _mark_undone(desk, undone)
        if desk.loan_id == undone.pk:
            desk.loan, desk.pupil = None, None
            desk.save(update_fields=["pupil", "loan"])
    else:
        DeskScan.objects.filter(pk=scan.pk).update(undone_at=timezone.now())
    return scan


def _mark_undone(desk: LoanDesk, loan: Loan) -> None:
    """All scans of that loan in this session are struck out with it."""
    DeskScan.objects.filter(desk=desk, loan=loan, undone_at=None).update(undone_at=timezone.now())
