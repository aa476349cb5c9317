"""Judge a resource: have it corrected, accept it, publish it, withdraw it with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.access import DecisionImpossible, require
from inventory.grants.access.returns import can_judge, can_withdraw
from inventory.grants.actions.returns.deposit import hold, step
from inventory.grants.models.returns.resources import MoveKind, Resource, ResourceState
from schools.live import announce
from schools.models import User

CHECKS = {
    "opens": gettext_lazy("Le fichier s’ouvre, le lien répond"),
    "level": gettext_lazy("Le public et la matière sont justes"),
    "useful": gettext_lazy("Un collègue peut s’en servir sans l’auteur"),
    "sources": gettext_lazy("Les œuvres reprises sont libres ou autorisées, et citées"),
    "no_pupils": gettext_lazy("Aucun élève n’est reconnaissable, ni nommé"),
    "access": gettext_lazy("Le contenu est lisible par tous, ou ses limites sont dites"),
}
"""The check list: all of it, before a resource is accepted."""


def ask_correction(user: User, resource: Resource, remarks: str, now: dt.datetime) -> Resource:
    """Send it back with remarks. Raises DecisionRefused, DecisionImpossible."""
    if not remarks.strip():
        raise DecisionImpossible(_("Dites ce qu’il faut corriger\u00a0: l’enseignant le lira."))
    with transaction.atomic():
        held, newest = hold(resource)
        require(can_judge(user, held))
        _expect(held, ResourceState.DEPOSITED)
        step(held, newest, MoveKind.TO_CORRECT, user, now, remarks=remarks)
        held.save(update_fields=["state"])
        announce("resource", held.pk, site=held.site_id)
    return held


def accept(
    user: User, resource: Resource, checked: Sequence[str], remarks: str, now: dt.datetime
) -> Resource:
    """It counts from now on, and this version is frozen."""
    left = [str(words) for key, words in CHECKS.items() if key not in checked]
    if left:
        raise DecisionImpossible(_("À vérifier encore\u00a0: %s.") % "\u00a0; ".join(left))
    with transaction.atomic():
        held, newest = hold(resource)
        require(can_judge(user, held))
        _expect(held, ResourceState.DEPOSITED)
        newest.frozen_at = now
        newest.save(update_fields=["frozen_at"])
        held.accepted_at = held.accepted_at or now
        step(held, newest, MoveKind.ACCEPTED, user, now, remarks=remarks, checked=[*CHECKS])
        held.save(update_fields=["state", "accepted_at"])
        announce("resource", held.pk, site=held.site_id)
    return held


def publish(user: User, resource: Resource, now: dt.datetime) -> Resource:
    """Everybody reads this version: catalogue and harvest."""
    with transaction.atomic():
        held, newest = hold(resource)
        require(can_judge(user, held))
        _expect(held, ResourceState.ACCEPTED)
        held.live, held.public, held.public_at = newest, "live", now.replace(microsecond=0)
        step(held, newest, MoveKind.PUBLISHED, user, now)
        held.save(update_fields=["state", "live", "public", "public_at"])
        announce("resource", held.pk, site=held.site_id)
    return held


def withdraw(user: User, resource: Resource, why: str, now: dt.datetime) -> Resource:
    """Take it away from everybody; the harvest tells that it is deleted, the steps stay."""
    if not why.strip():
        raise DecisionImpossible(_("Dites pourquoi\u00a0: le motif reste avec le retrait."))
    with transaction.atomic():
        held, newest = hold(resource)
        require(can_withdraw(user, held))
        if held.state in {ResourceState.WITHDRAWN, ResourceState.DRAFT} and not held.public:
            raise DecisionImpossible(_("Rien à retirer\u00a0: elle n’est pas déposée."))
        if held.public == "live":
            held.public, held.public_at = "deleted", now.replace(microsecond=0)
        held.withdrawn_why = why.strip()[:500]
        step(held, newest, MoveKind.WITHDRAWN, user, now, remarks=why)
        held.save(update_fields=["state", "public", "public_at", "withdrawn_why"])
        announce("resource", held.pk, site=held.site_id)
    return held


def _expect(held: Resource, state: ResourceState) -> None:
    if held.state != state:
        raise DecisionImpossible(
            _("Cette ressource est %s\u00a0: quelqu’un a déjà décidé, ou elle n’est pas prête.")
            % held.get_state_display()
        )
