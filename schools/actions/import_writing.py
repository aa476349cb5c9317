"""Write a plan: set-based, parents first, every object in the journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.contrib.auth.hashers import make_password
from django.db.models import Model

from schools.actions.audit import JournalLine, record_actions
from schools.imports.findings import CREATED
from schools.imports.plan import Change, Plan
from schools.imports.register_known import RegisterPlan
from schools.models import (
    Authority,
    Headcount,
    ImportRun,
    IseClass,
    Role,
    Room,
    School,
    Site,
    Teaching,
    User,
)

BATCH = 1000
ORDER: tuple[type[Model], ...] = (
    Authority,
    School,
    Site,
    IseClass,
    Headcount,
    Room,
    User,
    Role,
)
"""Parents before children: a row is written after the one that it points to."""
OF_A_SITE = {"iseclass": "import_ise", "headcount": "import_headcounts", "room": "import_rooms"}
"""Told once per site, naming each of them: a journal is read site by site."""
T = TypeVar("T")


def write_plan(
    run: ImportRun, plan: Plan, actor: User | None, tick: Callable[[int, int], None]
) -> int:
    """Write what the plan says, closings as the run allows. Inside the caller's transaction."""
    changes = plan.to_write(closing=run.closing)
    done, total = 0, len(changes)
    by_model: dict[type[Model], list[Change]] = defaultdict(list)
    for change in changes:
        by_model[type(change.row)].append(change)
    for model in ORDER:
        for batch in batches(by_model[model], BATCH):
            _write(model, batch)
            done += len(batch)
            tick(done, total)
    if isinstance(plan, RegisterPlan):
        _write_teachings(plan)
    for lines in batches(_lines(run, changes), BATCH):
        record_actions(actor, lines)
        tick(done, total)
    return total


def batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Rows in lists of ``size``."""
    walk = iter(rows)
    while batch := list(islice(walk, size)):
        yield batch


def _write(model: type[Model], changes: list[Change]) -> None:
    """One INSERT and one UPDATE for a batch."""
    new = [change.row for change in changes if change.outcome == CREATED]
    if model is User:
        for user in new:
            assert isinstance(user, User)
            user.password = make_password(None)  # unusable: an invitation lets them choose one
    model._default_manager.bulk_create(new)
    changed = [change for change in changes if change.fields]
    fields = sorted({name for change in changed for name in change.fields})
    if changed:
        rows = {id(change.row): change.row for change in changed}
        model._default_manager.bulk_update(list(rows.values()), fields)


def _write_teachings(plan: RegisterPlan) -> None:
    for new in batches(plan.new_teachings, BATCH):
        Teaching.objects.bulk_create(new)
    for changed in batches(plan.changed_teachings, BATCH):
        Teaching.objects.bulk_update(changed, ["closed_on"])


def _lines(run: ImportRun, changes: Iterable[Change]) -> Iterator[JournalLine]:
    """The journal's lines: one per object; for rooms and pupils one per site, naming each."""
    of_a_site: dict[tuple[str, int], list[Change]] = defaultdict(list)
    for change in changes:
        name = change.row._meta.model_name or ""
        if name in OF_A_SITE:
            of_a_site[name, change.row.site_id].append(change)  # type: ignore[attr-defined]
        else:
            yield _line(run, change)
    for (name, _site), several in of_a_site.items():
        yield _site_line(run, name, several)


def _line(run: ImportRun, change: Change) -> JournalLine:
    row: Any = change.row
    site = row if isinstance(row, Site) else getattr(row, "site", None)
    return JournalLine(
        f"import_{change.outcome}",
        row,
        site=site,
        before=change.before,
        after=change.after,
        text=change.text,
        why=_why(run, change.line),
    )


def _site_line(run: ImportRun, name: str, changes: list[Change]) -> JournalLine:
    site = changes[0].row.site  # type: ignore[attr-defined]
    own = len(f"{site} · ")
    return JournalLine(
        OF_A_SITE[name],
        site,
        site=site,
        before={change.text[own:]: change.before for change in changes if change.before},
        after={change.text[own:]: change.after for change in changes},
        why=_why(run, None),
    )


def _why(run: ImportRun, line: int | None) -> str:
    """Where it comes from, for whoever asks in five years."""
    return f"import {run.pk}, {run.file_name}" + (f", ligne {line}" if line else "")
