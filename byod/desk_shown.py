"""The desk as its page shows it: what is expected, the session so far, the class beside it.

No name stands here: a pupil is told by key and pseudonym, and the page puts the names in, which it
was given once. So a fragment that is sent anew reads nobody's name again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from byod.actions.loans.hand_out import request_to_serve
from byod.desk_words import outcome_word
from byod.models.equity.requests import LoanRequest, RequestState
from byod.models.loans.desks import DeskMode, DeskScan, LoanDesk, ScanOutcome
from byod.models.loans.loans import TAKEN, Loan, LoanState
from byod.models.loans.pools import PoolItem
from byod.models.people.members import Member, SchoolClass
from byod.rules.loans.desk import ACTS, BADGES, Step, step_of

RECENT = 40
"""Lines of the session on the page."""
CLASS_STATES = {
    "now": ("planned", "hand-finger"),
    "serve": ("unknown", "circle-dashed"),
    "kept": ("planned", "bookmark"),
    "absent": ("suspect", "user-off"),
    "out": ("ok", "circle-check"),
    "none": ("unknown", "minus"),
    "bring": ("unknown", "circle-dashed"),
    "back": ("ok", "circle-check"),
}
ORDER = ("now", "bring", "kept", "serve", "absent", "out", "back", "none")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the session."""

    key: str
    at: dt.datetime
    member: Member | None
    device: str
    charger: str
    word: str
    state: str
    icon: str
    undoable: bool
    undone: bool = False
    loan: int | None = None


@dataclass(frozen=True, slots=True)
class Pupil:
    """One line of the class."""

    member: Member
    kind: str
    device: str
    word: str
    state: str
    icon: str
    loan: int | None = None


@dataclass(frozen=True, slots=True)
class ClassShown:
    """The class beside the desk, and its figures."""

    row: SchoolClass
    pupils: list[Pupil]
    out: int
    serve: int
    none: int
    now: int

    @property
    def wanted(self) -> int:
        """Pupils who asked and were granted."""
        return self.out + self.serve

    @property
    def rest(self) -> int:
        return self.serve - self.now


@dataclass(frozen=True, slots=True)
class DeskShown:
    """All that the page needs."""

    desk: LoanDesk
    step: Step
    pupil: Member | None
    request: LoanRequest | None
    loan: Loan | None
    kept: Loan | None
    """What was set aside for the pupil who stands here."""
    free: int
    lines: list[Line]
    handed: int
    school_class: ClassShown | None

    @property
    def lending(self) -> bool:
        return self.desk.mode == DeskMode.LEND

    @property
    def prompt(self) -> str:
        """What the field asks for."""
        if self.step is Step.PUPIL:
            return _("Scannez la carte de l’élève")
        if self.step is Step.DEVICE:
            return _("Scannez l’appareil")
        if self.step is Step.CHARGER:
            return _("Scannez le chargeur")
        return _("Notez l’état, ou scannez l’appareil suivant")


def desk_shown(desk: LoanDesk) -> DeskShown:
    """A dozen queries, whatever the size of class and session."""
    pupil = desk.pupil
    loan = desk.loan
    if loan is not None:
        loan = _loans().get(pk=loan.pk)
    lending = desk.mode == DeskMode.LEND
    seen = loan is not None and (loan.charger_id is None or loan.charger_back is not None)
    kept = None
    if lending and pupil is not None and loan is None:
        kept = _loans().filter(borrower=pupil, state=LoanState.RESERVED).first()
    return DeskShown(
        desk=desk,
        step=step_of(
            lending=lending, pupil=pupil is not None, loan=loan is not None, charger_known=seen
        ),
        pupil=pupil or (loan.borrower if loan else None),
        request=request_to_serve(pupil)[0] if pupil and lending and loan is None else None,
        loan=loan,
        kept=kept,
        free=PoolItem.objects.of_site(desk.site).free().count(),
        lines=lines_of(desk),
        handed=handed_of(desk),
        school_class=class_shown(desk),
    )


def _loans() -> QuerySet[Loan]:
    return Loan.objects.select_related(
        "item__device__product", "charger__device", "borrower", "request"
    )


def handed_of(desk: LoanDesk) -> int:
    """How many devices this session handed out, or took back."""
    if desk.mode == DeskMode.LEND:
        return Loan.objects.filter(desk=desk, state=LoanState.OUT).count()
    return Loan.objects.filter(back_desk=desk, state=LoanState.RETURNED).count()


