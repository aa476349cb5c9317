from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from pathlib import PurePath
from typing import IO

from django.core.files.base import File

from schools.access import ImportRefused, can_import
from schools.actions.audit import record_action
from schools.imports.foreign import foreign_sources
from schools.imports.reading import refuse_heavy
from schools.models import ImportKind, ImportRun, User
from schools.rules import Refused

SUFFIXES = {".csv", ".json", ".xlsx", ".txt"}


def start_import(
    user: User | None,
    kind: str,
    file: IO[bytes],
    name: str,
    as_of: dt.date,
    *,
    options: Mapping[str, bool] | None = None,
) -> ImportRun:
    """Keep the file and open a run in state *reading*; a worker does the rest.

    ``user`` None: somebody at the command line of the server. ``options``: what a source of another
    app lets one choose. Raises ImportRefused or FileRefused with the reason, ValueError for an
    unknown kind.
    """
    if user is not None and isinstance(answer := can_import(user, kind), Refused):
        raise ImportRefused(answer.why)
    digest, size = _digest(file)
    refuse_heavy(size)
    suffix = PurePath(name).suffix.lower()
    run = ImportRun(
        kind=kind if kind in foreign_sources() else ImportKind(kind).value,
        file_name=PurePath(name).name[:200],
        sha256=digest,
        size=size,
        as_of=as_of,
        started_by=user,
        counts={"options": dict(options or {})} if options else {},
    )
    file.seek(0)
    stored = f"{uuid.uuid4().hex}{suffix if suffix in SUFFIXES else ''}"
    run.file.save(stored, File(file), save=False)
    run.save()
    record_action(user, "start_import", run, after={"sha256": digest, "kind": run.kind})
    return run


def _digest(file: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while chunk := file.read(1024 * 1024):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size
