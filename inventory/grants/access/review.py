"""Who appoints, judges, ranks, decides, asks again. Each answer is Allowed, or says why not."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access.refusals import covers
from inventory.grants.models.calls.applications import Application, CoAuthor
from inventory.grants.models.calls.conflicted import conflict_q
from inventory.grants.models.calls.published import OFFICERS, Call
from inventory.grants.models.review.appointments import JUDGES
from inventory.grants.models.review.decisions import Decision, Outcome, Reconsideration
from inventory.grants.models.review.judgements import Assignment
from schools.models import RoleKind, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

HOLDERS = frozenset({RoleKind.HEAD.value, RoleKind.AUTHORITY.value})
RECONSIDER_DAYS = 30
"""A school may ask that its decision be looked at again for so long after the letter."""


def can_review_calls(user: User) -> Answer:
    """Appoint, assign, follow, rank, decide."""
    if scope_of(user, OFFICERS).region:
        return Allowed()
    return Refused(_("Un agent du SPW organise l’examen et le classement."))


def can_be_appointed(person: User) -> Answer:
    if person.is_active and person.role_kinds & JUDGES:
        return Allowed()
    return Refused(_("Cette personne n’a pas de fonction d’évaluateur ni d’agent du SPW."))


def can_judge(user: User, assignment: Assignment) -> Answer:
    """Write the review of a file: who was given it, links declared."""
    if assignment.appointment.user_id != user.pk:
        return Refused(_("Ce dossier est confié à quelqu’un d’autre."))
    if assignment.ended_at is not None or assignment.appointment.ended_at is not None:
        return Refused(_("Ce dossier ne vous est plus confié."))
    if not assignment.appointment.may_open:
        return Refused(_("Déclarez d’abord vos liens avec les écoles de cet appel."))
    return Allowed()


def can_question(user: User, application: Application) -> Answer:
    """Ask the school something: officers, and who was given the file."""
    if scope_of(user, OFFICERS).region:
        return Allowed()
    if Assignment.objects.of(user).filter(application=application.pk).exists():
        return Allowed()
    return Refused(_("Seuls le SPW et les évaluateurs du dossier posent des questions."))


def can_answer_question(user: User, application: Application) -> Answer:
    """The school: head, PO, and who writes the file."""
    if covers(scope_of(user, HOLDERS), application.site):
        return Allowed()
    if CoAuthor.objects.filter(application=application.pk, user=user, removed_at=None).exists():
        return Allowed()
    return Refused(_("L’école répond\u00a0: la direction, le PO ou un auteur du dossier."))


def can_adopt(user: User, call: Call) -> Answer:
    """Turn a list into decisions: an officer without a tie to any of its files."""
    answer = can_review_calls(user)
    if isinstance(answer, Refused):
        return answer
    if Application.objects.filter(call=call).sent().filter(conflict_q(user)).exists():
        return Refused(
            _("Vous avez un lien avec une école de cet appel\u00a0: un autre agent adopte.")
        )
    return Allowed()


def can_hear(user: User, decision: Decision) -> Answer:
    """Acknowledge a letter, ask for a reconsideration: the head or the PO."""
    if covers(scope_of(user, HOLDERS), decision.application.site):
        return Allowed()
    return Refused(_("La direction de l’école ou son pouvoir organisateur reçoit la décision."))


def can_ask_again(user: User, decision: Decision, today: dt.date) -> Answer:
    answer = can_hear(user, decision)
    if isinstance(answer, Refused):
        return answer
    if decision.outcome == Outcome.AWARDED:
        return Refused(_("Ce dossier est accordé\u00a0: il n’y a rien à réexaminer."))
    until = ask_again_until(decision)
    if today > until:
        return Refused(
            _("Le réexamen se demandait jusqu’au %(day)s.") % {"day": f"{until:%d/%m/%Y}"}
        )
    return Allowed()


def ask_again_until(decision: Decision) -> dt.date:
    """The last day on which a reconsideration may be asked."""
    return timezone.localdate(decision.decided_at) + dt.timedelta(days=RECONSIDER_DAYS)


def can_handle(user: User, asked: Reconsideration) -> Answer:
    """An officer who neither decided nor judged the file before."""
    answer = can_review_calls(user)
    if isinstance(answer, Refused):
        return answer
    decision = asked.decision
    before = {decision.decided_by_id}
    if decision.run is not None:
        before |= {decision.run.made_by_id, decision.run.adopted_by_id}
    judged = Assignment.objects.filter(
        application=decision.application_id, appointment__user=user.pk
    )
    if user.pk in before or judged.exists():
        return Refused(
            _("Vous avez déjà eu ce dossier en main\u00a0: quelqu’un d’autre le réexamine.")
        )
    if asked.handler_id not in {None, user.pk}:
        return Refused(_("%(who)s réexamine ce dossier.") % {"who": asked.handler})
    return Allowed()
