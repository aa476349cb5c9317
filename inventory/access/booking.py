"""Who may book what a school shares, keep it, approve, hand out and take back."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from inventory.access.devices import can_keep
from inventory.access.refusals import covers
from inventory.models import Bookable, Bookers, Booking
from schools.models import RoleKind, School, Site, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

HEADS = frozenset({RoleKind.HEAD.value})
STAFF = frozenset({RoleKind.CONTACT.value, RoleKind.HEAD.value})
BOOKING_ROLES: dict[str, frozenset[str]] = {
    Bookers.STAFF.value: STAFF,
    Bookers.HEADS.value: HEADS,
}
"""Who may book → by which roles. A role for teachers is added here, and nowhere else."""


class BookingRefused(PermissionDenied):
    """Not this person's to do; the text is the reason."""


def require(answer: Answer) -> None:
    """Let an allowed act pass. Raises BookingRefused with the reason otherwise."""
    if isinstance(answer, Refused):
        raise BookingRefused(answer.why)


def can_book(user: User, bookable: Bookable) -> Answer:
    """The people of the school whom the bookable is for."""
    roles = BOOKING_ROLES.get(bookable.bookers, frozenset())
    if covers(scope_of(user, roles), bookable.site):
        return Allowed()
    if bookable.bookers == Bookers.HEADS:
        return Refused(_("Seule la direction de l’école réserve ce matériel."))
    return Refused(_("Ce matériel est réservé par l’équipe de son école."))


def can_share(user: User, site: Site) -> Answer:
    """Say what is shared: those who keep the school's equipment."""
    return can_keep(user, site)


def can_set_grid(user: User, school: School) -> Answer:
    """The lesson periods are the school's own: its head and its contact people."""
    scope = scope_of(user, STAFF)
    if school.pk in scope.schools or school.sites.filter(pk__in=scope.sites).exists():
        return Allowed()
    return Refused(_("La grille des périodes est tenue par l’école elle-même."))


def can_change(user: User, booking: Booking) -> Answer:
    """One's own; the head of the school may change everybody's."""
    site = booking.bookable.site
    if booking.person_id == user.pk and can_book(user, booking.bookable):
        return Allowed()
    if covers(scope_of(user, HEADS), site):
        return Allowed()
    return Refused(_("Seuls la personne qui a réservé et la direction changent une réservation."))


def can_decide(user: User, booking: Booking) -> Answer:
    """Say yes or no, where the school asks for a yes."""
    if covers(scope_of(user, HEADS), booking.bookable.site):
        return Allowed()
    return Refused(_("La direction de l’école approuve cette réservation."))


def can_hand(user: User, booking: Booking) -> Answer:
    """Note that it was fetched or brought back: whoever booked it, and the school's people."""
    if booking.person_id == user.pk or covers(scope_of(user, STAFF), booking.bookable.site):
        return Allowed()
    return Refused(_("La remise et le retour sont notés par l’école."))