def lines_of(desk: LoanDesk) -> list[Line]:
    """Latest first: one line a loan, with its last outcome, and one for each refusal."""
    rows = (
        DeskScan.objects.filter(desk=desk)
        .exclude(outcome__in=[ScanOutcome.AT_DESK, ScanOutcome.STEPPED, ScanOutcome.ABSENT])
        .select_related("item__device", "loan__item__device", "loan__charger__device")
        .select_related("loan__borrower")
        .order_by("-pk")[: 3 * RECENT]
    )
    acts = {row.loan_id: row for row in rows if row.outcome in ACTS and row.loan_id}
    shown: list[Line] = []
    told: set[int] = set()
    for row in rows:
        if row.loan_id is not None:
            if row.loan_id in told:
                continue
            told.add(row.loan_id)
        shown.append(_line(row, acts.get(row.loan_id or 0)))
    return shown[:RECENT]


def _line(row: DeskScan, act: DeskScan | None) -> Line:
    loan = row.loan
    outcome = (act or row).outcome if row.outcome in ("graded", "charger_back") else row.outcome
    state, icon = BADGES[outcome]
    word = outcome_word(outcome)
    if row.undone_at is not None:
        state, icon, word = "unknown", "arrow-back-up", _("Annulé")
    return Line(
        key=str((act or row).key),
        at=row.at,
        member=loan.borrower if loan else None,
        device=(loan.item.device.name if loan else "") or (str(row.item) if row.item else ""),
        charger=_charger(loan),
        word=word,
        state=state,
        icon=icon,
        undoable=act is not None and row.undone_at is None,
        undone=row.undone_at is not None,
        loan=loan.pk if loan else None,
    )


def _charger(loan: Loan | None) -> str:
    if loan is None:
        return ""
    if loan.charger is not None:
        return loan.charger.device.name
    return _("sans") if loan.without_charger else ""


def class_shown(desk: LoanDesk) -> ClassShown | None:
    """Who of the class was served, who waits; two queries."""
    if desk.school_class is None:
        return None
    here = Q(state__in=TAKEN) | Q(back_desk=desk) if desk.pk else Q(state__in=TAKEN)
    loans = Loan.objects.filter(here)
    loans = loans.select_related("item__device").exclude(state=LoanState.CANCELLED)
    requests = LoanRequest.objects.filter(
        state__in=[RequestState.GRANTED], wants_device=True
    ).order_by("asked_at")
    members = list(
        Member.objects.present()
        .pupils()
        .filter(school_class=desk.school_class)
        .order_by("pk")
        .prefetch_related(
            Prefetch("loans", loans, to_attr="held"),
            Prefetch("loan_requests", requests, to_attr="granted"),
        )
    )
    lending = desk.mode == DeskMode.LEND
    pupils = [(_pupil if lending else _returning)(desk, one) for one in members]
    pupils.sort(key=lambda one: ORDER.index(one.kind))
    kinds = [one.kind for one in pupils]
    return ClassShown(
        row=desk.school_class,
        pupils=pupils,
        out=kinds.count("out" if lending else "back"),
        serve=sum(kinds.count(kind) for kind in ("now", "kept", "serve", "absent", "bring")),
        none=kinds.count("none"),
        now=kinds.count("now"),
    )


def _pupil(desk: LoanDesk, member: Member) -> Pupil:
    held: list[Loan] = member.held  # type: ignore[attr-defined]
    out = next((one for one in held if one.state == LoanState.OUT), None)
    kept = next((one for one in held if one.state == LoanState.RESERVED), None)
    kind = "none"
    if member.pk == desk.pupil_id:
        kind = "now"
    elif out is not None:
        kind = "out"
    elif member.granted:  # type: ignore[attr-defined]
        kind = "absent" if member.pk in desk.absent else "kept" if kept else "serve"
    device = (out or kept) if kind in ("now", "out", "kept") else None
    return _told(member, kind, device)


def _returning(desk: LoanDesk, member: Member) -> Pupil:
    """In the other direction: who still has a device, and who brought it in this session."""
    held: list[Loan] = member.held  # type: ignore[attr-defined]
    out = next((one for one in held if one.state == LoanState.OUT), None)
    back = next((one for one in held if one.state == LoanState.RETURNED), None)
    if out is not None:
        return _told(member, "now" if member.pk == desk.pupil_id else "bring", out)
    return _told(member, "back" if back else "none", back)


def _told(member: Member, kind: str, device: Loan | None) -> Pupil:
    words = {
        "now": _("Au guichet"),
        "serve": _("À servir"),
        "kept": _("Préparé"),
        "absent": _("Absent"),
        "out": _("Prêté"),
        "none": _("Sans demande"),
        "bring": _("À rendre"),
        "back": pgettext("desk", "Rendu"),
    }
    state, icon = CLASS_STATES[kind]
    name = device.item.device.name if device else ""
    return Pupil(member, kind, name, words[kind], state, icon, device.pk if device else None)
