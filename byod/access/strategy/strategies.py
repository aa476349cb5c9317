"""Who writes, hands in, approves, deploys and reviews a strategy; who chooses the pilots."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from byod.models.strategy.settled import StrategyDelegation
from byod.models.strategy.strategies import Strategy, StrategyState, secondary_schools
from schools.models import Authority, RoleKind, School, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

HEAD = frozenset({RoleKind.HEAD.value})
STAFF = frozenset({RoleKind.HEAD.value, RoleKind.CONTACT.value})
AUTHORITY = frozenset({RoleKind.AUTHORITY.value})
OFFICER = frozenset({RoleKind.OFFICER.value})


class StrategyRefused(PermissionDenied):
    """Not this person's to do; the text is the reason."""


class StrategyImpossible(ValueError):
    """Cannot be done now, whoever asks; the text says why and what to do."""


def require(answer: Answer) -> None:
    """Let an allowed act pass. Raises StrategyRefused with the reason otherwise."""
    if isinstance(answer, Refused):
        raise StrategyRefused(answer.why)


def is_secondary(school: School) -> bool:
    """Whether the school organises secondary teaching today."""
    return secondary_schools().filter(pk=school.pk).exists()


def can_write_strategy(user: User, school: School) -> Answer:
    """Head and contact of a secondary school."""
    if school.closed_on is not None:
        return Refused(_("Cette école est fermée."))
    if not _works_at(user, STAFF, school):
        return Refused(_("La direction ou la personne de contact de l’école rédige la stratégie."))
    if not is_secondary(school):
        return Refused(
            _(
                "Seules les écoles du secondaire, du spécialisé et les CEFA ont une stratégie "
                "BYOD. Si votre école en fait partie, demandez au helpdesk de corriger les niveaux."
            )
        )
    return Allowed()


def can_submit_strategy(user: User, school: School) -> Answer:
    """The head hands it in, takes it back, deploys it, confirms it."""
    answer = can_write_strategy(user, school)
    if isinstance(answer, Refused):
        return answer
    if _works_at(user, HEAD, school):
        return Allowed()
    return Refused(_("La direction de l’école soumet et déploie la stratégie."))


def _works_at(user: User, kinds: frozenset[str], school: School) -> bool:
    """At the school, or at one of its sites."""
    scope = scope_of(user, kinds)
    return school.pk in scope.schools or school.sites.filter(pk__in=scope.sites).exists()


def is_delegated(authority: int) -> bool:
    """Whether the PO lets its heads approve."""
    return StrategyDelegation.objects.live().filter(authority=authority).exists()


def can_approve_strategy(user: User, strategy: Strategy) -> Answer:
    """The PO of the school; its head where the PO delegated it."""
    if strategy.state != StrategyState.SUBMITTED:
        return Refused(_("Cette version n’attend pas d’approbation."))
    school = strategy.school
    if school.authority_id in scope_of(user, AUTHORITY).authorities:
        return Allowed()
    if _works_at(user, HEAD, school) and is_delegated(school.authority_id):
        return Allowed()
    return Refused(
        _("Le pouvoir organisateur approuve la stratégie, ou la direction s’il le lui a délégué.")
    )


def can_open_review(user: User, strategy: Strategy) -> Answer:
    """The head or the PO."""
    authorities = scope_of(user, AUTHORITY).authorities
    if strategy.school.authority_id in authorities or _works_at(user, HEAD, strategy.school):
        return Allowed()
    return Refused(_("La direction ou le pouvoir organisateur ouvre une révision."))


def can_delegate(user: User, authority: Authority) -> Answer:
    """The PO says who approves."""
    if authority.pk in scope_of(user, AUTHORITY).authorities:
        return Allowed()
    return Refused(_("Le pouvoir organisateur décide qui approuve les stratégies de ses écoles."))


def can_choose_pilots(user: User) -> Answer:
    """An officer of the SPW."""
    if scope_of(user, OFFICER).region:
        return Allowed()
    return Refused(_("Un agent du SPW désigne les écoles pilotes."))
