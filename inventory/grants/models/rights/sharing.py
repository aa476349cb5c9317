"""Which rights a site may draw on: its own, and those that its PO's schools hold in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from inventory.grants.models.rights.ledger import DrawingRight
from inventory.grants.models.rights.pools import PoolConsent
from schools.models import Site


def drawable(site: Site, on: dt.date) -> list[int]:
    """Keys of the rights that may pay for a site on a day: two queries."""
    own = DrawingRight.objects.usable(on).filter(site=site)
    mine = PoolConsent.objects.live(on).filter(school=site.school_id)
    programmes = {
        consent.pool_id: consent.pool.programme_id for consent in mine.select_related("pool")
    }
    keys = list(own.values_list("pk", flat=True))
    if programmes:
        keys += _of_the_others(programmes, site, on)
    return keys


def _of_the_others(programmes: dict[int, int], site: Site, on: dt.date) -> list[int]:
    consents = PoolConsent.objects.live(on).filter(pool__in=programmes)
    schools: dict[int, list[int]] = {}
    for pool, school in consents.values_list("pool", "school"):
        schools.setdefault(programmes[pool], []).append(school)
    found: list[int] = []
    for programme, members in schools.items():
        rights = DrawingRight.objects.usable(on).filter(
            programme=programme, site__school__in=members
        )
        found += rights.exclude(site=site).values_list("pk", flat=True)
    return found


def in_order(rights: Sequence[DrawingRight], site: Site) -> list[DrawingRight]:
    """Who pays first: the site's own right that ends first, then the fullest of the others."""
    return sorted(
        rights,
        key=lambda right: (
            right.site_id != site.pk,
            right.usable_until if right.site_id == site.pk else dt.date.max,
            -right.available if right.site_id != site.pk else 0,
            right.pk,
        ),
    )
