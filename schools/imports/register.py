"""What a register says: rows, repeated per type of teaching, become POs, schools and sites."""

from __future__ import annotations

from dataclasses import dataclass, field

from schools.imports.columns import plain
from schools.imports.findings import IGNORED, Finding
from schools.imports.reading import Row, Source
from schools.imports.towns import Gazetteer, outside_wallonia, point_problem
from schools.imports.values import Cells, decimal
from schools.imports.words import (
    KINDS,
    SCHEMES,
    levels_of,
    network_of,
    of_another_field,
)
from schools.models import Community, Network, Scheme, SchoolKind

Key = tuple[str, str]
"""(scheme, number); of an authority: ("fase" | "bce" | "name", number or name)."""


@dataclass(slots=True)
class AuthorityFact:
    key: Key
    name: str
    fase: str
    bce: str
    line: int


@dataclass(slots=True)
class SchoolFact:
    key: Key
    authority: Key
    name: str
    kind: str
    network: str
    line: int

    @property
    def community(self) -> str:
        german = self.key[0] == Scheme.DG or self.network == Network.DG
        return (Community.DG if german else Community.FWB).value


@dataclass(slots=True)
class SiteFact:
    """A site. An empty field is unknown to the source, not empty there: it changes nothing."""

    key: Key
    school: Key
    name: str
    address: str
    postcode: str
    locality: str
    nis_code: str
    phone: str
    latitude: float | None
    longitude: float | None
    line: int
    levels: set[str] = field(default_factory=set)
    rows: list[Row] = field(default_factory=list)

    @property
    def place(self) -> dict[str, object]:
        """What every row of the site must agree on."""
        return {
            "school_number": self.school,
            "address": plain(self.address),
            "postcode": self.postcode,
            "locality": plain(self.locality),
            "municipality": self.nis_code,
        }


@dataclass(slots=True)
class Register:
    """A whole source: what it says, what is wrong with it, and what it speaks for."""

    authorities: dict[Key, AuthorityFact] = field(default_factory=dict)
    schools: dict[Key, SchoolFact] = field(default_factory=dict)
    sites: dict[Key, SiteFact] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    named: set[Key] = field(default_factory=set)
    """Sites that a refused row names: unknown, and therefore never closed."""
    named_schools: set[Key] = field(default_factory=set)
    unreadable: int = 0
    """Refused rows that do not even say which site they are about."""
    covers: set[tuple[str, str]] = field(default_factory=set)
    """(scheme, kind) of the places that the source lists completely."""
    rows: int = 0
    refused: set[int] = field(default_factory=set)
    ignored: int = 0


@dataclass(slots=True)
class Read:
    """One good row, until it is known whether the others agree."""

    row: Row
    authority: AuthorityFact
    school: SchoolFact
    site: SiteFact


def read_row(source: Source, row: Row, towns: Gazetteer, found: Register) -> Read | None:
    cells = Cells(source, row)
    read = _understood(cells, towns) if cells.sure else None
    if read is None and not cells.refused:
        found.ignored += 1
    elif cells.refused:
        found.refused.add(row.line)
        _remember(cells, found)
    found.findings += cells.findings
    return None if cells.refused else read


def _remember(cells: Cells, found: Register) -> None:
    """A refused row still names a place, which must not be taken for gone."""
    probe = Cells(cells.source, cells.row)
    scheme = SCHEMES.get(plain(cells.raw("scheme")), Scheme.FASE.value)
    school, site = probe.number("school_number", scheme), probe.number("site_number", scheme)
    if cells.sure and not probe.refused:
        found.named.add((scheme, site))
        found.named_schools.add((scheme, school))
    else:
        found.unreadable += 1


def _understood(cells: Cells, towns: Gazetteer) -> Read | None:
    """What the row says; None when it is refused (noted in ``cells``) or not ours."""
    kind, level = cells.raw("type"), cells.raw("level")
    municipality = cells.text("municipality", 100)
    if outside_wallonia(municipality, cells.raw("postcode")):
        _ignore(cells, "outside", "municipality")
        return None
    if of_another_field(kind, level):
        _ignore(cells, "other_field", "level")
        return None
    scheme = cells.one_of("scheme", SCHEMES, "unknown_scheme", plain(cells.raw("scheme")))
    authority = _authority(cells)
    school = _school(cells, scheme, authority.key)
    site = _site(cells, scheme, school, _town(cells, towns))
    return Read(cells.row, authority, school, site)


