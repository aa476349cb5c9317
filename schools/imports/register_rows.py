"""The rows of a register together: grouped by site, those that contradict each other refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from schools.imports.columns import plain
from schools.imports.findings import REFUSED, WARNED, Finding
from schools.imports.reading import Row, Source
from schools.imports.register import Key, Read, Register, SiteFact, read_row
from schools.imports.towns import Gazetteer
from schools.models import Network, Scheme, SchoolKind


def read_register(
    source: Source, towns: Gazetteer, tick: Callable[[int], None] = lambda _rows: None
) -> Register:
    """Read every row, then put them together. ``tick`` hears how many rows are read."""
    found = Register()
    if source.layout.kind == "register":
        found.covers.add((Scheme.FASE.value, SchoolKind.SCHOOL.value))
    good: list[Read] = []
    for row in source.rows:
        found.rows += 1
        tick(found.rows)
        if (read := read_row(source, row, towns, found)) is not None:
            good.append(read)
    _together(source, good, found)
    return found


def _together(source: Source, good: list[Read], found: Register) -> None:
    """Group the rows; those that contradict each other are refused, all of them."""
    clashes = dict(_contradictions(source, good))
    for read in good:
        line = read.row.line
        if line in clashes:
            found.findings.append(clashes[line])
            found.refused.add(line)
            found.named.add(read.site.key)
            found.named_schools.add(read.school.key)
    for read in good:
        if read.row.line not in found.refused:
            _take(source, read, found)


def _contradictions(source: Source, good: list[Read]) -> Iterator[tuple[int, Finding]]:
    """Rows of one site, or of one school, that do not agree: (line, what it contradicts)."""
    sites: dict[Key, list[Read]] = {}
    schools: dict[Key, list[Read]] = {}
    for read in good:
        sites.setdefault(read.site.key, []).append(read)
        schools.setdefault(read.school.key, []).append(read)
    for reads in sites.values():
        yield from _clash(source, reads, lambda read: read.site.place)
    for reads in schools.values():
        yield from _clash(source, reads, _of_school)


def _of_school(read: Read) -> dict[str, object]:
    school = read.school
    official = school.network in (Network.CECP, Network.CPEONS)
    return {
        "po_number": read.authority.key,
        "school_name": plain(school.name),
        "network": "official" if official else school.network,
        "kind": school.kind,
    }


def _clash(
    source: Source, reads: list[Read], facts: Callable[[Read], dict[str, object]]
) -> Iterator[tuple[int, Finding]]:
    first = facts(reads[0])
    for read in reads[1:]:
        here = facts(read)
        key = next((name for name in first if first[name] != here[name]), "")
        if key:
            yield from _both(source, reads, read, key)
            return


def _both(
    source: Source, reads: list[Read], other: Read, key: str
) -> Iterator[tuple[int, Finding]]:
    """Every row of the object is refused, naming a row that says otherwise."""
    first = reads[0]
    here = _cell(source, other.row, key)
    for read in reads:
        against = first if _cell(source, read.row, key) == here else other
        yield (
            read.row.line,
            Finding(
                REFUSED,
                "contradiction",
                read.row.line,
                _head(source, key),
                _cell(source, read.row, key)[:200],
                {"other": str(against.row.line), "there": _cell(source, against.row, key)[:80]},
                object_text=read.school.name,
                cells=read.row.cells,
            ),
        )


def _head(source: Source, key: str) -> str:
    place = source.places.get(key)
    return source.heads[place] if place is not None else ""


def _cell(source: Source, row: Row, key: str) -> str:
    place = source.places.get(key)
    return row.cells[place] if place is not None and place < len(row.cells) else ""


def _take(source: Source, read: Read, found: Register) -> None:
    authority = found.authorities.setdefault(read.authority.key, read.authority)
    if plain(authority.name) != plain(read.authority.name):
        found.findings.append(
            Finding(
                WARNED,
                "two_names",
                read.row.line,
                _head(source, "po_name"),
                read.authority.name,
                {"other": str(authority.line), "there": authority.name[:80]},
                cells=read.row.cells,
            )
        )
    school = found.schools.setdefault(read.school.key, read.school)
    if read.school.network == Network.CPEONS:
        school.network = Network.CPEONS.value  # one secondary row makes an official school CPEONS
    found.covers.add((read.school.key[0], read.school.kind))
    site = found.sites.setdefault(read.site.key, read.site)
    site.levels |= read.site.levels
    site.rows.append(read.row)
    _complete(source, site, read, found)


def _complete(source: Source, site: SiteFact, read: Read, found: Register) -> None:
    """Rows of one site complete each other; two points for it are none."""
    site.phone = site.phone or read.site.phone
    site.name = site.name or read.site.name
    here = (read.site.latitude, read.site.longitude)
    known = (site.latitude, site.longitude)
    if None in here or here == known:
        return
    if None in known:
        site.latitude, site.longitude = here
        return
    found.findings.append(
        Finding(
            WARNED,
            "two_points",
            read.row.line,
            _head(source, "latitude"),
            f"{here[0]} ; {here[1]}",
            {"other": str(site.line)},
            object_text=read.school.name,
            cells=read.row.cells,
        )
    )
    site.latitude = site.longitude = None
