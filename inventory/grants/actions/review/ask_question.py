"""Ask the school something about its file; the school answers, once, before the day named."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import require
from inventory.grants.access.review import can_answer_question, can_question
from inventory.grants.actions.review.refusals import ReviewRefused
from inventory.grants.models.calls.applications import Application, ApplicationState
from inventory.grants.models.review.judgements import Question
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User

DAYS_TO_ANSWER = 10


def ask_question(
    user: User, application: Application, text: str, due_on: dt.date | None, now: dt.datetime
) -> Question:
    """Raises ReviewRefused: nothing asked, a day that is past, a file that is decided."""
    require(can_question(user, application))
    due_on = due_on or timezone.localdate(now) + dt.timedelta(days=DAYS_TO_ANSWER)
    if not text.strip():
        raise ReviewRefused(_("Écrivez la question."))
    if due_on <= timezone.localdate(now):
        raise ReviewRefused(_("Laissez à l’école au moins jusqu’à demain."))
    with transaction.atomic():
        held = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        if held.state != ApplicationState.SUBMITTED:
            raise ReviewRefused(
                _("Ce dossier n’est plus à l’examen\u00a0: il n’y a rien à demander.")
            )
        again = held.questions.unanswered().filter(asked_by=user, text=text.strip()).first()
        if again is not None:
            return again
        row = Question.objects.create(
            application=held, asked_by=user, asked_at=now, text=text.strip()[:2000], due_on=due_on
        )
        after = {"due_on": f"{due_on:%Y-%m-%d}"}
        # the school reads its journal: the platform asks, not the person
        record_action(None, "ask_school", row, site=held.site, after=after)
        announce("application", held.pk, site=held.site_id)
    return row


def answer_question(user: User, pk: int, text: str, now: dt.datetime) -> Question:
    """The school's answer; late is late, and still kept while the file is at the review."""
    if not text.strip():
        raise ReviewRefused(_("Écrivez la réponse."))
    with transaction.atomic():
        row = Question.objects.select_for_update(of=("self",)).get(pk=pk)
        require(can_answer_question(user, row.application))
        if row.answered_at is not None:
            if row.answered_by_id == user.pk and row.answer == text.strip():
                return row
            raise ReviewRefused(
                _("%(who)s a déjà répondu\u00a0: relisez sa réponse.")
                % {"who": row.answered_by_text}
            )
        if row.application.state != ApplicationState.SUBMITTED:
            raise ReviewRefused(_("L’examen de ce dossier est terminé."))
        row.answer, row.answered_at = text.strip()[:6000], now
        row.answered_by, row.answered_by_text = user, str(user)
        row.save()
        record_action(user, "answer_question", row, site=row.application.site)
        announce("application", row.application_id, site=row.application.site_id)
    return row