def _ignore(cells: Cells, reason: str, key: str) -> None:
    """Not a fault: the source speaks of more than Préau looks after."""
    cells.findings = [
        Finding(IGNORED, reason, cells.row.line, cells.column(key), cells.raw(key)[:200])
    ]
    cells.refused = False


def _authority(cells: Cells) -> AuthorityFact:
    name, bce = cells.text("po_name", 200, required=True), cells.bce("po_bce")
    fase = cells.fase("po_number") if "po_number" in cells.source.places else ""
    key = ("fase", fase) if fase else ("bce", bce) if bce else ("name", plain(name))
    return AuthorityFact(key, name, fase, bce, cells.row.line)


def _school(cells: Cells, scheme: str, authority: Key) -> SchoolFact:
    number = cells.number("school_number", scheme)
    name = cells.text("school_name", 200, required=True)
    kind = SchoolKind.SCHOOL.value
    if "kind" in cells.source.places:
        kind = cells.one_of("kind", KINDS, "unknown_kind", plain(cells.raw("kind")))
    network = _network(cells, scheme, kind)
    return SchoolFact((scheme, number), authority, name, kind, network, cells.row.line)


def _network(cells: Cells, scheme: str, kind: str) -> str:
    written = cells.raw("network")
    if not written and (scheme != Scheme.FASE or kind != SchoolKind.SCHOOL):
        return (Network.DG if scheme == Scheme.DG else Network.NONE).value
    if not written:
        cells.refuse("missing", "network")
        return ""
    network = network_of(written, cells.raw("type"), cells.raw("level"))
    if network in ("", "?"):
        cells.refuse("vague_network" if network else "unknown_network", "network")
    return network


def _town(cells: Cells, towns: Gazetteer) -> str:
    written = cells.raw("municipality")
    codes = towns.find(written)
    if len(codes) == 1:
        return codes[0]
    if not written:
        cells.refuse("missing", "municipality")
    elif codes:
        cells.refuse("ambiguous_municipality", "municipality", codes=", ".join(codes))
    else:
        cells.refuse("unknown_municipality", "municipality")
    return ""


def _site(cells: Cells, scheme: str, school: SchoolFact, nis_code: str) -> SiteFact:
    number = cells.number("site_number", scheme)
    latitude, longitude = _point(cells, nis_code)
    site = SiteFact(
        key=(scheme, number),
        school=school.key,
        name=cells.text("site_name", 200),
        address=cells.text("address", 200),
        postcode=cells.postcode("postcode"),
        locality=cells.text("locality", 100),
        nis_code=nis_code,
        phone=cells.phone("phone"),
        latitude=latitude,
        longitude=longitude,
        line=cells.row.line,
    )
    site.levels = _levels(cells, school.kind)
    return site


def _levels(cells: Cells, kind: str) -> set[str]:
    written = cells.raw("level")
    if not written and not cells.raw("type"):
        if kind == SchoolKind.SCHOOL:
            cells.refuse("missing", "level")
        return set()
    levels = set(levels_of(cells.raw("type"), written))
    if not levels:
        cells.refuse("unknown_level", "level")
    return levels


def _point(cells: Cells, nis_code: str) -> tuple[float | None, float | None]:
    """The point of a site, or none: a doubtful one is left out and the row stays.

    The site exists whatever its dot on the map; a wrong dot sends a technician astray, a missing
    one only leaves a gap that the preview names.
    """
    written = cells.raw("latitude"), cells.raw("longitude")
    if not any(written) or not nis_code:
        return None, None
    latitude, longitude = decimal(written[0]), decimal(written[1])
    shown = " ; ".join(written)
    if latitude is None or longitude is None:
        cells.warn("not_decimal", "latitude", shown)
        return None, None
    if problem := point_problem(latitude, longitude, nis_code):
        cells.warn(problem, "latitude", shown)
        return None, None
    return round(latitude, 6), round(longitude, 6)
