"""The tabs of the pages of loans, as far as they open for a person."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from byod.access.loans.desk import can_lend_somewhere, can_write_region_terms
from schools.models import User


def tabs_of(user: User) -> list[tuple[str, str, str]]:
    """Key, address, word."""
    found = [("pools", reverse("byod:loan_pools"), pgettext("loan", "Réserves"))]
    if can_lend_somewhere(user):
        found.insert(0, ("loans", reverse("byod:loans"), _("Prêts")))
        found.append(("terms", reverse("byod:loan_terms"), _("Conditions")))
    if can_write_region_terms(user):
        found.append(("region", reverse("byod:loan_region_terms"), _("Conditions de la Région")))
    return found
