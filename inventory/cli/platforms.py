"""The families of devices and what they understand: ``platforms.toml`` as values."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("platforms.toml")
INDENTED, SET, NONE = "indented", "set", "none"
Patterns = tuple[re.Pattern[str], ...]


class PlatformError(ValueError):
    """The platforms' file says something that cannot be; the text names the platform."""


@dataclass(frozen=True, slots=True)
class Platform:
    """One family. Each field is explained at the top of ``platforms.toml``."""

    key: str
    name: str
    driver: str
    running: str
    grammar: str = NONE
    enable: bool = False
    prepare: tuple[str, ...] = ()
    enter: str = ""
    leave: str = ""
    save: tuple[str, ...] = ()
    arm: tuple[str, ...] = ()
    disarm: tuple[str, ...] = ()
    commit: str = ""
    commit_confirmed: str = ""
    answers: tuple[tuple[re.Pattern[str], str], ...] = ()
    errors: Patterns = ()
    volatile: Patterns = ()
    shifting: Patterns = ()
    secrets: Patterns = ()
    descriptions: Patterns = ()

    @property
    def writable(self) -> bool:
        """Whether changes can be written: we know how its configuration is spelt."""
        return self.grammar != NONE

    @property
    def returns(self) -> bool:
        """Whether it can go back by itself when nobody confirms."""
        return bool(self.arm or self.commit_confirmed)


_LISTS = ("prepare", "save", "arm", "disarm")
_PATTERNS = ("errors", "volatile", "shifting", "secrets", "descriptions")
_TEXTS = ("name", "driver", "running", "grammar", "enter", "leave", "commit", "commit_confirmed")
_KNOWN = {*_LISTS, *_PATTERNS, *_TEXTS, "enable", "answers", "like"}


@cache
def platforms() -> Mapping[str, Platform]:
    """Every platform by its key, as the file orders them."""
    return read(FILE.read_text("utf-8"))


def platform_of(key: str) -> Platform:
    """The platform of that key. Raises PlatformError when nobody described it."""
    found = platforms().get(key)
    if found is None:
        raise PlatformError(f"No platform “{key}” in {FILE.name}.")
    return found


def propose(*texts: str) -> str:
    """The key of the platform that a device's own description names; empty: none does."""
    for one in platforms().values():
        if any(p.search(text) for p in one.descriptions for text in texts if text):
            return one.key
    return ""


def read(text: str) -> dict[str, Platform]:
    """Parse a platforms' file. Raises PlatformError for what it cannot mean."""
    tables: dict[str, dict[str, Any]] = tomllib.loads(text)
    return {key: _platform(key, tables) for key in tables}


def _platform(key: str, tables: Mapping[str, Mapping[str, Any]]) -> Platform:
    table = _whole(key, tables)
    if unknown := sorted(set(table) - _KNOWN):
        raise PlatformError(f"{key}: unknown {', '.join(unknown)}.")
    if missing := [name for name in ("name", "driver", "running") if not table.get(name)]:
        raise PlatformError(f"{key}: {', '.join(missing)} must be given.")
    if table.get("grammar", NONE) not in (INDENTED, SET, NONE):
        raise PlatformError(f"{key}: grammar is {INDENTED}, {SET} or {NONE}.")
    values: dict[str, Any] = {name: table[name] for name in _TEXTS if name in table}
    values |= {name: tuple(table[name]) for name in _LISTS if name in table}
    values |= {name: _compiled(key, table[name]) for name in _PATTERNS if name in table}
    asked = table.get("answers", [])
    answers = tuple((_compiled(key, [question])[0], said) for question, said in asked)
    return Platform(key=key, enable=bool(table.get("enable")), answers=answers, **values)


def _whole(key: str, tables: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A table with what it takes from the one that it is like."""
    table = dict(tables[key])
    like = table.pop("like", None)
    if like is None:
        return table
    if like not in tables or "like" in tables[like]:
        raise PlatformError(f"{key}: like must name a complete platform.")
    return {**tables[like], **table}


def _compiled(key: str, patterns: list[str]) -> Patterns:
    try:
        return tuple(re.compile(pattern, re.MULTILINE) for pattern in patterns)
    except re.error as error:
        raise PlatformError(f"{key}: {error.pattern!r}: {error}.") from None
