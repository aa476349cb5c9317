"""Who keeps the market, buys, follows orders, speaks for a supplier, signs and claims."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inventory.access.devices import can_keep
from inventory.access.refusals import covers
from inventory.grants.models.orders.deliveries import Shipment
from inventory.grants.models.orders.market import Supplier
from inventory.grants.models.orders.members import Membership
from inventory.grants.models.orders.purchases import Order
from inventory.models import Device
from schools.models import Role, RoleKind, School, Site, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

OFFICER = frozenset({RoleKind.OFFICER.value})
HEAD = frozenset({RoleKind.HEAD.value})
STAFF = HEAD | {RoleKind.CONTACT.value}
"""Who works at a school. A teacher comes in as its contact person, or with a role of their own."""


def can_keep_market(user: User) -> Answer:
    """Lots, suppliers, and the yearly renewal of the kits."""
    if scope_of(user, OFFICER).region:
        return Allowed()
    return Refused(_("Un agent du SPW tient le marché, ses lots et ses fournisseurs."))


def can_follow_orders(user: User) -> Answer:
    """Send orders to suppliers, and read those of the whole Region."""
    if scope_of(user, OFFICER).region:
        return Allowed()
    return Refused(_("Un agent du SPW passe et suit les commandes aux fournisseurs."))


def works_at(user: User, school: School) -> bool:
    """Head, contact person of the school or of one of its sites."""
    scope = scope_of(user, STAFF)
    return school.pk in scope.schools or any(
        site.school_id == school.pk for site in Site.objects.filter(pk__in=scope.sites)
    )


def heads(user: User, school: School) -> bool:
    """Whether the person heads the school."""
    return school.pk in scope_of(user, HEAD).schools or any(
        site.school_id == school.pk
        for site in Site.objects.filter(pk__in=scope_of(user, HEAD).sites)
    )


def can_join(user: User, school: School) -> Answer:
    """Ask for a membership, of the school or one's own at it."""
    if works_at(user, school):
        return Allowed()
    return Refused(_("La direction et les enseignants d’une école s’affilient à la centrale."))


def can_decide_membership(user: User, row: Membership) -> Answer:
    """A school's: its head. A teacher's: an officer, who checks that they teach there."""
    if row.person_id is None:
        if heads(user, row.school):
            return Allowed()
        return Refused(_("La direction décide de l’affiliation de son école."))
    if scope_of(user, OFFICER).region:
        return Allowed()
    return Refused(_("Un agent du SPW accepte les affiliations des enseignants."))


def can_end_membership(user: User, row: Membership) -> Answer:
    """Who decides it; a teacher ends their own."""
    if row.person_id == user.pk:
        return Allowed()
    return can_decide_membership(user, row)


def can_fill(user: User, membership: Membership) -> Answer:
    """Write a basket: the teacher their own, the staff of a school the school's."""
    mine = membership.person_id == user.pk
    if mine or (membership.person_id is None and works_at(user, membership.school)):
        return Allowed()
    return Refused(_("Seul le membre remplit son panier."))


def can_validate(user: User, order: Order) -> Answer:
    """Turn a basket into an order that is paid: the head for the school, the teacher for
    themselves."""
    membership = order.membership
    if membership is not None and membership.person_id is not None:
        if membership.person_id == user.pk:
            return Allowed()
        return Refused(_("L’enseignant valide sa propre commande."))
    if heads(user, order.site.school):
        return Allowed()
    return Refused(_("La direction valide les commandes de son école."))


def can_cancel(user: User, order: Order) -> Answer:
    """An award's order: an officer. A member's: who validates it, or an officer."""
    if scope_of(user, OFFICER).region:
        return Allowed()
    if order.membership_id is None:
        return Refused(_("Un agent du SPW annule les commandes accordées. Écrivez-lui."))
    return can_validate(user, order)


def can_speak_for(user: User, supplier: Supplier) -> Answer:
    """Send a supplier's messages: its people, or an officer who reads them from a file."""
    if scope_of(user, OFFICER).region or supplier.people.filter(pk=user.pk).exists():
        return Allowed()
    return Refused(_("Le fournisseur écrit ses propres messages."))


def can_sign(user: User, shipment: Shipment) -> Answer:
    """Count and sign: who keeps the equipment of the site; a teacher what they bought."""
    buyer = shipment.order.buyer_id
    if buyer is not None:
        if buyer == user.pk:
            return Allowed()
        return Refused(_("La personne qui a commandé signe sa livraison."))
    if covers(scope_of(user, STAFF), shipment.site):
        return Allowed()
    return Refused(_("La direction ou la personne de contact de l’école signe la livraison."))


def can_claim(user: User, device: Device) -> Answer:
    """Ask for a replacement under warranty: who keeps the equipment."""
    return can_keep(user, device.site)


def has_some_role(user: User) -> bool:
    """Whether anything of the platform is theirs: the catalogue is shown to them."""
    return not scope_of(user).is_empty


def schools_of(user: User) -> list[School]:
    """Where the person works, for the choice of a membership."""
    scope = scope_of(user, STAFF)
    keys = set(scope.schools)
    keys |= set(Site.objects.filter(pk__in=scope.sites).values_list("school", flat=True))
    return list(School.objects.filter(pk__in=keys).order_by("name"))


def head_of(school: School) -> User | None:
    """Somebody who heads it today, for the words « demandez à … »."""
    roles = Role.objects.filter(kind=RoleKind.HEAD, school=school, user__is_active=True)
    first = roles.select_related("user").order_by("pk").first()
    return first.user if first else None
