"""What each kind of role opens, in plain words: for the invitation, the account, the person."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from schools.models import RoleKind

OPENS: dict[str, str | Promise] = {
    RoleKind.CONTACT: _(
        "Vous signalez une panne en deux minutes, vous suivez sa réparation et vous aidez par "
        "de simples contrôles visuels. Vous voyez votre école, et elle seule."
    ),
    RoleKind.HEAD: _(
        "Vous voyez votre école, vous signez l’accord de supervision, vous nommez les personnes "
        "de contact et vous suivez les demandes."
    ),
    RoleKind.AUTHORITY: _(
        "Vous voyez toutes les écoles de votre pouvoir organisateur, vous signez l’accord "
        "d’assistance et vous nommez les directions et les personnes de contact."
    ),
    RoleKind.CENTRAL_TECHNICIAN: _(
        "Vous traitez les tickets de toute la Région, vous agissez à distance sur les réseaux "
        "gérés centralement et vous voyez chaque école."
    ),
    RoleKind.LOCAL_TECHNICIAN: _(
        "Vous traitez les tickets de votre province et vous voyez ses écoles."
    ),
    RoleKind.OFFICER: _(
        "Vous voyez les écoles et les chiffres de toute la Région, sans les conversations des "
        "tickets, et vous donnez les rôles."
    ),
    RoleKind.REVIEWER: _(
        "Vous examinez les dossiers des appels à projets qui vous sont confiés, et eux seuls. Vous "
        "déclarez vos liens avec les écoles avant d’ouvrir le premier."
    ),
}


def opens_words(kind: str) -> str:
    """What the role opens, in one or two sentences."""
    return str(OPENS[kind])
