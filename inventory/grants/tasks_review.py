"""Jobs of the review: reminders to reviewers, letters set and announced, conflicts written down."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from inventory.grants.actions.review.letter_paper import set_papers
from inventory.grants.actions.review.remind import announce_letters, remind_reviewers
from inventory.grants.actions.review.settle_conflicts import settle_conflicts
from inventory.grants.models.calls.published import Call, CallState


@shared_task
def keep_letters() -> dict[str, int]:
    """Set the papers of decisions, tell the schools that one waits."""
    return {"papers": set_papers(), "told": announce_letters()}


@shared_task
def follow_reviews() -> dict[str, int]:
    """Every morning: reviewers are reminded; a tie that the register learnt is settled."""
    now = timezone.now()
    open_ = Call.objects.filter(state=CallState.PUBLISHED, appointments__ended_at=None).distinct()
    found = sum(settle_conflicts(call, None, now) for call in open_)
    return {"conflicts": found, "reminded": remind_reviewers(now)}
