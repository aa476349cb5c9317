"""Open a stock-taking: the snapshot of what should be there; or give it up."""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.access.stock import can_count
from inventory.models import PASSIVE, StockState, StockTaking
from inventory.rules.counting import AWAY, GONE
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Room, Site, User

_SNAPSHOT = """
INSERT INTO inventory_expecteddevice (stock_taking_id, device_id, room_id, room_text, state)
SELECT %(taking)s, d.id, d.room_id, coalesce(r.name, ''), d.state
  FROM inventory_device d
  JOIN inventory_product p ON p.id = d.product_id
  LEFT JOIN schools_room r ON r.id = d.room_id
 WHERE d.site_id = %(site)s AND d.state <> ALL(%(absent)s) AND p.category <> ALL(%(passive)s)
   AND (cardinality(%(rooms)s::bigint[]) = 0 OR d.room_id = ANY(%(rooms)s::bigint[]))
   AND (cardinality(%(categories)s::text[]) = 0 OR p.category = ANY(%(categories)s::text[]))
"""


def open_stock_taking(
    user: User,
    site: Site,
    rooms: Collection[Room] = (),
    categories: Collection[str] = (),
    why: str = "",
) -> StockTaking:
    """Open it and write down what is expected, in one statement.

    Raises DecisionRefused, and DecisionImpossible where one already runs at this site.
    """
    require(can_count(user, site))
    try:
        with transaction.atomic():
            taking = StockTaking.objects.create(
                site=site, categories=sorted(categories), opened_by=user, why=why[:300]
            )
            taking.rooms.set(room for room in rooms if room.site_id == site.pk)
            taking.expected = _write_expected(taking, [room.pk for room in rooms])
            taking.save(update_fields=["expected"])
            record_action(
                user, "open_stock_taking", taking, site=site, after={"expected": taking.expected}
            )
            announce("stock", taking.pk, site=site.pk)
    except IntegrityError as error:
        if "one_stock_taking_runs_per_site" not in str(error):
            raise
        raise DecisionImpossible(
            _("Un récolement est déjà en cours ici\u00a0: rejoignez-le, ou clôturez-le d’abord.")
        ) from None
    return taking


def _write_expected(taking: StockTaking, rooms: list[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            _SNAPSHOT,
            {
                "taking": taking.pk,
                "site": taking.site_id,
                "absent": sorted(AWAY | GONE),
                "passive": sorted(str(one) for one in PASSIVE),
                "rooms": rooms,
                "categories": list(taking.categories),
            },
        )
        return int(cursor.rowcount)


def abandon_stock_taking(user: User, pk: int, why: str = "") -> StockTaking:
    """Give a running one up: what was scanned stays readable, nothing is proposed."""
    with transaction.atomic():
        taking = lock_running(user, pk)
        taking.state, taking.closed_by = StockState.ABANDONED, user
        taking.closed_at = timezone.now()
        taking.save(update_fields=["state", "closed_by", "closed_at"])
        record_action(user, "abandon_stock_taking", taking, site=taking.site, why=why)
        announce("stock", taking.pk, site=taking.site_id)
    return taking


def lock_running(user: User, pk: int) -> StockTaking:
    """The row, locked: scans under way are finished, later ones find it closed.

    Raises StockTaking.DoesNotExist where unseen, DecisionRefused, DecisionImpossible.
    """
    rows = StockTaking.objects.visible_to(user).select_related("site__school")
    taking = rows.select_for_update(of=("self",)).get(pk=pk)
    require(can_count(user, taking.site))
    if taking.state != StockState.RUNNING:
        raise DecisionImpossible(
            _("Ce récolement est déjà %(state)s.") % {"state": taking.get_state_display()}
        )
    return taking
