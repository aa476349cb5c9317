"""Profiles: which OIDs answer which check, one TOML file per family of devices.

Adding a family needs a file in ``profiles/`` and no code (``docs/profiles.md``). A profile may
extend another: its own metrics and checks come first, those of the same key are replaced.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from supervision.rules import DEGRADED, DOWN, Threshold
from supervision.snmp.contract import Oid

FOLDER = Path(__file__).parent / "profiles"
GENERIC = "generic"
LANGUAGES = ("fr", "de", "en")
SERVICES = frozenset({"internet", "lan", "wifi", "power", "printing", "server"})
FOLDS = frozenset({"min", "max", "sum", "mean", "count"})
BUILT_IN = frozenset({"rtt_ms"})
"""Metrics that the poll itself gives: the response time in milliseconds."""

SYS_DESCR = "1.3.6.1.2.1.1.1.0"
SYS_OBJECT_ID = "1.3.6.1.2.1.1.2.0"
SYS_UPTIME = "1.3.6.1.2.1.1.3.0"
SYS_NAME = "1.3.6.1.2.1.1.5.0"

PORT_FIELDS = (
    "name",
    "admin",
    "oper",
    "speed",
    "in_octets",
    "out_octets",
    "in_errors",
    "out_errors",
)


class ProfileError(ValueError):
    """A profile file is wrong. The message names file, key and reason."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}")


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure or text of a device: a scalar (``oid``), or a column folded into one figure.

    ``over``: a second column; the figure is then ``100 × column / over`` per row, in percent.
    ``where``: only rows whose value in that column is ``equals``.
    """

    key: str
    labels: Mapping[str, str]
    unit: str = ""
    scale: float = 1.0
    text: bool = False
    oid: Oid = ""
    column: Oid = ""
    fold: str = ""
    over: Oid = ""
    where: Oid = ""
    equals: int = 0

    @property
    def columns(self) -> tuple[Oid, ...]:
        """Columns that must be walked for it."""
        return tuple(oid for oid in (self.column, self.over, self.where) if oid)


@dataclass(frozen=True, slots=True)
class CheckRule:
    """A question about a metric. ``service`` empty: that of the profile."""

    key: str
    metric: str
    labels: Mapping[str, str]
    service: str
    thresholds: tuple[Threshold, ...]

    def limit(self, severity: str) -> float | None:
        """The figure that a severity starts at, None for lists of states."""
        return next((t.limit for t in self.thresholds if t.severity == severity), None)


@dataclass(frozen=True, slots=True)
class Match:
    """A way to recognise a device; both conditions hold when both are given."""

    sys_object_id: Oid = ""
    sys_descr: re.Pattern[str] | None = None

    def rank(self, object_id: Oid, descr: str) -> tuple[int, int] | None:
        """How exactly it fits: arcs of sysObjectID, then sysDescr; None when it does not."""
        if self.sys_object_id and not f"{object_id}.".startswith(f"{self.sys_object_id}."):
            return None
        if self.sys_descr is not None and not self.sys_descr.search(descr):
            return None
        arcs = self.sys_object_id.count(".") + 1 if self.sys_object_id else 0
        return arcs, int(self.sys_descr is not None)


@dataclass(frozen=True, slots=True)
class Profile:
    """How to poll one family of devices."""

    key: str
    labels: Mapping[str, str]
    service: str
    matches: tuple[Match, ...]
    metrics: tuple[Metric, ...]
    checks: tuple[CheckRule, ...]
    ports: Mapping[str, Oid]
    """Column of each of PORT_FIELDS; empty: ports are not read."""
    neighbours_every: int
    """LLDP neighbours are read on every n-th poll; 0: never."""

    def metric(self, key: str) -> Metric | None:
        return next((metric for metric in self.metrics if metric.key == key), None)

    def check(self, key: str) -> CheckRule | None:
        return next((check for check in self.checks if check.key == key), None)


def label(labels: Mapping[str, str], language: str) -> str:
    """The label in a language, in French when it is missing."""
    return labels.get(language[:2]) or labels["fr"]


# --- choosing ---


@lru_cache(maxsize=1)
def profiles() -> dict[str, Profile]:
    """Every profile of the folder by key, read once per process. Raises ProfileError."""
    return load(FOLDER)


def profile_of(key: str) -> Profile:
    """The profile of that key; the generic one when the key is blank or was removed."""
    known = profiles()
    return known.get(key) or known[GENERIC]


def choose(object_id: Oid, descr: str, known: Iterable[Profile] | None = None) -> Profile:
    """The most specific profile: longest sysObjectID, then sysDescr; generic when none fits."""
    found = list(known) if known is not None else list(profiles().values())
    best: tuple[tuple[int, int], Profile] | None = None
    for profile in sorted(found, key=lambda p: p.key):
        for match in profile.matches:
            rank = match.rank(object_id, descr)
            if rank is not None and (best is None or rank > best[0]):
                best = (rank, profile)
    if best is not None:
        return best[1]
    return next(profile for profile in found if profile.key == GENERIC)


# --- reading files ---


def load(folder: Path) -> dict[str, Profile]:
    """Read and check every ``*.toml`` of a folder. Raises ProfileError."""
    raw = {path.stem: _read(path) for path in sorted(folder.glob("*.toml"))}
    return {key: _build(key, raw) for key in raw}


def _read(path: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(path.name, "(file)", str(error)) from None
    unknown = found.keys() - _PROFILE_KEYS
    if unknown:
        raise ProfileError(path.name, sorted(unknown)[0], "is not a key of a profile")
    return found


_PROFILE_KEYS = {
    *("extends", "labels", "service", "match", "metrics", "checks", "ports", "neighbours_every"),
}


def _build(key: str, raw: Mapping[str, dict[str, Any]]) -> Profile:
    chain = _chain(key, raw)
    own = chain[0]
    file = f"{key}.toml"
    service = _inherited(chain, "service", "lan")
    _check(file, "service", service in SERVICES, f"must be one of {', '.join(sorted(SERVICES))}")
    metrics = _merged(file, "metrics", chain)
    built = tuple(_metric(file, k, row) for k, row in metrics.items())
    known = {metric.key: metric for metric in built}
    checks = tuple(
        _rule(file, k, row, known, str(service))
        for k, row in _merged(file, "checks", chain).items()
    )
    ports = _inherited(chain, "ports", {})
    every = _inherited(chain, "neighbours_every", 0)
    _check(file, "neighbours_every", isinstance(every, int) and every >= 0, "must be 0 or more")
    return Profile(
        key=key,
        labels=_labels(file, "labels", own.get("labels")),
        service=str(service),
        matches=tuple(_match(file, n, row) for n, row in enumerate(own.get("match", []))),
        metrics=built,
        checks=checks,
        ports=_ports(file, ports),
        neighbours_every=every,
    )


def _chain(key: str, raw: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The profile's table, then those it extends, nearest first."""
    chain, seen, at = [raw[key]], [key], key
    while "extends" in raw[at]:
        above = raw[at]["extends"]
        _check(f"{at}.toml", "extends", above in raw, f"there is no profile {above!r}")
        _check(f"{at}.toml", "extends", above not in seen, "extends itself")
        chain.append(raw[above])
        seen.append(above)
        at = above
    return chain


