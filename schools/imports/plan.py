"""The difference between a source and the register: what would be written, and how it is told."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from schools.imports.findings import CLOSED, REFUSED, Finding

SHARE_GUARDED = 0.05
"""Above this share of the open places gone, a file looks partial rather than the Region shrunk."""


@dataclass(slots=True)
class Change:
    """One object to write: new, or with fields that change."""

    outcome: str
    row: Model
    fields: tuple[str, ...] = ()
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    line: int | None = None
    reason: str = ""
    told: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    """What the object is called, where its own name does not say where it is."""
    guarded: bool = False
    """Waits for an explicit yes: it rests on what the file does not say."""

    def finding(self) -> Finding:
        """As the preview tells it."""
        return Finding(
            self.outcome,
            self.reason,
            self.line,
            told=self.told,
            object_type=self.row._meta.model_name or "",
            object_text=(self.text or str(self.row))[:200],
            before=self.before,
            after=self.after,
        )


@dataclass(slots=True)
class Plan:
    """Everything an import would do. ``changes`` in the order in which they are told."""

    changes: list[Change] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    rows: int = 0
    refused: int = 0
    ignored: int = 0
    unchanged: int = 0
    open_places: int = 0
    """Open sites that the source speaks for: what the share of closings is taken of."""
    unreadable: int = 0
    consequences: list[tuple[str, int]] = field(default_factory=list)

    @property
    def closing_sites(self) -> list[Model]:
        return [
            change.row
            for change in self.changes
            if change.outcome == CLOSED and change.row._meta.model_name == "site"
        ]

    @property
    def is_guarded(self) -> bool:
        """Whether closing needs an explicit yes: the file looks partial, or hides what it names."""
        closing = len(self.closing_sites)
        return bool(closing) and (closing > SHARE_GUARDED * self.open_places or self.unreadable > 0)

    def to_write(self, *, closing: bool) -> list[Change]:
        """What is written, with or without the closings that rest on absence."""
        return [change for change in self.changes if closing or not change.guarded]

    def told(self) -> list[Finding]:
        """Every finding, in the order of the file; objects that left come last."""
        found = [*self.findings, *(change.finding() for change in self.changes)]
        return sorted(found, key=lambda one: (one.line is None, one.line or 0))

    @property
    def fingerprint(self) -> str:
        """The same when the same would be written: a preview is still true, or is not."""
        digest = hashlib.sha256()
        for change in self.changes:
            what = (change.outcome, change.row._meta.model_name, change.row.pk, str(change.row))
            digest.update(repr(what).encode())
            digest.update(_sorted(change.before) + _sorted(change.after))
        digest.update(repr((self.refused, self.ignored)).encode())
        return digest.hexdigest()

    def counts(self) -> dict[str, Any]:
        """The figures of a preview, so that no page counts rows."""
        told = self.told()
        return {
            "rows": self.rows,
            "refused_rows": self.refused,
            "ignored_rows": self.ignored,
            "good_rows": self.rows - self.refused - self.ignored,
            "unchanged": self.unchanged,
            "outcomes": dict(Counter(one.outcome for one in told)),
            "objects": _by_object(self.changes),
            "reasons": _by(told, "reason"),
            "columns": _by(told, "column"),
            "open_places": self.open_places,
            "closing_sites": len(self.closing_sites),
            "guarded": self.is_guarded,
            "unreadable": self.unreadable,
            "consequences": self.consequences,
            "to_write": len(self.changes),
            "to_write_unclosed": len(self.to_write(closing=False)),
        }


def _sorted(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, default=str).encode()


def _by_object(changes: Iterable[Change]) -> dict[str, dict[str, int]]:
    """Outcome → kind of object → how many."""
    found: dict[str, Counter[str]] = {}
    for change in changes:
        found.setdefault(change.outcome, Counter())[change.row._meta.model_name or ""] += 1
    return {outcome: dict(counter) for outcome, counter in found.items()}


def _by(told: Iterable[Finding], name: str) -> dict[str, dict[str, int]]:
    """Outcome → column or reason → how many, the most frequent first."""
    found: dict[str, Counter[str]] = {}
    for one in told:
        if value := getattr(one, name):
            found.setdefault(one.outcome, Counter())[value] += 1
    return {outcome: dict(counter.most_common(40)) for outcome, counter in found.items()}


def lines_of(findings: Iterable[Finding], outcome: str = REFUSED) -> int:
    """How many rows of the file have such a finding."""
    return len({one.line for one in findings if one.outcome == outcome})
