"""Hand a strategy in, take it back, approve it or send it back with reasons."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.strategy.strategies import (
    AUTHORITY,
    StrategyImpossible,
    can_approve_strategy,
    can_submit_strategy,
    require,
)
from byod.actions.strategy.locking import answers_of, lock_draft, lock_strategy, write_down
from byod.actions.strategy.start import start_strategy
from byod.models.strategy.strategies import Strategy, StrategyState
from byod.rules.strategy.form import gaps_in
from schools.agreements.plan_form import Missing
from schools.models import User
from schools.models.scope import scope_of

LONGEST_REASONS = 4_000


class StrategyIncomplete(StrategyImpossible):
    """Parts are missing: ``gaps`` names them, in the order of the form."""

    def __init__(self, gaps: list[Missing]) -> None:
        told = " ; ".join(f"{one.section}\u00a0: {one.what}" for one in gaps[:3])
        super().__init__(_("Il manque %(n)d réponses. %(first)s") % {"n": len(gaps), "first": told})
        self.gaps = gaps


def gaps_of(strategy: Strategy) -> list[Missing]:
    """What keeps this version from being handed in."""
    return gaps_in(strategy.form, answers_of(strategy))


@transaction.atomic
def submit_strategy(user: User, pk: int) -> Strategy:
    """Hand the draft in: from now on the database refuses every change. Twice is once.

    Raises StrategyIncomplete with what is missing, and as ``lock_draft``.
    """
    strategy = lock_strategy(user, pk)
    require(can_submit_strategy(user, strategy.school))
    if strategy.state == StrategyState.SUBMITTED:
        return strategy
    strategy = lock_draft(user, pk)
    if gaps := gaps_of(strategy):
        raise StrategyIncomplete(gaps)
    strategy.state = StrategyState.SUBMITTED
    strategy.submitted_at, strategy.submitted_by = timezone.now(), user
    strategy.save(update_fields=["state", "submitted_at", "submitted_by"])
    write_down(user, "submit_strategy", strategy, StrategyState.DRAFT)
    return strategy


@transaction.atomic
def take_back_strategy(user: User, pk: int) -> Strategy:
    """The head takes back what is not decided yet; returns the draft that goes on from it.

    What the PO may have read stays as it was: it counts as returned, by the school itself.
    Raises as ``submit_strategy``, StrategyImpossible once it is decided.
    """
    strategy = lock_strategy(user, pk)
    require(can_submit_strategy(user, strategy.school))
    if strategy.state != StrategyState.SUBMITTED:
        raise StrategyImpossible(_("Cette version n’attend plus : rechargez la page."))
    _decided(user, strategy, StrategyState.RETURNED, _("Reprise par l’école."))
    write_down(user, "take_back_strategy", strategy, StrategyState.SUBMITTED)
    return start_strategy(user, strategy.school_id)


@transaction.atomic
def approve_strategy(user: User, pk: int) -> Strategy:
    """The PO, or the head to whom it is delegated, approves. Twice is once.

    An approved version that was never deployed gives way; a deployed one stays until this one is
    deployed. Raises Strategy.DoesNotExist where unseen, StrategyRefused with the reason.
    """
    strategy = lock_strategy(user, pk)
    if strategy.state == StrategyState.APPROVED and strategy.decided_by_id == user.pk:
        return strategy
    require(can_approve_strategy(user, strategy))
    supersede(strategy, StrategyState.APPROVED)
    authorities = scope_of(user, AUTHORITY).authorities
    strategy.delegated = strategy.school.authority_id not in authorities
    _decided(user, strategy, StrategyState.APPROVED, "")
    write_down(user, "approve_strategy", strategy, StrategyState.SUBMITTED)
    return strategy


@transaction.atomic
def return_strategy(user: User, pk: int, reasons: str) -> Strategy:
    """Send it back, with what the school has to complete. Twice is once.

    Raises as ``approve_strategy``, StrategyImpossible without reasons.
    """
    reasons = reasons.replace("\x00", "").strip()[:LONGEST_REASONS]
    if not reasons:
        raise StrategyImpossible(_("Dites à l’école ce qu’il faut compléter."))
    strategy = lock_strategy(user, pk)
    if strategy.state == StrategyState.RETURNED and strategy.decided_by_id == user.pk:
        return strategy
    require(can_approve_strategy(user, strategy))
    _decided(user, strategy, StrategyState.RETURNED, reasons)
    write_down(user, "return_strategy", strategy, StrategyState.SUBMITTED, why=reasons)
    return strategy


def _decided(user: User, strategy: Strategy, state: StrategyState, reasons: str) -> None:
    strategy.state, strategy.reasons = state, reasons
    strategy.decided_at, strategy.decided_by = timezone.now(), user
    strategy.save(update_fields=["state", "reasons", "decided_at", "decided_by", "delegated"])


def supersede(strategy: Strategy, *states: StrategyState) -> None:
    """The school's other versions in these states give way to this one."""
    Strategy.objects.filter(school=strategy.school_id, state__in=states).exclude(
        pk=strategy.pk
    ).update(state=StrategyState.SUPERSEDED, superseded_at=timezone.now())
