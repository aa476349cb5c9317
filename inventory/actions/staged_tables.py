"""Rows on their way into the register, in temporary tables of the present transaction.

A file of 150,000 rows, a bulk edit and a call of the API are the same thing: rows that say of a
device what shall be. They are brought here by COPY, and compared and written by sets (ADR 036).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from inventory.access.devices import KEEPERS
from inventory.access.refusals import TECHNICIANS, covers
from schools.models import Site, User
from schools.models.scope import scope_of
from schools.rules import Scope

ROW: dict[str, str] = {
    "line": "integer",
    "device_id": "bigint",
    "code": "text",
    "serial": "text",
    "asset_number": "text",
    "mac": "text",
    "name": "text",
    "site_id": "bigint",
    "room": "text",
    "product_id": "bigint",
    "state": "text",
    "owner": "text",
    "origin": "text",
    "holder_id": "bigint",
    "cloud_move": "text",
    "installed_on": "date",
    "warranty_until": "date",
    "notes": "text",
    "custom": "jsonb",
    "version": "integer",
    "cells": "text[]",
}
"""What a row may say. NULL: it says nothing. Taken away: an empty text, key 0, day -infinity.
``product_id`` below zero is a product still to be made (``staged_product.ref``)."""

FINDING: dict[str, str] = {
    "line": "integer",
    "outcome": "text",
    "reason": "text",
    "head": "text",
    "value": "text",
    "told": "jsonb",
    "object_text": "text",
    "cells": "text[]",
}
TABLES: dict[str, dict[str, str]] = {
    "staged_row": ROW,
    "staged_finding": FINDING,
    "staged_product": {"ref": "bigint", "maker": "text", "model": "text", "category": "text"},
    "staged_site": {
        "id": "bigint",
        "words": "text",
        "kept": "boolean",
        "network": "boolean",
        "closed": "boolean",
    },
}
"""``staged_site``: the sites that the person sees; whether they keep the equipment there, and that
of the network."""
MADE = (
    "staged_match", "staged_bad", "staged_room", "staged_change", "staged_undo", "staged_code",
)  # fmt: skip
"""Tables that later steps make."""


def open_tables(user: User | None) -> None:
    """Begin anew, for what this person may see and do; None is the platform itself."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '96MB'")  # joins of 150,000 rows, once at a time
        cursor.execute(f"DROP TABLE IF EXISTS {', '.join((*TABLES, *MADE))}")
        for name, columns in TABLES.items():
            shape = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            cursor.execute(f"CREATE TEMP TABLE {name} ({shape}) ON COMMIT DROP")
    add_rows("staged_site", _sites(user))


def add_rows(table: str, rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows into one of the tables, in the order of its columns."""
    shape = TABLES[table]
    rows = list(rows)  # made beforehand: while a COPY is open, the connection answers nothing else
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(shape)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row([Jsonb(cell) if isinstance(cell, dict) else cell for cell in row])


def staged(**values: Any) -> list[Any]:
    """A row of ``staged_row`` that says these things and nothing else."""
    return [values.get(name) for name in ROW]


def _sites(user: User | None) -> Iterable[tuple[Any, ...]]:
    seen = Site.objects.all() if user is None else Site.objects.visible_to(user)
    everything = Scope(region=True)
    keeping = everything if user is None else scope_of(user, TECHNICIANS | KEEPERS)
    network = everything if user is None else scope_of(user, TECHNICIANS)
    for site in seen.select_related("school").order_by("pk"):
        yield (
            site.pk,
            str(site),
            covers(keeping, site),
            covers(network, site),
            site.closed_on is not None,
        )
