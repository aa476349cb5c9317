"""Draw on a shared pool (puiser): one school after the other, within the rules of who keeps it.

Whoever takes a device of a shared pool locks the pool, then the device, as does whoever fills,
empties or closes it: two schools that want the last one queue, and nobody waits in a circle.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from byod.actions.loans.writing import LendRefused, lock_items
from byod.models.loans.loans import TAKEN, Loan
from byod.models.loans.pools import LoanPool, PoolItem, PoolSite
from byod.rules.loans.pools import room_of
from schools.models import Site


def lock_shared(*pools: int) -> dict[int, LoanPool]:
    """Those of these pools that are shared and open, locked in the order of their keys."""
    rows = LoanPool.objects.shared().filter(pk__in=pools, closed_on=None).order_by("pk")
    return {row.pk: row for row in rows.select_for_update(of=("self",), no_key=True)}


def lock_to_draw(item_pk: int, site: Site, *, request: int | None) -> PoolItem | None:
    """The piece, locked, its shared pool first. Raises LendRefused where the site's part is taken.

    ``request``: what it already holds for this request is given back by the caller, so it counts
    for nothing.
    """
    pool = PoolItem.objects.filter(pk=item_pk).values_list("pool", flat=True).first()
    shared = lock_shared(pool) if pool else {}
    item = lock_items(item_pk).get(item_pk)
    for row in shared.values():
        if room_in(row, site, request=request) == 0:
            raise LendRefused("quota", item)
    return item


def room_in(pool: LoanPool, site: Site, *, request: int | None = None) -> int | None:
    """How many more devices of a shared pool the site may take; None: as many as there are."""
    rule = PoolSite.objects.filter(pool=pool, site=site).first()
    own = rule.at_most if rule else None
    if pool.each_at_most is None and own is None:
        return None
    return room_of(pool.each_at_most, own, held_by(pool, site, request=request))


def held_by(pool: LoanPool, site: Site, *, request: int | None = None) -> int:
    """Devices of the pool that the site has reserved or lent."""
    rows = Loan.objects.filter(item__pool=pool, site=site, state__in=TAKEN)
    return rows.exclude(Q(request=request) & Q(request__isnull=False)).count()


def too_few(left: int) -> str:
    """Why so many cannot be had."""
    if left:
        return _("Il n’en reste que %(n)d dans cette réserve. Demandez-en moins.") % {"n": left}
    return _("Il n’en reste plus dans cette réserve\u00a0: une autre école a pris le dernier.")
