"""The school decides: grants, refuses, takes a decision back; one or a whole list at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.equity.requests import can_decide, can_prepare
from byod.actions.equity.make_round import make_round, standing_order
from byod.models.equity.requests import WAITING, LoanRequest, RequestState
from byod.models.equity.rounds import AllocationRound
from byod.rules.equity.order import covered
from byod.rules.equity.years import school_year
from inventory.access import DecisionImpossible, require
from schools.actions.audit import JournalLine, record_actions
from schools.live import announce_many
from schools.models import School, Site, User

DECIDABLE = (RequestState.ASKED, RequestState.GRANTED, RequestState.REFUSED)
DECIDED = (RequestState.GRANTED, RequestState.REFUSED)


@dataclass(slots=True)
class Decided:
    """What one click did. ``left``: requests that it could not change, or no longer."""

    changed: list[int] = field(default_factory=list)
    left: int = 0
    rounds: list[AllocationRound] = field(default_factory=list)
    at: dt.datetime | None = None
    """With who decided, what names the decision: all its requests carry it."""
    lacking: int = 0
    """Granted, and for whom nothing is there yet."""


@transaction.atomic
def decide_requests(
    user: User,
    keys: Collection[int],
    *,
    grant: bool,
    why: str = "",
    available: bool = False,
    now: dt.datetime | None = None,
) -> Decided:
    """Grant or refuse, any number. A grant freezes the order of all that waited as a round.

    ``available``: grant in fair order those for whom something is there once all that was granted
    before has its own; the others stay to be decided. The same decision again changes nothing.
    Raises DecisionRefused, DecisionImpossible.
    """
    now = now or timezone.now()
    reason = why.strip()[:300]
    if not grant and not reason:
        raise DecisionImpossible(_("Dites pourquoi, en mots que la famille peut lire."))
    rows = _locked(user, keys)
    _require_all(user, rows)
    state = RequestState.GRANTED if grant else RequestState.REFUSED
    to_change = [row for row in rows if row.state in DECIDABLE and row.state != state]
    done = Decided(left=len([row for row in rows if row.state not in DECIDABLE]), at=now)
    schools = {row.site.school_id: row.site.school for row in to_change}
    if available:
        covered = _covered(schools.values(), {row.pk for row in to_change}, now)
        done.lacking = len(to_change) - len(covered)
        to_change = [row for row in to_change if row.pk in covered]
    if grant:
        with_some = {row.site.school_id for row in to_change}
        done.rounds = [make_round(user, schools[key], now) for key in sorted(with_some)]
    done.changed = [row.pk for row in to_change]
    _write(done.changed, state=state, reason=reason, decided_at=now, decided_by=user)
    _tell(user, "grant_loan" if grant else "refuse_loan", to_change)
    if grant and not available:
        done.lacking = len(to_change) - len(_covered(schools.values(), set(done.changed), now))
    return done


@transaction.atomic
def undo_decisions(user: User, keys: Collection[int]) -> Decided:
    """Back to « to decide », as long as nothing was handed out. Raises DecisionRefused."""
    rows = _locked(user, keys)
    _require_all(user, rows)
    again = set(_asked_again(rows))
    undone = [row for row in rows if row.state in DECIDED and row.pk not in again]
    done = Decided([row.pk for row in undone], len(rows) - len(undone))
    _write(done.changed, state=RequestState.ASKED, reason="", decided_at=None, decided_by=None)
    _tell(user, "undo_loan_decision", undone)
    return done


def undo_decision(user: User, at: dt.datetime) -> Decided:
    """All that the person decided at one moment, but for what was decided anew or handed out since.

    Raises DecisionRefused, DecisionImpossible where nothing of it is left to undo.
    """
    mine = LoanRequest.objects.visible_to(user).filter(decided_by=user, decided_at=at)
    return undo_decisions(user, list(mine.values_list("pk", flat=True)))


def _covered(schools: Iterable[School], keys: Collection[int], now: dt.datetime) -> set[int]:
    """Which of these requests have all they want, after those that were granted before them."""
    found: set[int] = set()
    for school in schools:
        order = standing_order(school, school_year(timezone.localdate(now)))
        held = {
            n
            for n, one in order.waiting.items()
            if one.request.state == RequestState.GRANTED and one.request.pk not in keys
        }
        counted = [
            one.asked for n, one in order.waiting.items() if n in held or one.request.pk in keys
        ]
        found |= {order.waiting[n].request.pk for n in covered(counted, order.supply, held)}
    return found & set(keys)


def _asked_again(rows: Collection[LoanRequest]) -> list[int]:
    """Refused ones whose pupil has another request that waits: it is that one which is decided."""
    refused = LoanRequest.objects.filter(
        pk__in=[row.pk for row in rows if row.state == RequestState.REFUSED]
    )
    other = LoanRequest.objects.waiting().filter(member=OuterRef("member"), year=OuterRef("year"))
    return list(refused.filter(Exists(other)).values_list("pk", flat=True))


@transaction.atomic
def propose_decisions(user: User, keys: Collection[int], *, grant: bool, why: str = "") -> Decided:
    """What the contact person prepares; the head reads it beside the order and decides."""
    rows = _locked(user, keys)
    for site in {row.site_id: row.site for row in rows}.values():
        require(can_prepare(user, site))
    if not grant and not why.strip():
        raise DecisionImpossible(_("Dites pourquoi, en mots que la famille peut lire."))
    open_ones = [row for row in rows if row.state == RequestState.ASKED]
    for row in open_ones:
        row.proposal = "granted" if grant else "refused"
        row.proposal_why = why.strip()[:300]
    LoanRequest.objects.bulk_update(open_ones, ["proposal", "proposal_why"])
    _tell(user, "propose_loan", open_ones)
    return Decided([row.pk for row in open_ones], len(rows) - len(open_ones))


def _locked(user: User, keys: Collection[int]) -> list[LoanRequest]:
    """The schools, then their requests, in the order of their keys: two heads wait for each other,
    even over different requests, since they draw on the same devices."""
    if not keys:
        raise DecisionImpossible(_("Choisissez au moins une demande."))
    seen = LoanRequest.objects.visible_to(user).filter(pk__in=keys)
    schools = School.objects.filter(pk__in=list(seen.values_list("site__school", flat=True)))
    list(schools.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    rows = seen.select_for_update(of=("self",)).select_related("site__school").order_by("pk")
    found = list(rows)
    if not found:
        raise DecisionImpossible(_("Ces demandes n’existent plus\u00a0: relisez la liste."))
    return found


def _require_all(user: User, rows: Collection[LoanRequest]) -> None:
    sites: dict[int, Site] = {row.site_id: row.site for row in rows}
    for site in sites.values():
        require(can_decide(user, site))


def _write(keys: Collection[int], **values: Any) -> None:
    """One statement, whatever their number."""
    try:
        with transaction.atomic():
            LoanRequest.objects.filter(pk__in=keys).update(**values)
    except IntegrityError:  # loan_request_one_waiting
        raise DecisionImpossible(
            _("Un élève a fait une nouvelle demande depuis\u00a0: décidez plutôt celle-là.")
        ) from None


def _tell(user: User, verb: str, rows: list[LoanRequest]) -> None:
    """The journal names requests, never pupils; reasons stay on the request."""
    record_actions(user, (JournalLine(verb, row, site=row.site) for row in rows))
    announce_many([{"topic": "loan_request", "id": row.pk, "site": row.site_id} for row in rows])


@transaction.atomic
def withdraw_request(row: LoanRequest, why: str, *, by: User | None) -> LoanRequest:
    """It is no longer needed: said by the family (``by`` None) or by the school for it.

    Raises LoanRequest.DoesNotExist where unseen, DecisionRefused, DecisionImpossible.
    """
    seen = LoanRequest.objects.visible_to(by) if by else LoanRequest.objects.all()
    held = seen.select_for_update(of=("self",)).select_related("site__school").get(pk=row.pk)
    if by is not None:
        require(can_prepare(by, held.site))
    if held.state == RequestState.WITHDRAWN:
        return held
    if held.state not in WAITING:
        raise DecisionImpossible(_("Cette demande est déjà servie ou refusée."))
    default = _("plus besoin, dit la famille") if by is None else _("plus besoin")
    held.state, held.reason = RequestState.WITHDRAWN, why.strip()[:300] or default
    held.decided_at, held.decided_by = timezone.now(), by
    held.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    record_actions(by, [JournalLine("withdraw_loan_request", held, site=held.site)])
    announce_many([{"topic": "loan_request", "id": held.pk, "site": held.site_id}])
    return held


@transaction.atomic
def put_first(user: User, key: int, why: str) -> LoanRequest:
    """A social emergency goes first; an empty ``why`` takes that back. The journal tells that it
    was done, and by whom; the reason is read on the request by head and contact alone.

    Raises LoanRequest.DoesNotExist, DecisionRefused, DecisionImpossible.
    """
    seen = LoanRequest.objects.visible_to(user).select_for_update(of=("self",))
    row = seen.select_related("site__school").get(pk=key)
    require(can_decide(user, row.site))
    if row.state not in WAITING:
        raise DecisionImpossible(_("Seule une demande qui attend peut passer en premier."))
    reason = why.strip()[:300]
    if row.exception_why == reason:
        return row
    row.exception_why, row.exception_by = reason, user if reason else None
    row.save(update_fields=["exception_why", "exception_by"])
    verb = "put_loan_first" if reason else "put_loan_back"
    record_actions(user, [JournalLine(verb, row, site=row.site)])
    announce_many([{"topic": "loan_request", "id": row.pk, "site": row.site_id}])
    return row