def _inherited(chain: list[dict[str, Any]], name: str, default: Any) -> Any:
    return next((table[name] for table in chain if name in table), default)


def _merged(file: str, name: str, chain: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Tables by key; the nearest profile wins."""
    found: dict[str, dict[str, Any]] = {}
    for table in chain:
        tables = table.get(name, {})
        _check(file, name, isinstance(tables, dict), f"write [{name}.key], one table each")
        for key, row in tables.items():
            _check(file, f"{name}.{key}", isinstance(row, dict), "must be a table")
            found.setdefault(key, row)
    return found


def _check(file: str, key: str, holds: bool, reason: str) -> None:
    if not holds:
        raise ProfileError(file, key, reason)


_OID = re.compile(r"[012](\.\d+)+")


def _oid(file: str, key: str, value: Any) -> Oid:
    fits = isinstance(value, str) and _OID.fullmatch(value) is not None
    _check(file, key, fits, f"{value!r} is not a dotted OID without leading dot")
    return str(value)


def _labels(file: str, key: str, value: Any) -> dict[str, str]:
    _check(file, key, isinstance(value, dict), 'needs labels = {fr = "…", de = "…", en = "…"}')
    for language in LANGUAGES:
        text = value.get(language)
        _check(file, f"{key}.{language}", isinstance(text, str) and text != "", "is missing")
    return {language: str(value[language]) for language in LANGUAGES}


def _match(file: str, number: int, row: dict[str, Any]) -> Match:
    key = f"match[{number}]"
    unknown = sorted(row.keys() - {"sys_object_id", "sys_descr"})
    _check(file, f"{key}.{''.join(unknown[:1])}", not unknown, "is not a way to match")
    _check(file, key, bool(row), "needs sys_object_id, sys_descr, or both")
    pattern = None
    if "sys_descr" in row:
        try:
            pattern = re.compile(row["sys_descr"])
        except (re.error, TypeError) as error:
            raise ProfileError(file, f"{key}.sys_descr", f"not a pattern: {error}") from None
    oid = row.get("sys_object_id")
    return Match(_oid(file, f"{key}.sys_object_id", oid) if oid else "", pattern)


def _metric(file: str, name: str, row: dict[str, Any]) -> Metric:
    key = f"metrics.{name}"
    known = {"labels", "unit", "scale", "text", "oid", "column", "fold", "over", "where", "equals"}
    unknown = sorted(row.keys() - known)
    _check(file, f"{key}.{''.join(unknown[:1])}", not unknown, "is not a key of a metric")
    _check(file, key, ("oid" in row) != ("column" in row), "needs either oid or column")
    if "column" in row:
        _check(file, f"{key}.fold", row.get("fold") in FOLDS, f"one of {', '.join(sorted(FOLDS))}")
        _check(file, f"{key}.text", not row.get("text"), "a column is folded into a figure")
    _check(file, f"{key}.equals", ("where" in row) == ("equals" in row), "where goes with equals")
    scale = row.get("scale", 1)
    _check(file, f"{key}.scale", isinstance(scale, int | float) and scale != 0, "a number, not 0")
    oids = {
        field: _oid(file, f"{key}.{field}", row[field])
        for field in ("oid", "column", "over", "where")
        if field in row
    }
    return Metric(
        key=name,
        labels=_labels(file, f"{key}.labels", row.get("labels")),
        unit=str(row.get("unit", "")),
        scale=float(scale),
        text=bool(row.get("text", False)),
        fold=str(row.get("fold", "")),
        equals=int(row.get("equals", 0)),
        **oids,
    )


def _rule(
    file: str, name: str, row: dict[str, Any], metrics: Mapping[str, Metric], service: str
) -> CheckRule:
    key = f"checks.{name}"
    unknown = sorted(row.keys() - {"labels", "metric", "service", DOWN, DEGRADED})
    _check(file, f"{key}.{''.join(unknown[:1])}", not unknown, "is not a key of a check")
    metric = row.get("metric")
    known = metric in metrics or metric in BUILT_IN
    _check(file, f"{key}.metric", known, f"there is no metric {metric!r}")
    is_text = metric in metrics and metrics[str(metric)].text
    _check(file, f"{key}.metric", not is_text, "a text has no threshold")
    chosen = row.get("service", service)
    _check(file, f"{key}.service", chosen in SERVICES, f"one of {', '.join(sorted(SERVICES))}")
    thresholds = tuple(
        _threshold(file, f"{key}.{severity}", severity, row[severity])
        for severity in (DOWN, DEGRADED)
        if severity in row
    )
    _check(file, key, bool(thresholds), "needs down, degraded, or both")
    labels = _labels(file, f"{key}.labels", row.get("labels"))
    return CheckRule(name, str(metric), labels, str(chosen), thresholds)


def _threshold(file: str, key: str, severity: str, row: Any) -> Threshold:
    _check(file, key, isinstance(row, dict), "write {above = 55, clear = 50}")
    unknown = sorted(row.keys() - {"above", "below", "one_of", "clear"})
    _check(file, f"{key}.{''.join(unknown[:1])}", not unknown, "is not a key of a threshold")
    kinds = [kind for kind in ("above", "below", "one_of") if kind in row]
    _check(file, key, len(kinds) == 1, "needs exactly one of above, below, one_of")
    if kinds == ["one_of"]:
        _check(file, f"{key}.one_of", isinstance(row["one_of"], list), "must be a list of figures")
        return Threshold(severity, one_of=frozenset(float(v) for v in row["one_of"]))
    limit, clear = row[kinds[0]], row.get("clear")
    numbers = isinstance(limit, int | float) and isinstance(clear, int | float)
    _check(file, f"{key}.clear", numbers, "limit and clear must be figures: both ways differ")
    right = clear <= limit if kinds == ["above"] else clear >= limit
    _check(file, f"{key}.clear", right, "must lie on the good side of the limit")
    if kinds == ["above"]:
        return Threshold(severity, above=float(limit), clear=float(clear))
    return Threshold(severity, below=float(limit), clear=float(clear))


def _ports(file: str, row: Any) -> dict[str, Oid]:
    _check(file, "ports", isinstance(row, dict), "must be a table of columns")
    for name in row:
        _check(file, f"ports.{name}", name in PORT_FIELDS, f"one of {', '.join(PORT_FIELDS)}")
    if row:
        for name in ("name", "admin", "oper"):
            _check(file, f"ports.{name}", name in row, "is missing")
    return {name: _oid(file, f"ports.{name}", oid) for name, oid in row.items()}
