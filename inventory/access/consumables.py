"""Who keeps a store of consumables: takes from it, fills it, counts it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from inventory.access.devices import can_keep
from inventory.access.refusals import TECHNICIANS
from inventory.models import Store
from schools.models import RoleKind, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

AUTHORITY = frozenset({RoleKind.AUTHORITY.value})


class StockRefused(PermissionDenied):
    """Not this person's to do; the text is the reason."""


def require(answer: Answer) -> None:
    """Let an allowed act pass. Raises StockRefused with the reason otherwise."""
    if isinstance(answer, Refused):
        raise StockRefused(answer.why)


def can_keep_store(user: User, store: Store) -> Answer:  # noqa: PLR0911  one answer a kind
    """A site's store: its school and its technicians. A depot: its authority and the technicians
    who work for it. A van: whoever drives it, and the technicians of its province."""
    if store.site is not None:
        answer = can_keep(user, store.site)
        if answer:
            return answer
        return Refused(_("Ce stock est tenu par l’école et par ses techniciens."))
    scope = scope_of(user, TECHNICIANS)
    if scope.region:
        return Allowed()
    if store.authority_id is not None:
        if store.authority_id in scope_of(user, AUTHORITY).authorities:
            return Allowed()
        schools = store.authority.schools if store.authority else None
        if schools and schools.filter(sites__province__in=scope.provinces).exists():
            return Allowed()
        return Refused(_("Ce dépôt est tenu par son pouvoir organisateur et ses techniciens."))
    if (store.holder_id == user.pk and user.is_technician) or store.province in scope.provinces:
        return Allowed()
    return Refused(_("Ce stock est tenu par les techniciens de sa province."))


def can_add(user: User) -> Answer:
    """The catalogue is everybody's who keeps a store."""
    if user.role_kinds & (TECHNICIANS | AUTHORITY | {RoleKind.CONTACT, RoleKind.HEAD}):
        return Allowed()
    return Refused(_("Le catalogue est complété par ceux qui tiennent un stock."))
