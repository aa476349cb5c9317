"""Does each line still say what its entries add up to? PostgreSQL keeps it so; this proves it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.db import connection

log = logging.getLogger(__name__)

_CHECK = """
SELECT coalesce(l.store_id, e.store_id), coalesce(l.consumable_id, e.consumable_id),
       coalesce(l.quantity, 0), coalesce(e.total, 0)
  FROM inventory_stockline l
  FULL JOIN (SELECT store_id, consumable_id, sum(quantity) AS total
               FROM inventory_stockentry GROUP BY store_id, consumable_id) e
    ON e.store_id = l.store_id AND e.consumable_id = l.consumable_id
 WHERE coalesce(l.quantity, 0) <> coalesce(e.total, 0)
 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A line whose quantity is not the sum of its entries."""

    store: int
    consumable: int
    quantity: int
    total: int


def check_ledger() -> list[Mismatch]:
    """Every line that does not add up (there should be none), in one statement; each is logged."""
    with connection.cursor() as cursor:
        cursor.execute(_CHECK)
        found = [Mismatch(*map(int, row)) for row in cursor.fetchall()]
    for one in found:
        log.error("stock of store %s, consumable %s: %s", one.store, one.consumable, one)
    return found
