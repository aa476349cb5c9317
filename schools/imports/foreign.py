"""Sources of apps further left: each brings its columns, its words and its way to write.

The register may not know what a device is. ``settings.IMPORT_SOURCES`` names objects of the shape
below, one per kind of file; the runs, their preview, their yes and their pages are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from schools.imports.columns import LAYOUTS, Layout
from schools.imports.reading import Source
from schools.rules import Answer

if TYPE_CHECKING:
    from schools.models import ImportRun, User

Words = Mapping[str, "str | Promise"]
Beat = Callable[[int, int], None]
"""Hears how many rows are done, of how many."""


class Prepared(Protocol):
    """What a file would change, held by the database until the end of the transaction."""

    rows: int

    @property
    def fingerprint(self) -> str:
        """The same when the same would be written."""

    def counts(self) -> dict[str, Any]:
        """The figures of a preview: the keys of ``Plan.counts``."""

    def keep_findings(self, run: ImportRun) -> None:
        """Write the run's findings."""

    def write(self, run: ImportRun, actor: User | None, beat: Beat) -> int:
        """Write what was prepared, and the journal; how many objects."""


@dataclass(frozen=True, slots=True)
class ForeignSource:
    """A kind of file that another app understands. ``prepare`` runs inside a transaction."""

    layout: Layout
    app_label: str
    can_import: Callable[[User], Answer]
    sees_all: Callable[[User], bool]
    """Whether a person sees the runs of others too; everybody sees their own."""
    prepare: Callable[[ImportRun, Source, Beat, bool], Prepared]
    """(run, source, beat, lock); ``lock`` holds the rows that would change."""
    new_url: str
    """Name of the page where such a file is sent."""
    undo_url: str = ""
    """Name of the address that takes a written run back; it takes the run's key."""
    panel_url: str = ""
    """Name of a panel of a written run's page; it takes the run's key."""
    reasons: Words = field(default_factory=dict)
    fields: Words = field(default_factory=dict)
    words: Words = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.layout.kind


@cache
def foreign_sources() -> dict[str, ForeignSource]:
    """Kind → source, as the settings name them."""
    found = (import_string(name) for name in getattr(settings, "IMPORT_SOURCES", ()))
    return {source.kind: source for source in found}


def known_layouts() -> dict[str, Layout]:
    """Every kind of file: the register's own, then those of other apps."""
    return LAYOUTS | {kind: source.layout for kind, source in foreign_sources().items()}


@cache
def foreign_words(which: str) -> dict[str, str | Promise]:
    """``reasons``, ``fields`` or ``words`` of all sources together."""
    found: dict[str, str | Promise] = {}
    for source in foreign_sources().values():
        found |= getattr(source, which)
    return found
