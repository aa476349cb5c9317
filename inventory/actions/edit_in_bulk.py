"""Change many devices at once, and take it back: both are imports whose file the platform writes.

The preview, its refusals row by row, the yes, the worker, its progress and its taking over after
a kill are those of every import (decision 020). The file names each device by its code and its
version: what somebody changes in between is refused, not written over.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access.imports import can_import_devices
from inventory.imports.columns import DEVICES
from inventory.models.devices import DeviceQuerySet
from schools.access import ImportRefused
from schools.actions.audit import record_action
from schools.actions.start_import import start_import
from schools.models import ImportRun, ImportState, User
from schools.rules import Refused

AT_ONCE = 1000
"""Up to so many rows a page waits for the answer; above, a worker does it and the page shows how
far it is."""
NAMES = {column.key: column.name for column in DEVICES.columns}
EMPTY = "(vide)"


def edit_in_bulk(user: User, devices: DeviceQuerySet, said: Mapping[str, str]) -> ImportRun:
    """A run that gives these values (key of a column → what to write) to these devices.

    Raises ImportRefused with the reason, where there is nothing to change or nobody to change it.
    """
    _require(user)
    if not said:
        raise ImportRefused(_("Indiquez au moins une valeur à changer."))
    heads = ["code", "version", *(NAMES.get(key, key) for key in said)]
    values = list(said.values())
    rows = (
        [code, str(version), *values]
        for code, version in devices.order_by("name", "pk")
        .values_list("code", "version")
        .iterator(chunk_size=5000)
    )
    with _file(heads, rows) as (file, count):
        if not count:
            raise ImportRefused(_("Aucun équipement choisi : cochez au moins une ligne."))
        name = _("modification de %(n)d équipements.csv") % {"n": count}
        return start_import(user, DEVICES.kind, file, name, timezone.localdate())


# What an applied run changed, as a file that says what was. The key of the run's own change is in
# its lines: the version that it left, and the values before it.
UNDO = """
SELECT d.code, (f.told ->> 'version')::int, f.told -> 'undo'
  FROM schools_importfinding f
  JOIN inventory_device d ON d.id = (f.told ->> 'device')::bigint
 WHERE f.run_id = %s AND f.told ? 'undo'
 ORDER BY f.line
"""
UNDONE = (
    "name", "serial", "asset_number", "mac", "scheme", "site_number", "room", "maker", "model",
    "state", "owner", "origin", "holder", "cloud_move", "installed_on", "warranty_until", "notes",
)  # fmt: skip


def undo_import(user: User, run: ImportRun) -> ImportRun:
    """A run that gives back what ``run`` changed; what changed again since is refused row by row.

    What it added stays: nothing is ever deleted. Raises ImportRefused with the reason.
    """
    _require(user)
    if run.kind != DEVICES.kind or run.state != ImportState.APPLIED:
        raise ImportRefused(_("Seul un import écrit s’annule."))
    with connection.cursor() as cursor:
        cursor.execute(UNDO, [run.pk])
        kept: list[tuple[str, int, dict[str, Any]]] = [
            (code, version, undo if isinstance(undo, dict) else json.loads(undo))
            for code, version, undo in cursor.fetchall()
        ]
    if not kept:
        raise ImportRefused(_("Cet import n’a changé aucun équipement existant : rien à annuler."))
    own = sorted({key for _c, _v, undo in kept for key in undo if key not in UNDONE})
    keys = [key for key in UNDONE if any(key in undo for _c, _v, undo in kept)] + own
    rows = ([code, str(version), *_cells(undo, keys)] for code, version, undo in kept)
    with _file(["code", "version", *(NAMES.get(key, key) for key in keys)], rows) as (file, _n):
        name = _("annulation de l’import %(n)d.csv") % {"n": run.pk}
        found = start_import(user, DEVICES.kind, file, name, timezone.localdate())
    record_action(user, "undo_import", run, after={"by": found.pk})
    return found


def _cells(undo: Mapping[str, Any], keys: Sequence[str]) -> list[str]:
    """What was, as cells: nothing where the run changed nothing, ``(vide)`` where nothing was."""
    return [("" if key not in undo else str(undo[key] or "") or EMPTY) for key in keys]


def _require(user: User) -> None:
    if isinstance(answer := can_import_devices(user), Refused):
        raise ImportRefused(answer.why)


@contextmanager
def _file(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[tuple[IO[bytes], int]]:
    """The rows as CSV in a temporary file, and how many."""
    with tempfile.TemporaryFile() as raw:
        text = io.TextIOWrapper(raw, "utf-8-sig", newline="", write_through=True)
        writer = csv.writer(text, delimiter=";")
        writer.writerow(heads)
        count = 0
        for row in rows:
            writer.writerow(row)
            count += 1
        text.detach()
        yield raw, count
