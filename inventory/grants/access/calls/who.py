"""Who keeps calls, who starts a file, writes it, validates it, countersigns it, sends it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inventory.access.refusals import covers
from inventory.grants.models.calls.applications import Application, ApplicationState
from schools.access import is_tied
from schools.models import RoleKind, Site, User
from schools.models.places import SiteQuerySet
from schools.models.scope import scope_of, sites_q
from schools.rules import Allowed, Answer, Refused

HEAD = frozenset({RoleKind.HEAD.value})
AUTHORITY = frozenset({RoleKind.AUTHORITY.value})
SENDERS = HEAD | AUTHORITY
WRITERS = SENDERS | frozenset({RoleKind.CONTACT.value})
OFFICER = frozenset({RoleKind.OFFICER.value})


def can_keep_calls(user: User) -> Answer:
    """Calls, their forms and their versions."""
    if scope_of(user, OFFICER).region:
        return Allowed()
    return Refused(_("Un agent du SPW prépare et publie les appels à projets."))


def can_start(user: User, site: Site) -> Answer:
    """Begin a file: a teacher who is a contact, the head, the organising authority."""
    if covers(scope_of(user, WRITERS), site):
        return Allowed()
    return Refused(_("L’école ou son pouvoir organisateur rédige les dossiers."))


def writing_sites(user: User) -> SiteQuerySet:
    """Open sites for which the person may begin a file."""
    return Site.objects.filter(sites_q(scope_of(user, WRITERS)), closed_on=None)


def is_author(user: User, application: Application) -> bool:
    return application.authors.filter(user=user, removed_at=None).exists()


def can_write(user: User, application: Application) -> Answer:
    """Answer questions and join files, while it is a draft."""
    if not (covers(scope_of(user, SENDERS), application.site) or is_author(user, application)):
        return Refused(_("Seuls les auteurs du dossier et la direction le rédigent."))
    if application.state != ApplicationState.DRAFT:
        return Refused(
            _("Ce dossier est «\u00a0%(state)s\u00a0»\u00a0: il ne se modifie plus.")
            % {"state": application.get_state_display()}
        )
    return Allowed()


def can_choose_authors(user: User, application: Application) -> Answer:
    """The head, the PO and whoever began the file say who else writes it."""
    mine = application.started_by_id == user.pk and is_author(user, application)
    if covers(scope_of(user, SENDERS), application.site) or mine:
        return Allowed()
    return Refused(_("La direction ou la personne qui a commencé le dossier choisit ses auteurs."))


def can_validate(user: User, application: Application) -> Answer:
    """The head says that the school wants this project."""
    if covers(scope_of(user, HEAD), application.site):
        return Allowed()
    return Refused(_("La direction de l’école valide le dossier."))


def can_countersign(user: User, application: Application) -> Answer:
    """The organising authority signs after the head."""
    if covers(scope_of(user, AUTHORITY), application.site):
        return Allowed()
    return Refused(_("Le pouvoir organisateur contresigne le dossier."))


def can_send(user: User, application: Application) -> Answer:
    """Send a complete file, take it back, withdraw it."""
    if covers(scope_of(user, SENDERS), application.site):
        return Allowed()
    return Refused(_("La direction ou le pouvoir organisateur envoie et retire le dossier."))


def can_check(user: User, application: Application) -> Answer:
    """An officer without ties to the school says whether a file is valid."""
    if not scope_of(user, OFFICER).region:
        return Refused(_("Un agent du SPW contrôle les dossiers."))
    if is_tied(user, application.site.school):
        return Refused(
            _(
                "Vous avez ou avez eu une fonction dans cette école ou son pouvoir organisateur"
                "\u00a0: un autre agent contrôle ce dossier."
            )
        )
    return Allowed()
