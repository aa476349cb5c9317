"""What still hangs on places that close, asked of every app without importing it.

The register knows roles and agreements. Devices and tickets belong to apps further left:
``settings.CLOSING_CONSEQUENCES`` names functions ``(site keys) → (words, how many)``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from schools.models import Consent, Role

Consequence = tuple[str, int]
Ask = Callable[[list[int]], Consequence]


def consequences_of_closing(
    sites: Iterable[int], schools: Iterable[int], today: dt.date
) -> list[Consequence]:
    """What stays open at places that close, a few words and a number each; zeros left out."""
    keys, school_keys = list(sites), list(schools)
    if not keys and not school_keys:
        return []
    roles = Role.objects.live(today).filter(Q(site__in=keys) | Q(school__in=school_keys))
    consents = Consent.objects.live(today).filter(school__in=school_keys)
    found = [
        (_("fonctions en cours"), roles.count()),
        (_("accords en vigueur"), consents.count()),
    ]
    for name in getattr(settings, "CLOSING_CONSEQUENCES", ()):
        ask: Ask = import_string(name)
        found.append(ask(keys))
    return [(words, count) for words, count in found if count]
