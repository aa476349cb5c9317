"""Who may do what to a ticket, as an answer with a reason that a person can act on.

What a person cannot see is not refused here: it is not found (``Ticket.objects.visible_to``).
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from helpdesk.models import Ticket, TicketState, VisualCheck
from schools.models import RoleKind, Site, User
from schools.rules import Allowed, Answer, Refused

SCHOOL_KINDS = frozenset({RoleKind.CONTACT.value, RoleKind.HEAD.value})
LIVE = frozenset(state.value for state in TicketState.live())


class ActionRefused(PermissionDenied):
    """An action that the rules refuse; its text is the reason. Doors answer 403 with it."""

    @property
    def why(self) -> str:
        return str(self)


def require(answer: Answer) -> None:
    """Let an allowed action pass. Raises ActionRefused with the reason otherwise."""
    if isinstance(answer, Refused):
        raise ActionRefused(answer.why)


def can_work(user: User, ticket: Ticket) -> Answer:
    """Technicians work on the tickets they see; the others read and answer."""
    if user.is_technician:
        return Allowed()
    return Refused(_("Seul le helpdesk traite les tickets."))


def can_take(user: User, ticket: Ticket) -> Answer:
    if not (answer := can_work(user, ticket)):
        return answer
    if ticket.state not in LIVE:
        return Refused(_("Ce ticket est déjà résolu. Rouvrez-le d’abord."))
    if ticket.assignee_id == user.pk:
        return Refused(_("Ce ticket est déjà à vous."))
    if ticket.assignee is not None:
        return Refused(_("%(name)s a déjà pris ce ticket.") % {"name": ticket.assignee.full_name})
    return Allowed()


def can_release(user: User, ticket: Ticket) -> Answer:
    if not (answer := can_work(user, ticket)):
        return answer
    if ticket.state not in LIVE:
        return Refused(_("Ce ticket est déjà résolu."))
    if ticket.assignee is None:
        return Refused(_("Personne n’a pris ce ticket."))
    if ticket.assignee_id != user.pk and not user.scope().region:
        return Refused(_("Seule la personne qui a pris le ticket le rend à la file."))
    return Allowed()


def can_comment(user: User, ticket: Ticket, *, internal: bool = False) -> Answer:
    if internal and not user.is_technician:
        return Refused(_("Les notes internes appartiennent au helpdesk."))
    if ticket.state == TicketState.CLOSED and not user.is_technician:
        return Refused(_("Ce ticket est clos. Signalez à nouveau le problème s’il revient."))
    return Allowed()


def can_ask_contact(user: User, ticket: Ticket) -> Answer:
    if not (answer := can_work(user, ticket)):
        return answer
    if ticket.state not in LIVE:
        return Refused(_("Ce ticket est déjà résolu."))
    if ticket.visual_checks.filter(answered_at=None).exists():
        return Refused(_("L’école n’a pas encore répondu au contrôle précédent."))
    return Allowed()


def can_answer_check(user: User, check: VisualCheck) -> Answer:
    """The people of the school answer; a technician may note what they say on the phone."""
    if check.answered_at is not None:
        return Refused(_("Ce contrôle a déjà une réponse."))
    if check.ticket.state not in LIVE:
        return Refused(_("Ce ticket est déjà résolu."))
    return Allowed()


def can_resume(user: User, ticket: Ticket) -> Answer:
    if not (answer := can_work(user, ticket)):
        return answer
    if ticket.state != TicketState.WAITING:
        return Refused(_("Ce ticket n’attend pas l’école."))
    return Allowed()


def can_set_priority(user: User, ticket: Ticket) -> Answer:
    if not (answer := can_work(user, ticket)):
        return answer
    if ticket.state not in LIVE:
        return Refused(_("Ce ticket est déjà résolu."))
    return Allowed()


def can_resolve(user: User, ticket: Ticket) -> Answer:
    if not (answer := can_work(user, ticket)):
        return answer
    if ticket.state not in LIVE:
        return Refused(_("Ce ticket est déjà résolu."))
    if ticket.assignee_id not in (None, user.pk) and not user.scope().region:
        return Refused(
            _("%(name)s traite ce ticket.") % {"name": ticket.assignee.full_name}  # type: ignore[union-attr]
        )
    return Allowed()


def can_reopen(user: User, ticket: Ticket) -> Answer:
    """The school contests a resolution; once closed, only the helpdesk takes a ticket back."""
    if ticket.state in LIVE:
        return Refused(_("Ce ticket est déjà ouvert."))
    if user.is_technician:
        return Allowed()
    if ticket.state == TicketState.RESOLVED and user.role_kinds & SCHOOL_KINDS:
        return Allowed()
    return Refused(_("Ce ticket est clos. Signalez à nouveau le problème s’il revient."))


def can_close(user: User, ticket: Ticket) -> Answer:
    """The school agrees that it is mended, or the helpdesk closes after the quiet days."""
    if ticket.state != TicketState.RESOLVED:
        return Refused(_("Résolvez le ticket avant de le clore."))
    if user.is_technician or user.role_kinds & SCHOOL_KINDS:
        return Allowed()
    return Refused(_("Seuls l’école et le helpdesk closent un ticket."))


def can_open_for(user: User, site: Site) -> Answer:
    """A technician writes down what somebody says on the phone."""
    if user.is_technician:
        return Allowed()
    return Refused(_("Seul le helpdesk ouvre un ticket ici. Utilisez « Signaler »."))
