"""Save one answer of a draft. Two people at once: nobody's text is overwritten unread."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.strategy.strategies import StrategyImpossible
from byod.actions.strategy.locking import lock_draft
from byod.models.strategy.strategies import StrategyAnswer
from byod.rules.strategy.form import LONGEST, question_of
from schools.models import User


class StrategyWrittenMeanwhile(Exception):
    """Somebody saved this answer since it was read: ``row`` holds their words, unchanged."""

    def __init__(self, row: StrategyAnswer) -> None:
        super().__init__(row)
        self.row = row


@transaction.atomic
def write_answer(user: User, pk: int, question: str, body: str, revision: int) -> StrategyAnswer:
    """Save an answer that was read at ``revision`` (0: there was none).

    The same words twice are one writing. Raises StrategyWrittenMeanwhile with the other's words,
    StrategyImpossible for a text too long or a version that is frozen, and as ``lock_strategy``.
    """
    strategy = lock_draft(user, pk)
    if question_of(strategy.form, question) is None:
        raise StrategyImpossible(_("Cette question n’existe pas dans cette stratégie."))
    body = body.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(body) > LONGEST:
        raise StrategyImpossible(
            _("Ce texte compte %(n)d caractères, 8 000 au plus. Joignez le détail en document.")
            % {"n": len(body)}
        )
    row = strategy.answers.filter(question=question).first()
    if row is None:
        row = StrategyAnswer(strategy=strategy, question=question, revision=0)
    elif row.body == body:
        return row
    if row.revision != revision:
        raise StrategyWrittenMeanwhile(row)
    row.body, row.revision = body, row.revision + 1
    row.edited_at, row.edited_by = timezone.now(), user
    row.save()
    return row
