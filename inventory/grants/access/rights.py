"""Who writes formulas and corrections, who opens a pool, who consents, who tells a counting error.

An officer never decides for a school they are tied to, nor countersigns an own proposal.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from inventory.access.refusals import covers
from inventory.grants.models.rights.corrections import Correction
from schools.access import is_tied
from schools.models import Authority, RoleKind, School, Site, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

OFFICER = frozenset({RoleKind.OFFICER.value})
HEAD = frozenset({RoleKind.HEAD.value})
AUTHORITY = frozenset({RoleKind.AUTHORITY.value})


def can_keep_programmes(user: User) -> Answer:
    """Write, adopt and release: an officer of the SPW."""
    if scope_of(user, OFFICER).region:
        return Allowed()
    return Refused(_("Un agent du SPW gère les programmes de droits de tirage."))


def can_correct(user: User, site: Site) -> Answer:
    """Propose a correction: an officer without ties to the school."""
    if isinstance(answer := can_keep_programmes(user), Refused):
        return answer
    if is_tied(user, site.school):
        return Refused(
            _("Vous avez ou avez eu une fonction dans cette école\u00a0: un autre agent corrige.")
        )
    return Allowed()


def can_countersign(user: User, correction: Correction) -> Answer:
    """Decide on a proposal: another officer, without ties either."""
    answer = can_correct(user, correction.right.site)
    if isinstance(answer, Refused):
        return answer
    if correction.proposed_by_id == user.pk:
        return Refused(_("Vous avez proposé cette correction\u00a0: un autre agent contresigne."))
    return Allowed()


def can_open_pool(user: User, authority: Authority) -> Answer:
    """The PO opens and closes what its schools hold in common."""
    if authority.pk in scope_of(user, AUTHORITY).authorities:
        return Allowed()
    return Refused(_("Le pouvoir organisateur met les droits de ses écoles en commun."))


def can_consent_to_pool(user: User, school: School) -> Answer:
    """The head says whether the school takes part."""
    if school.pk in scope_of(user, HEAD).schools:
        return Allowed()
    return Refused(_("La direction de l’école donne ou retire cet accord."))


def can_tell_counting_error(user: User, site: Site) -> Answer:
    """The head or the PO of a site."""
    if covers(scope_of(user, HEAD | AUTHORITY), site):
        return Allowed()
    return Refused(
        _("La direction de l’école ou son pouvoir organisateur signale une erreur de comptage.")
    )
