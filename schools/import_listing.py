"""The pages of imports as questions: which runs, which lines of a preview, from where on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.import_words import told_of
from schools.imports.findings import short_sentence
from schools.imports.foreign import known_layouts
from schools.models import ImportOutcome, ImportRun, ImportState, User
from schools.models.imports import ImportRunQuerySet

PAGE = 50
TABS = ("refused", "warned", "closed", "moved", "changed", "created", "reopened", "ignored")
"""What asks for a person's eye comes first."""
STATES: dict[str, tuple[str, str]] = {
    ImportState.READING: ("planned", "hourglass"),
    ImportState.PREVIEWED: ("suspect", "eye-check"),
    ImportState.APPLYING: ("planned", "hourglass"),
    ImportState.APPLIED: ("ok", "circle-check"),
    ImportState.FAILED: ("down", "alert-octagon"),
    ImportState.ABANDONED: ("unknown", "circle-x"),
}
"""State → the interface's colour and icon."""
OUTCOMES: dict[str, tuple[str, str]] = {
    ImportOutcome.REFUSED: ("down", "circle-x"),
    ImportOutcome.WARNED: ("suspect", "alert-triangle"),
    ImportOutcome.CLOSED: ("degraded", "door-off"),
    ImportOutcome.MOVED: ("effect", "arrows-exchange"),
    ImportOutcome.CHANGED: ("planned", "pencil"),
    ImportOutcome.CREATED: ("ok", "plus"),
    ImportOutcome.REOPENED: ("recover", "door"),
    ImportOutcome.IGNORED: ("unknown", "eye-off"),
}


def runs_asked(user: User, query: QueryDict) -> ImportRunQuerySet:
    """The runs that the address bar asks for, the latest first."""
    runs = ImportRun.objects.visible_to(user).select_related("started_by", "applied_by")
    if query.get("source") in known_layouts():
        runs = runs.filter(kind=query["source"])
    if query.get("etat") in ImportState.values:
        runs = runs.filter(state=query["etat"])
    return runs


def page_of(rows: Any, query: QueryDict, *, descending: bool) -> tuple[list[Any], str]:
    """One page by key, and the key of the next page (empty: the last one)."""
    after = query.get("apres", "")
    if after.isdecimal():
        rows = rows.filter(**{"pk__lt" if descending else "pk__gt": int(after)})
    found = list(rows.order_by("-pk" if descending else "pk")[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else ""


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    label: str
    count: int
    state: str
    icon: str


def tabs_of(run: ImportRun) -> list[Tab]:
    """The outcomes that occur, with how many lines each."""
    counts = run.counts.get("outcomes", {})
    words = dict(ImportOutcome.choices)
    return [
        Tab(key, str(words[key]), counts[key], *OUTCOMES[key]) for key in TABS if counts.get(key)
    ]


def findings_asked(run: ImportRun, outcome: str, query: QueryDict) -> Any:
    """The lines of one tab, filtered by column and reason."""
    rows = run.findings.filter(outcome=outcome)
    if column := query.get("colonne"):
        rows = rows.filter(column=column)
    if reason := query.get("raison"):
        rows = rows.filter(reason=reason)
    return rows


def choices_of(run: ImportRun, outcome: str) -> list[tuple[str, str, list[tuple[str, str, int]]]]:
    """Filters of a tab: name, label, and (value, words, how many); read from the run's figures."""
    columns = run.counts.get("columns", {}).get(outcome, {})
    reasons = run.counts.get("reasons", {}).get(outcome, {})
    return [
        ("colonne", _("Colonne"), [(key, key, count) for key, count in columns.items()]),
        (
            "raison",
            _("Raison"),
            [(key, short_sentence(key), count) for key, count in reasons.items()],
        ),
    ]


def left_s(run: ImportRun) -> int | None:
    """Seconds still to go, by the pace so far; None while it cannot be told."""
    elapsed = (timezone.now() - run.begun_at).total_seconds()
    if not run.done or not run.total or run.done > run.total or elapsed < 1:
        return None
    return round(elapsed / run.done * (run.total - run.done)) + 1


def same_file_before(run: ImportRun) -> ImportRun | None:
    """The import of this very file that was already written, if there is one."""
    same = ImportRun.objects.filter(kind=run.kind, sha256=run.sha256, state=ImportState.APPLIED)
    return same.exclude(pk=run.pk).order_by("-applied_at").first()


def refused_rows(run: ImportRun) -> Iterator[list[str]]:
    """Each refused row as it came, and all that is wrong with it."""
    line: int | None = None
    cells: list[str] = []
    reasons: list[str] = []
    rows = run.findings.filter(outcome=ImportOutcome.REFUSED).order_by("line", "pk")
    for one in rows.iterator(chunk_size=2000):
        if one.line != line and line is not None:
            yield [*_wide(cells, run), str(line), " ; ".join(reasons)]
            reasons, cells = [], []
        line, cells = one.line, one.cells or cells
        reasons.append(f"{one.column} : {told_of(one)}" if one.column else told_of(one))
    if line is not None:
        yield [*_wide(cells, run), str(line), " ; ".join(reasons)]


def _wide(cells: list[str], run: ImportRun) -> list[str]:
    """As many cells as there are columns, so that the reasons stand under their headings."""
    width = len(run.heads)
    return [*cells[:width], *[""] * (width - len(cells))]


def heads_of_refused(run: ImportRun) -> list[str]:
    """The source's own columns, then ours. Sent again corrected, our two are known and left."""
    return [*run.heads, "ligne", "raison"]


def example_of(kind: str) -> str:
    """A file to begin with: the columns and two invented rows."""
    layout = known_layouts()[kind]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([column.name for column in layout.columns])
    writer.writerows(layout.example)
    return "\ufeff" + out.getvalue()
