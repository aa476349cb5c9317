"""Change devices that a program names by key: all good rows are written, the others told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from inventory.actions.import_devices import NETWORK_CATEGORIES
from inventory.actions.own_fields_read import Misread, own_fields_read
from inventory.actions.staged_changes import compare_rows
from inventory.actions.staged_match import match_rows
from inventory.actions.staged_refusals import refuse_rows
from inventory.actions.staged_tables import add_rows, open_tables, staged
from inventory.actions.staged_writing import write_rows
from schools.imports.findings import sentence
from schools.models import Room, User

AT_MOST = 1000
"""Devices of one call."""
CELLS = {"site_number": "site", "model": "product"}
"""Our cells → the fields of the API."""


@dataclass(slots=True)
class RowResult:
    """What became of one device: *changed*, *unchanged* or *refused*."""

    id: int
    status: str
    version: int | None = None
    errors: list[dict[str, str]] = field(default_factory=list)


class NothingWritten(Exception):
    """A row was refused and all or none was asked for; ``results`` say which and why."""

    def __init__(self, results: list[RowResult]) -> None:
        self.results = results
        super().__init__("refused")


@transaction.atomic
def change_many(
    user: User, rows: Sequence[Mapping[str, Any]], *, all_or_none: bool = False
) -> list[RowResult]:
    """Give each device (``id``) the values that its row names; the answers in the same order.

    ``room`` and ``holder`` None take the value away; a ``version`` that no longer stands refuses
    the row. Raises NothingWritten, with nothing written, where ``all_or_none`` meets a refusal.
    """
    open_tables(user)
    rooms = _rooms(user, rows)
    rows, misread = own_fields_read(user, rows)
    add_rows("staged_row", (_staged(line, row, rooms) for line, row in enumerate(rows)))
    _refuse_strangers(rows, rooms)
    _refuse_misread(misread)
    heads = {name: CELLS.get(name, name) for name in ("version", "site_number", "model", "room")}
    heads |= {name: name for name in ("serial", "asset_number", "mac", "name", "code")}
    match_rows(lock=True)
    refuse_rows(heads)
    compare_rows(heads, NETWORK_CATEGORIES, create_rooms=False)
    results = _results(rows)
    if all_or_none and any(one.status == "refused" for one in results):
        raise NothingWritten(results)
    write_rows(user, "API", "bulk", lambda _done, _total: None, lines=False)
    return results


def _rooms(user: User, rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Key → name of the rooms that the rows name and the person sees."""
    keys = {row["room"] for row in rows if row.get("room")}
    return dict(Room.objects.visible_to(user).filter(pk__in=keys).values_list("pk", "name"))


def _staged(line: int, row: Mapping[str, Any], rooms: Mapping[int, str]) -> list[Any]:
    said: dict[str, Any] = {"line": line, "device_id": row["id"]}
    for name in ("name", "state", "owner", "origin", "cloud_move", "version", "custom"):
        said[name] = row.get(name)
    for name in ("serial", "asset_number", "mac", "notes"):
        said[name] = (row[name] or "") if name in row else None
    for name in ("installed_on", "warranty_until"):
        said[name] = (row[name] or "-infinity") if name in row else None
    said["room"] = (rooms.get(row["room"] or 0, "")) if "room" in row else None
    said["holder_id"] = (row["holder"] or 0) if "holder" in row else None
    said["product_id"] = row.get("product")
    return staged(**said)


def _refuse_strangers(rows: Sequence[Mapping[str, Any]], rooms: Mapping[int, str]) -> None:
    """Products, people and rooms that do not exist for this person; devices named twice."""
    products = {row["product"] for row in rows if row.get("product")}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM inventory_product WHERE id = ANY(%s)", [list(products)])
        known = {key for (key,) in cursor.fetchall()}
    bad: list[list[Any]] = [
        [line, "refused", reason, head, str(value), {}, "", None]
        for line, row in enumerate(rows)
        for head, value, reason, good in (
            ("product", row.get("product"), "gone_product", known),
            ("room", row.get("room"), "gone_room", rooms),
        )
        if value and value not in good
    ]
    add_rows("staged_finding", bad)


def _refuse_misread(misread: Sequence[Misread]) -> None:
    """Own fields whose value, or whose very name, the category does not know."""
    add_rows(
        "staged_finding",
        (
            [
                one.line,
                "refused",
                "bad_own",
                f"custom.{one.key}",
                one.said,
                {"why": one.why},
                "",
                None,
            ]
            for one in misread
        ),
    )


def _results(rows: Sequence[Mapping[str, Any]]) -> list[RowResult]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line, head, reason, told FROM staged_finding WHERE outcome = 'refused' "
            "ORDER BY line"
        )
        errors: dict[int, list[dict[str, str]]] = {}
        for line, head, reason, told in cursor.fetchall():
            detail = sentence(reason, json.loads(told or "{}"))
            fact = {"field": head, "code": reason, "detail": detail}
            errors.setdefault(line, []).append(fact)
        cursor.execute("SELECT line, seen + 1 FROM staged_change")
        changed = dict(cursor.fetchall())
        cursor.execute(
            "SELECT r.line, d.version FROM staged_row r "
            "JOIN inventory_device d ON d.id = r.device_id"
        )
        versions = dict(cursor.fetchall())
    return [
        RowResult(row["id"], "refused", None, errors[line])
        if line in errors
        else RowResult(
            row["id"],
            "changed" if line in changed else "unchanged",
            changed.get(line, versions.get(line)),
        )
        for line, row in enumerate(rows)
    ]
