"""Look at a deployed strategy again: every year, or when asked; confirm it or rewrite it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.strategy.strategies import (
    StrategyImpossible,
    can_open_review,
    can_submit_strategy,
    require,
)
from byod.actions.strategy.locking import lock_school, lock_strategy, write_down
from byod.actions.strategy.start import start_strategy
from byod.models.strategy.settled import ReviewOutcome, StrategyReview
from byod.models.strategy.strategies import Strategy, StrategyState
from byod.rules.strategy.standing import year_after
from schools.models import User


@transaction.atomic
def open_review(user: User, pk: int, why: str) -> StrategyReview:
    """Ask for a review, with the reason. One at a time: a second asking finds the first.

    Raises Strategy.DoesNotExist, StrategyRefused with the reason, StrategyImpossible.
    """
    strategy = lock_strategy(user, pk)
    require(can_open_review(user, strategy))
    if strategy.state != StrategyState.DEPLOYED:
        raise StrategyImpossible(_("Seule une stratégie déployée se révise."))
    why = why.replace("\x00", "").strip()[:300]
    if not why:
        raise StrategyImpossible(_("Dites pourquoi la stratégie est à revoir."))
    running = strategy.reviews.filter(closed_at=None).first()
    if running is not None:
        return running
    review = StrategyReview.objects.create(strategy=strategy, opened_by=user, why=why)
    write_down(user, "open_strategy_review", strategy, why=why)
    return review


@transaction.atomic
def confirm_strategy(user: User, pk: int) -> Strategy:
    """The head finds that it still holds: the review is closed, the next is due in a year.

    Raises as ``open_review``.
    """
    strategy = lock_strategy(user, pk)
    require(can_submit_strategy(user, strategy.school))
    if strategy.state != StrategyState.DEPLOYED or not _close(user, strategy, "confirmed"):
        raise StrategyImpossible(_("Aucune révision n’est ouverte : rechargez la page."))
    strategy.review_on = year_after(timezone.localdate())
    strategy.save(update_fields=["review_on"])
    write_down(user, "confirm_strategy", strategy)
    return strategy


@transaction.atomic
def rewrite_strategy(user: User, pk: int) -> Strategy:
    """The review ends in a new version; returns its draft. The deployed one stays until then."""
    strategy = lock_strategy(user, pk)
    require(can_submit_strategy(user, strategy.school))
    if strategy.state == StrategyState.DEPLOYED and _close(user, strategy, "new"):
        write_down(user, "rewrite_strategy", strategy)
    return start_strategy(user, strategy.school_id)


def _close(user: User, strategy: Strategy, outcome: str) -> bool:
    return bool(
        strategy.reviews.filter(closed_at=None).update(
            closed_at=timezone.now(), closed_by=user, outcome=ReviewOutcome(outcome)
        )
    )


def open_due_reviews(on: dt.date) -> int:
    """Every strategy whose year is over is under review. How many; twice opens nothing more."""
    opened = 0
    for pk, school in Strategy.objects.to_review(on).values_list("pk", "school"):
        with transaction.atomic():
            lock_school(school)
            due = Strategy.objects.to_review(on).filter(pk=pk).first()
            if due is None:
                continue
            StrategyReview.objects.create(strategy=due, opened_by=None)
            write_down(None, "open_strategy_review", due)
            opened += 1
    return opened
