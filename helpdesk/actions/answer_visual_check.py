"""The school answers what a technician asked it to look at."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.access import ActionRefused, can_answer_check, require
from helpdesk.access_school import can_report
from helpdesk.actions.attach_photo import keep_photo
from helpdesk.actions.resume_ticket import end_wait
from helpdesk.actions.writing import lock_ticket, tell, write_event
from helpdesk.models import EventKind, Ticket, TicketState, VisualCheck
from helpdesk.problems import UNSEEN
from schools.actions.audit import record_action
from schools.models import User


@transaction.atomic
def answer_visual_check(
    user: User,
    pk: int,
    answers: Mapping[str, str],
    *,
    note: str = "",
    photo: bytes | None = None,
) -> VisualCheck:
    """Keep the answers (question key → value, or ``unseen``) and start the clock again.

    Sent twice by the same person, the first answer stands and is returned. Raises
    VisualCheck.DoesNotExist where unseen, ActionRefused with the reason.
    """
    check = VisualCheck.objects.get(pk=pk)
    try:
        ticket = lock_ticket(user, check.ticket_id)
    except Ticket.DoesNotExist as unseen:
        raise VisualCheck.DoesNotExist from unseen
    check.refresh_from_db()  # what another person answered while we waited for the lock
    check.ticket = ticket
    if not user.is_technician:
        require(can_report(user, ticket.site))
    if check.answered_at is not None and check.answered_by_id == user.pk:
        return check
    require(can_answer_check(user, check))
    check.answers = _checked(check, answers)
    check.note, check.answered_by, check.answered_at = note.strip()[:2000], user, timezone.now()
    check.save(update_fields=["answers", "note", "answered_by", "answered_at"])
    if photo is not None:
        keep_photo(ticket, photo, by=user, visual_check=check)
    ticket.touched = True
    ticket.save(update_fields=["touched"])
    if ticket.state == TicketState.WAITING:
        end_wait(ticket, user, EventKind.ANSWERED, check=check.pk)
    else:
        write_event(ticket, EventKind.ANSWERED, by=user, check=check.pk)
    record_action(user, "answer_visual_check", ticket, site=ticket.site, after=check.answers)
    tell(ticket)
    return check


def _checked(check: VisualCheck, answers: Mapping[str, str]) -> dict[str, str]:
    """Every question answered by one of its choices. Raises ActionRefused naming what misses."""
    kept = {}
    for question in check.questions:
        value = answers.get(question["key"], "")
        known = {str(choice[0]) for choice in question["choices"]} | {UNSEEN}
        if value not in known:
            raise ActionRefused(_("Répondez aussi à : %(text)s") % {"text": question["text"]})
        kept[question["key"]] = value
    return kept
