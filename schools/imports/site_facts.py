"""Facts about known sites: ISE classes, headcounts, rooms. One shape: a site, a key, a value."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from schools.imports.columns import plain
from schools.imports.findings import (
    CHANGED,
    CLOSED,
    CREATED,
    IGNORED,
    REFUSED,
    REOPENED,
    Finding,
)
from schools.imports.plan import Change, Plan
from schools.imports.reading import Row, Source
from schools.imports.register import Key
from schools.imports.register_known import number_key
from schools.imports.towns import outside_wallonia
from schools.imports.values import Cells, whole
from schools.imports.words import SCHEMES, USES, levels_of
from schools.models import Headcount, IseClass, Level, Room, Site

Fact = tuple[Any, ...]
"""What tells one fact of a site from another: (year,), (level, year), (room's name,)."""
LEVELS = {level.value: str(level.value) for level in Level}


@dataclass(slots=True)
class Facts:
    """A source of facts, read: by site and key, the values and the row they stand on."""

    values: dict[tuple[Key, Fact], tuple[dict[str, Any], Row]] = field(default_factory=dict)
    sites: set[Key] = field(default_factory=set)
    unsure: set[Key] = field(default_factory=set)
    """Sites with a refused row: what they seem to lack may stand in it."""
    findings: list[Finding] = field(default_factory=list)
    rows: int = 0
    refused: set[int] = field(default_factory=set)
    ignored: int = 0


Said = tuple[Key, Fact, dict[str, Any]]


def _scheme(cells: Cells) -> str:
    return cells.one_of("scheme", SCHEMES, "unknown_scheme", plain(cells.raw("scheme")))


def _site(cells: Cells) -> Key:
    scheme = _scheme(cells)
    return (scheme, cells.number("site_number", scheme or "fase"))


def _ise(cells: Cells) -> Said:
    site, year = _site(cells), cells.year("year")
    value = whole(cells.raw("value")).lower()
    if not re.fullmatch(r"([1-9]|1[0-9]|20)[ab]?", value):
        cells.refuse("not_ise" if cells.raw("value") else "missing", "value")
    return site, (year,), {"value": value}


def _headcount(cells: Cells) -> Said:
    site, year = _site(cells), cells.year("year")
    written = plain(cells.raw("level"))
    level = LEVELS.get(cells.raw("level").strip().lower(), "")
    found = levels_of("", written)
    if not level and len(found) == 1:
        level = next(iter(found))
    if not level:
        cells.refuse("unknown_level" if written else "missing", "level")
    return site, (level, year), {"pupils": cells.count("pupils")}


def _room(cells: Cells) -> Said:
    site = _site(cells)
    name = cells.text("name", 60, required=True)
    use = cells.one_of("use", USES, "unknown_use", plain(cells.raw("use")))
    building, floor = cells.text("building", 60), cells.text("floor", 30)
    return site, (name,), {"kind": use, "building": building, "floor": floor}


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of fact: how a row is read, which row of ours holds it, under which key."""

    model: type[IseClass | Headcount | Room]
    read: Callable[[Cells], Said]
    keys: tuple[str, ...]
    values: tuple[str, ...]
    complete: bool = False
    """Whether the source lists all facts of each site it names: what lacks is then closed."""
    wider: bool = False
    """Whether the source lists more than Wallonia without saying where: unknown is not wrong."""

    def key_of(self, row: Any) -> Fact:
        return tuple(getattr(row, name) for name in self.keys)


SHAPES: dict[str, Shape] = {
    "ise": Shape(IseClass, _ise, ("year",), ("value",), wider=True),
    "headcounts": Shape(Headcount, _headcount, ("level", "year"), ("pupils",)),
    "rooms": Shape(Room, _room, ("name",), ("kind", "building", "floor"), complete=True),
}


def read_facts(
    source: Source, shape: Shape, tick: Callable[[int], None] = lambda _rows: None
) -> Facts:
    """Read every row; two rows that give one fact two values are refused, both."""
    found = Facts()
    rows: dict[tuple[Key, Fact], list[tuple[Row, dict[str, Any]]]] = {}
    for row in source.rows:
        found.rows += 1
        tick(found.rows)
        cells = Cells(source, row)
        if outside_wallonia("", cells.raw("postcode")):
            found.ignored += 1
            found.findings.append(
                Finding(
                    IGNORED, "outside", row.line, cells.column("postcode"), cells.raw("postcode")
                )
            )
            continue
        said = shape.read(cells) if cells.sure else None
        found.findings += cells.findings
        if cells.refused or said is None:
            found.refused.add(row.line)
            if said:
                found.unsure.add(said[0])
            continue
        rows.setdefault((said[0], said[1]), []).append((row, said[2]))
    for key, several in rows.items():
        _settle(source, shape, key, several, found)
    return found


def _settle(
    source: Source,
    shape: Shape,
    key: tuple[Key, Fact],
    several: list[tuple[Row, dict[str, Any]]],
    found: Facts,
) -> None:
    first, values = several[0]
    other = next((one for one in several[1:] if one[1] != values), None)
    found.sites.add(key[0])
    if other is None:
        found.values[key] = (values, first)
        return
    name = next(name for name in values if values[name] != other[1][name])
    found.unsure.add(key[0])
    column = {"kind": "use"}.get(name, name)
    place = source.places[column]
    for row, mine in several:
        against = first if mine != values else other[0]
        found.refused.add(row.line)
        found.findings.append(
            Finding(
                REFUSED,
                "contradiction",
                row.line,
                source.heads[place],
                row.cells[place][:200],
                {"other": str(against.line), "there": against.cells[place][:80]},
                cells=row.cells,
            )
        )


@dataclass(slots=True)
class KnownFacts:
    """Sites, and the facts that the database holds about those that matter."""

    sites: list[Site]
    rows: list[Any]


def compare_facts(
    source: Source, facts: Facts, shape: Shape, known: KnownFacts, as_of: dt.date
) -> Plan:
    """What the facts would change. ``as_of``: on which day what a complete list lacks closes."""
    comparison = _Comparison(source, facts, shape, known)
    comparison.run(as_of)
    return comparison.plan


class _Comparison:
    """One walk over what the source says, then over what it no longer says."""

    def __init__(self, source: Source, facts: Facts, shape: Shape, known: KnownFacts) -> None:
        self.source, self.facts, self.shape = source, facts, shape
        self.plan = Plan(rows=facts.rows, ignored=facts.ignored, findings=facts.findings)
        self.sites = {number_key(s.scheme, s.number): s for s in known.sites if s.number}
        self.rows = {(row.site_id, shape.key_of(row)): row for row in known.rows}

    def run(self, as_of: dt.date) -> None:
        for (key, fact), (values, row) in self.facts.values.items():
            site = self.sites.get(key)
            if site is None or site.closed_on:
                self._no_site(key, row, site)
            else:
                self._compare(site, fact, values, row.line)
        if self.shape.complete:
            self._close(as_of)
        self.plan.refused = len(self.facts.refused)

    def _no_site(self, key: Key, row: Row, site: Site | None) -> None:
        column = self.source.heads[self.source.places["site_number"]]
        if site is None and self.shape.wider:
            self.plan.ignored += 1
            self.plan.findings.append(Finding(IGNORED, "unlisted_site", row.line, column, key[1]))
            return
        reason, told = "unknown_site", {}
        if site is not None:
            reason, told = "closed_site", {"day": f"{site.closed_on:%d/%m/%Y}"}
        self.facts.refused.add(row.line)
        self.plan.findings.append(
            Finding(REFUSED, reason, row.line, column, key[1], told, cells=row.cells)
        )

    def _compare(self, site: Site, fact: Fact, values: dict[str, Any], line: int) -> None:
        shape, row = self.shape, self.rows.get((site.pk, fact))
        text = _text(site, fact)
        if row is None:
            row = shape.model(site=site, **dict(zip(shape.keys, fact, strict=True)), **values)
            self.plan.changes.append(Change(CREATED, row, after=values, line=line, text=text))
            return
        changed = [name for name in shape.values if getattr(row, name) != values[name]]
        before = {name: getattr(row, name) for name in changed}
        after = {name: values[name] for name in changed}
        outcome = CHANGED
        for name in changed:
            setattr(row, name, values[name])
        if getattr(row, "closed_on", None):
            outcome = REOPENED
            before["closed_on"], after["closed_on"] = str(row.closed_on), None
            row.closed_on = None
            changed.append("closed_on")
        if not changed:
            self.plan.unchanged += 1
            return
        row.site = site
        self.plan.changes.append(
            Change(outcome, row, tuple(changed), before, after, line, text=text)
        )

    def _close(self, as_of: dt.date) -> None:
        """What a site's complete list lacks; a site with a refused row may list it there."""
        facts, sites = self.facts, self.sites
        listed = {(sites[key].pk, fact) for key, fact in facts.values if key in sites}
        sure = {sites[key].pk: sites[key] for key in facts.sites - facts.unsure if key in sites}
        for (site, fact), row in self.rows.items():
            if site not in sure or (site, fact) in listed or row.closed_on:
                continue
            row.closed_on, row.site = as_of, sure[site]
            self.plan.changes.append(
                Change(
                    CLOSED,
                    row,
                    ("closed_on",),
                    after={"closed_on": str(as_of)},
                    reason="gone",
                    text=_text(sure[site], fact),
                )
            )


def _text(site: Site, fact: Fact) -> str:
    return f"{site} · {' '.join(str(part) for part in fact)}"
