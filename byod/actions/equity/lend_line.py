"""A line goes to a pupil and comes back; one line a household, unless the head says why not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.equity.lines import can_lend_line, can_lift_limit
from byod.actions.equity.household import household_key
from byod.actions.equity.serve import serve_request
from byod.actions.people.read_names import names_of
from byod.models.equity.line_loans import LineLoan, LineLoanState
from byod.models.equity.lines import Line, LineService
from byod.models.equity.orders import OrderKind
from byod.models.equity.requests import LoanRequest, RequestState
from byod.models.loans.loans import Loan, LoanState
from byod.models.people.members import Member, MemberKind
from byod.rules.equity.years import school_year
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User


@dataclass(frozen=True, slots=True)
class Terms:
    """``household``: the school's own number of it, typed. ``lift_why``: why a second line."""

    due_on: dt.date
    household: str = ""
    lift_why: str = ""


@transaction.atomic
def lend_line(user: User, line: int, member: int, terms: Terms) -> LineLoan:
    """Hand a free line to a present pupil; a granted request that is complete is served.

    Raises Line.DoesNotExist, Member.DoesNotExist where unseen, DecisionRefused, DecisionImpossible.
    """
    pupil = Member.objects.visible_to(user).select_related("site__school").get(pk=member)
    require(can_lend_line(user, pupil.site))
    seen = Line.objects.visible_to(user).select_for_update(of=("self",))
    held = seen.select_related("pool").get(pk=line)
    now = timezone.now()
    _refuse_unfit(held, pupil, terms, timezone.localdate(now))
    if terms.lift_why.strip():
        require(can_lift_limit(user, pupil.site))
    named = names_of(user, [pupil], "line_loan").get(pupil.pk)
    request = _request_of(pupil)
    row = LineLoan(
        site=pupil.site,
        line=held,
        borrower=pupil,
        request=request,
        household=household_key(pupil, named, terms.household),
        household_lifted=terms.lift_why.strip()[:300],
        during=DateTimeTZRange(now, None),
        due_on=terms.due_on,
        out_at=now,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise DecisionImpossible(_words_of(error)) from None
    if request is not None and _complete(request):
        serve_request(request, now)
    # the line and its loan, never the pupil: a journal does not join them
    record_action(user, "lend_line", held, site=pupil.site)
    announce("line", held.pk, site=pupil.site_id)
    return row


def _refuse_unfit(line: Line, pupil: Member, terms: Terms, today: dt.date) -> None:
    if pupil.kind != MemberKind.PUPIL or pupil.left_on is not None:
        raise DecisionImpossible(_("Seul un élève présent à l’école reçoit une connexion."))
    if line.removed_at is not None or line.service != LineService.ACTIVE:
        raise DecisionImpossible(
            _("Cette connexion est %(state)s\u00a0: faites-la rétablir d’abord.")
            % {"state": line.get_service_display()}
        )
    if line.orders.open().filter(kind__in=(OrderKind.SUSPEND, OrderKind.END)).exists():
        raise DecisionImpossible(
            _("Un ordre à l’opérateur va arrêter cette connexion\u00a0: prenez-en une autre.")
        )
    if line.expires_on is not None and line.expires_on <= today:
        raise DecisionImpossible(_("Cette connexion est expirée\u00a0: choisissez-en une autre."))
    if terms.due_on <= today:
        raise DecisionImpossible(_("La date de retour doit venir après aujourd’hui."))


def _words_of(error: IntegrityError) -> str:
    if "line_one_per_household" in str(error):
        return _(
            "Ce ménage a déjà une connexion. La direction peut en prêter une deuxième"
            " en disant pourquoi."
        )
    return _("Cette connexion vient d’être prêtée à quelqu’un d’autre\u00a0: prenez-en une autre.")


def _request_of(pupil: Member) -> LoanRequest | None:
    rows = LoanRequest.objects.filter(
        member=pupil,
        year=school_year(timezone.localdate()),
        state=RequestState.GRANTED,
        wants_line=True,
    )
    return rows.select_for_update().first()


def _complete(request: LoanRequest) -> bool:
    """The line is handed out by now; a device that was wanted too must be."""
    if not request.wants_device:
        return True
    return Loan.objects.filter(request=request, state=LoanState.OUT).exists()


@transaction.atomic
def return_line(user: User, loan: int, why: str = "back") -> LineLoan:
    """It is back, or is taken back because nobody uses it. Returned twice changes nothing.

    Raises LineLoan.DoesNotExist where unseen, DecisionRefused.
    """
    seen = LineLoan.objects.visible_to(user).select_for_update(of=("self",))
    row = seen.select_related("site__school", "line").get(pk=loan)
    require(can_lend_line(user, row.site))
    if row.state == LineLoanState.RETURNED:
        return row
    end_loan(row, why, timezone.now())
    record_action(user, "return_line", row.line, site=row.site, after={"why": row.end_why})
    announce("line", row.line_id, site=row.site_id)
    return row


def end_loan(row: LineLoan, why: str, now: dt.datetime) -> None:
    """Write the end of a loan that the caller holds."""
    row.state, row.returned_at, row.end_why = LineLoanState.RETURNED, now, why
    row.during = DateTimeTZRange(row.during.lower, max(now, row.during.lower))
    row.save(update_fields=["state", "returned_at", "end_why", "during"])


def line_lent_with(request: LoanRequest) -> bool:
    """Whether the connection that a request wants is handed out: for the desk of devices."""
    return LineLoan.objects.out().filter(request=request).exists()
