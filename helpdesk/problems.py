"""What a school can report: the questions of problems.toml as plain values.

The file is data in three languages, versioned: a report keeps the version it answered. A text
that misses the reader's language falls back to French.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

SOURCE = Path(__file__).with_name("problems.toml")
UNSEEN = "unseen"
"""The answer of somebody who could not see: always offered, never a fault."""


@dataclass(frozen=True)
class Words:
    """One text in the languages of the house; ``str()`` gives the reader's."""

    texts: Mapping[str, str]

    def __str__(self) -> str:
        language = (get_language() or "fr")[:2]
        return self.texts.get(language) or self.texts.get("fr", "")

    def __bool__(self) -> bool:
        return bool(self.texts)


@dataclass(frozen=True)
class Choice:
    """One answer. ``colour``: a state key, ``none`` for an unlit lamp, empty for no lamp."""

    value: str
    title: Words
    hint: Words
    colour: str = ""


@dataclass(frozen=True)
class Look:
    """One harmless visual question: ``text`` asks, ``label`` names the answer in a recap."""

    key: str
    text: Words
    label: Words
    choices: tuple[Choice, ...]
    drawing: str = ""

    def title_of(self, value: str) -> str:
        """The words of an answer; of an unknown one, nothing."""
        if value == UNSEEN:
            return _("je ne l’ai pas vu")
        return next((str(choice.title) for choice in self.choices if choice.value == value), "")


@dataclass(frozen=True)
class Symptom:
    """What exactly goes wrong. ``request``: nothing is broken, something is asked for (ITIL)."""

    key: str
    title: Words
    hint: Words
    request: bool = False


@dataclass(frozen=True)
class Subject:
    """What a report is about.

    ``services``: services of supervision whose known faults are offered first; ``categories``:
    devices to choose among; ``place``: the second question, none when no room is concerned.
    """

    key: str
    icon: str
    title: Words
    hint: Words
    ask: Words
    place: Words
    services: frozenset[str]
    categories: tuple[str, ...]
    symptoms: tuple[Symptom, ...]
    look: Look | None

    def symptom(self, key: str) -> Symptom | None:
        """The symptom of that key."""
        return next((symptom for symptom in self.symptoms if symptom.key == key), None)


@dataclass(frozen=True)
class Problems:
    """All subjects of one version."""

    version: int
    subjects: tuple[Subject, ...]

    def subject(self, key: str) -> Subject | None:
        """The subject of that key."""
        return next((subject for subject in self.subjects if subject.key == key), None)


def _words(raw: Mapping[str, Any], key: str) -> Words:
    return Words(dict(raw.get(key, {})))


def _choice(raw: Mapping[str, Any]) -> Choice:
    return Choice(raw["value"], _words(raw, "title"), _words(raw, "hint"), raw.get("colour", ""))


def _look(raw: Mapping[str, Any] | None) -> Look | None:
    if not raw:
        return None
    choices = tuple(_choice(choice) for choice in raw["choice"])
    drawing = raw.get("drawing", "")
    return Look(raw["key"], _words(raw, "text"), _words(raw, "label"), choices, drawing)


def _symptom(raw: Mapping[str, Any]) -> Symptom:
    return Symptom(raw["key"], _words(raw, "title"), _words(raw, "hint"), raw.get("request", False))


def _subject(raw: Mapping[str, Any]) -> Subject:
    return Subject(
        key=raw["key"],
        icon=raw["icon"],
        title=_words(raw, "title"),
        hint=_words(raw, "hint"),
        ask=_words(raw, "ask"),
        place=_words(raw, "place"),
        services=frozenset(raw["services"]),
        categories=tuple(raw["categories"]),
        symptoms=tuple(_symptom(symptom) for symptom in raw.get("symptom", [])),
        look=_look(raw.get("look")),
    )


@cache
def load_problems(source: Path = SOURCE) -> Problems:
    """Read the file once per process. A broken file raises at the first use, and in the tests."""
    raw = tomllib.loads(source.read_text(encoding="utf-8"))
    return Problems(raw["version"], tuple(_subject(subject) for subject in raw["subject"]))
