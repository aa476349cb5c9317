"""Who may bring in a file of devices."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inventory.access.devices import KEEPERS
from inventory.access.refusals import TECHNICIANS
from schools.models import User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused


def can_import_devices(user: User) -> Answer:
    """Whoever keeps equipment somewhere: technicians, and schools for their own sites. What a
    row may touch is asked row by row."""
    if scope_of(user, TECHNICIANS | KEEPERS).is_empty:
        return Refused(_("Le matériel est importé par les écoles et par les techniciens."))
    return Allowed()


def sees_all_imports(user: User) -> bool:
    """Technicians of the whole Region see what others sent."""
    return scope_of(user, TECHNICIANS).region
