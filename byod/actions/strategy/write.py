"""Save one answer of a draft. Two people at once: nobody's text is overwritten unread."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from byod.access.strategy.strategies import StrategyImpossible
from byod.actions.strategy.locking import lock_draft
from byod.models.strategy.strategies import StrategyAnswer
from byod.rules.strategy.form import question_of
from schools.actions.write_together import too_long, words_of, write_row
from schools.models import User


@transaction.atomic
def write_answer(user: User, pk: int, question: str, body: str, revision: int) -> StrategyAnswer:
    """Save an answer that was read at ``revision`` (0: there was none).

    The same words twice are one writing. Raises WrittenMeanwhile with the other's words,
    StrategyImpossible for a text too long or a version that is frozen, and as ``lock_strategy``.
    """
    strategy = lock_draft(user, pk)
    if question_of(strategy.form, question) is None:
        raise StrategyImpossible(_("Cette question n’existe pas dans cette stratégie."))
    body = words_of(body)
    if why := too_long(body):
        raise StrategyImpossible(why)
    row = strategy.answers.filter(question=question).first()
    if row is None:
        row = StrategyAnswer(strategy=strategy, question=question, revision=0)
    return write_row(user, row, revision, {"body": body})
