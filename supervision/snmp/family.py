"""Families: who made a device, and where its model, version, serial and parts stand.

One TOML file per family in ``families/``, read and checked once (``docs/profiles.md``); adding one
needs no code. A family names the polling profile that suits it: many families share one profile,
and what is asked weekly to know a device is not what is asked every five minutes to judge it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from supervision.snmp.contract import Oid
from supervision.snmp.profile import ProfileError, profiles

FOLDER = Path(__file__).parent / "families"
STANDARD = "standard"
"""The family of whatever no other recognises."""

CATEGORIES = frozenset(
    {
        *("router", "switch", "access_point", "controller", "ups", "printer", "server", "nas"),
        *("board", "projector", "other"),
    }
)
FACTS = ("model", "hardware", "version", "serial", "mac", "maker_from")
ENTITY_FIELDS = frozenset(
    {"model", "name", "descr", "serial", "software", "firmware", "hardware", "maker"}
)
CASES = frozenset({"upper", "lower"})
AP_COLUMNS = ("name", "mac", "serial", "model", "address", "version", "state", "clients")
AP_COUNTS = ("connected", "total", "connected_rows", "total_rows")
MEMBER_COLUMNS = ("model", "serial", "version", "name")


@dataclass(frozen=True, slots=True)
class Source:
    """One place where a fact may stand; the first that gives a plausible text wins."""

    oid: Oid = ""
    column: Oid = ""
    entity: str = ""
    descr: re.Pattern[str] | None = None
    object_id: bool = False
    text: str = ""
    parts: Mapping[str, Oid] = field(default_factory=dict)
    template: str = ""
    pattern: re.Pattern[str] | None = None
    remove: re.Pattern[str] | None = None
    map: Mapping[str, str] = field(default_factory=dict)
    case: str = ""
    row: str = ""
    """``own``: of a column, the row whose own address is ours; else the first plausible one."""
    addresses: Oid = ""
    """For ``row = "own"``: the column of the rows' addresses."""
    mine: Oid = ""
    """For ``row = "own"``: the scalar with our own address."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """A way to recognise a device; all that is given must hold. ``has``: one extra GET answers."""

    sys_object_id: Oid = ""
    sys_descr: re.Pattern[str] | None = None
    has: Oid = ""
    like: re.Pattern[str] | None = None

    def fits_system(self, object_id: Oid, descr: str) -> bool:
        """Whether the system group fits; ``has`` is for later."""
        if self.sys_object_id and not f"{object_id}.".startswith(f"{self.sys_object_id}."):
            return False
        return self.sys_descr is None or self.sys_descr.search(descr) is not None

    @property
    def rank(self) -> tuple[int, int, int]:
        """How much it asks: arcs of sysObjectID, an extra object, sysDescr."""
        arcs = self.sys_object_id.count(".") + 1 if self.sys_object_id else 0
        return arcs, int(bool(self.has)), int(self.sys_descr is not None)


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """Some models of a family are of another category, and polled by another profile."""

    category: str
    profile: str
    model: re.Pattern[str] | None = None
    descr: re.Pattern[str] | None = None

    def holds(self, model: str, descr: str) -> bool:
        return (self.model is None or self.model.search(model) is not None) and (
            self.descr is None or self.descr.search(descr) is not None
        )


@dataclass(frozen=True, slots=True)
class PortRules:
    """Which rows of the interface table are plugs, beyond the general rule."""

    physical: re.Pattern[str] | None = None
    not_physical: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """How to know one family of devices."""

    key: str
    maker: str
    category: str
    profile: str
    matches: tuple[Recognition, ...]
    descr: tuple[re.Pattern[str], ...]
    sources: Mapping[str, tuple[Source, ...]]
    entity: bool
    """Whether ENTITY-MIB is believed for what the sources do not tell."""
    category_rules: tuple[CategoryRule, ...]
    ports: PortRules
    ap_columns: Mapping[str, Oid]
    ap_up: frozenset[int | str]
    """Values of the state column that mean connected; without them the rows say nothing of it."""
    ap_counts: Mapping[str, Oid]
    """Scalars ``connected`` and ``total``; columns to add up ``connected_rows``, ``total_rows``."""
    member_columns: Mapping[str, Oid]

    @property
    def scalars(self) -> tuple[Oid, ...]:
        """Every scalar that its sources read."""
        counts = self.ap_counts
        found: list[Oid] = [counts[key] for key in ("connected", "total") if key in counts]
        for sources in self.sources.values():
            for one in sources:
                found += [oid for oid in (one.oid, one.mine, *one.parts.values()) if oid]
        return tuple(dict.fromkeys(found))

    @property
    def columns(self) -> tuple[Oid, ...]:
        """Every column that its sources read."""
        found: list[Oid] = []
        for sources in self.sources.values():
            for one in sources:
                found += [oid for oid in (one.column, one.addresses) if oid]
        return tuple(dict.fromkeys(found))


# --- choosing ---


@lru_cache(maxsize=1)
def families() -> dict[str, Family]:
    """Every family by key, read once per process. Raises ProfileError."""
    return load(FOLDER)


def candidates(
    object_id: Oid, descr: str, known: Iterable[Family] | None = None
) -> list[tuple[Family, Recognition]]:
    """Ways of recognition whose system group fits, the most exact first."""
    found = [
        (family, match)
        for family in (known if known is not None else families().values())
        for match in family.matches
        if match.fits_system(object_id, descr)
    ]
    return sorted(found, key=lambda pair: (pair[1].rank, pair[0].key), reverse=True)


def choose(
    object_id: Oid,
    descr: str,
    probed: Mapping[Oid, str],
    known: Mapping[str, Family] | None = None,
) -> Family:
    """The most exact family. ``probed``: text of each extra object that the device has."""
    all_of_them = known if known is not None else families()
    for family, match in candidates(object_id, descr, all_of_them.values()):
        if match.has and match.has not in probed:
            continue
        if match.like is not None and not match.like.search(probed.get(match.has, "")):
            continue
        return family
    return all_of_them[STANDARD]


# --- reading files ---

_KEYS = {
    *("maker", "category", "profile", "descr", "entity", "match", "category_when"),
    *("ports", "access_points", "members", *FACTS),
}


def load(folder: Path) -> dict[str, Family]:
    """Read and check every ``*.toml`` of a folder. Raises ProfileError."""
    return {path.stem: _read(path) for path in sorted(folder.glob("*.toml"))}


def _read(path: Path) -> Family:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(path.name, "(file)", str(error)) from None
    return _Reader(path.name, raw).family(path.stem)


class _Reader:
    """Checks one file; every complaint names file, key and reason."""

    def __init__(self, file: str, raw: dict[str, Any]) -> None:
        self.file, self.raw = file, raw

    def family(self, key: str) -> Family:
        raw = self.raw
        self.only("", raw, _KEYS)
        self.must("maker", isinstance(raw.get("maker"), str) and raw["maker"] != "", "is missing")
        access_points = self.table("access_points")
        self.only("access_points", access_points, {*AP_COLUMNS, *AP_COUNTS, "up"})
        members = self.table("members")
        self.only("members", members, set(MEMBER_COLUMNS))
        return Family(
            key=key,
            maker=raw["maker"],
            category=self.category("category", raw.get("category")),
            profile=self.profile("profile", raw.get("profile")),
            matches=tuple(self.match(n, row) for n, row in enumerate(self.list("match"))),
            descr=tuple(self.pattern(f"descr[{n}]", p) for n, p in enumerate(self.list("descr"))),
            sources={fact: self.sources(fact) for fact in FACTS if fact in raw},
            entity=bool(raw.get("entity", True)),
            category_rules=tuple(
                self.category_rule(n, row) for n, row in enumerate(self.list("category_when"))
            ),
            ports=self.ports(),
            ap_columns=self.columns("access_points", access_points, AP_COLUMNS),
            ap_up=frozenset(access_points.get("up", [])),
            ap_counts=self.columns("access_points", access_points, AP_COUNTS),
            member_columns=self.columns("members", members, MEMBER_COLUMNS),
        )

    # --- parts ---

    def match(self, number: int, row: dict[str, Any]) -> Recognition:
        key = f"match[{number}]"
        self.only(key, row, {"sys_object_id", "sys_descr", "has", "like"})
        self.must(key, bool(row), "needs sys_object_id, sys_descr or has")
        self.must(f"{key}.like", "like" not in row or "has" in row, "goes with has")
        return Recognition(
            sys_object_id=self.optional_oid(f"{key}.sys_object_id", row),
            sys_descr=self.optional_pattern(f"{key}.sys_descr", row),
            has=self.optional_oid(f"{key}.has", row),
            like=self.optional_pattern(f"{key}.like", row),
        )

    def sources(self, fact: str) -> tuple[Source, ...]:
        return tuple(self.source(f"{fact}[{n}]", row) for n, row in enumerate(self.list(fact)))

    def source(self, key: str, row: dict[str, Any]) -> Source:
        kinds = {"oid", "column", "entity", "descr", "object_id", "text", "parts"}
        more = {"pattern", "remove", "map", "case", "template", "row", "addresses", "mine"}
        self.only(key, row, kinds | more)
        given = sorted(row.keys() & kinds)
        self.must(key, len(given) == 1, f"needs exactly one of {', '.join(sorted(kinds))}")
        self.must(f"{key}.entity", row.get("entity", "model") in ENTITY_FIELDS, "is no such field")
        self.must(f"{key}.case", row.get("case", "upper") in CASES, "is upper or lower")
        self.must(f"{key}.template", "parts" not in row or "template" in row, "parts need one")
        self.must(f"{key}.row", row.get("row", "own") == "own", "is own")
        own = {"row", "addresses", "mine"} & row.keys()
        self.must(f"{key}.row", len(own) in (0, 3), "row, addresses and mine go together")
        self.must(f"{key}.object_id", "object_id" not in row or "map" in row, "needs a map")
        parts = row.get("parts", {})
        return Source(
            oid=self.optional_oid(f"{key}.oid", row),
            column=self.optional_oid(f"{key}.column", row),
            entity=row.get("entity", ""),
            descr=self.optional_pattern(f"{key}.descr", row),
            object_id=bool(row.get("object_id", False)),
            text=row.get("text", ""),
            parts={name: self.oid(f"{key}.parts.{name}", oid) for name, oid in parts.items()},
            template=row.get("template", ""),
            pattern=self.optional_pattern(f"{key}.pattern", row),
            remove=self.optional_pattern(f"{key}.remove", row),
            map={str(k): str(v) for k, v in row.get("map", {}).items()},
            case=row.get("case", ""),
            row=row.get("row", ""),
            addresses=self.optional_oid(f"{key}.addresses", row),
            mine=self.optional_oid(f"{key}.mine", row),
        )

    def category_rule(self, number: int, row: dict[str, Any]) -> CategoryRule:
        key = f"category_when[{number}]"
        self.only(key, row, {"category", "profile", "model", "descr"})
        self.must(key, bool(row.keys() & {"model", "descr"}), "needs model, descr, or both")
        return CategoryRule(
            self.category(f"{key}.category", row.get("category")),
            self.profile(f"{key}.profile", row.get("profile")),
            self.optional_pattern(f"{key}.model", row),
            self.optional_pattern(f"{key}.descr", row),
        )

    def ports(self) -> PortRules:
        row = self.table("ports")
        self.only("ports", row, {"physical", "not_physical"})
        return PortRules(
            self.optional_pattern("ports.physical", row),
            self.optional_pattern("ports.not_physical", row),
        )

    def columns(self, key: str, row: dict[str, Any], known: tuple[str, ...]) -> dict[str, Oid]:
        return {name: self.oid(f"{key}.{name}", row[name]) for name in known if name in row}

    # --- values ---

    def must(self, key: str, holds: bool, reason: str) -> None:
        if not holds:
            raise ProfileError(self.file, key, reason)

    def only(self, key: str, row: Any, known: set[str]) -> None:
        self.must(key or "(file)", isinstance(row, dict), "must be a table")
        unknown = sorted(row.keys() - known)
        self.must(".".join(filter(None, [key, *unknown[:1]])), not unknown, "is not a known key")

    def table(self, key: str) -> dict[str, Any]:
        found = self.raw.get(key, {})
        self.must(key, isinstance(found, dict), "must be a table")
        return dict(found)

    def list(self, key: str) -> list[Any]:
        found = self.raw.get(key, [])
        self.must(key, isinstance(found, list), "must be a list")
        return list(found)

    def category(self, key: str, value: Any) -> str:
        self.must(key, value in CATEGORIES, f"must be one of {', '.join(sorted(CATEGORIES))}")
        return str(value)

    def profile(self, key: str, value: Any) -> str:
        self.must(key, value in profiles(), f"there is no polling profile {value!r}")
        return str(value)

    def oid(self, key: str, value: Any) -> Oid:
        fits = isinstance(value, str) and re.fullmatch(r"[012](\.\d+)+", value) is not None
        self.must(key, fits, f"{value!r} is not a dotted OID without leading dot")
        return str(value)

    def optional_oid(self, key: str, row: dict[str, Any]) -> Oid:
        name = key.rpartition(".")[2]
        return self.oid(key, row[name]) if name in row else ""

    def pattern(self, key: str, value: Any) -> re.Pattern[str]:
        try:
            return re.compile(value)
        except (re.error, TypeError) as error:
            raise ProfileError(self.file, key, f"not a pattern: {error}") from None

    def optional_pattern(self, key: str, row: dict[str, Any]) -> re.Pattern[str] | None:
        name = key.rpartition(".")[2]
        return self.pattern(key, row[name]) if name in row else None
