"""OAI-PMH 2.0: what a harvester may ask, read from its question. Pure; the views answer.

Source: The Open Archives Initiative Protocol for Metadata Harvesting, 2.0 (openarchives.org).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
SECOND = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
FORMATS = ("oai_dc", "lom")

ARGUMENTS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset({"resumptionToken"})),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
    "ListIdentifiers": (
        frozenset({"metadataPrefix"}),
        frozenset({"from", "until", "set", "resumptionToken"}),
    ),
    "ListRecords": (
        frozenset({"metadataPrefix"}),
        frozenset({"from", "until", "set", "resumptionToken"}),
    ),
}
"""Verb → arguments that it needs, arguments that it takes."""


class ProtocolError(Exception):
    """An error of the protocol: its code, and words for the maintainer of the harvester."""

    def __init__(self, code: str, words: str) -> None:
        self.code = code
        super().__init__(words)


@dataclass(frozen=True, slots=True)
class Span:
    """From and until, both included, as moments; ``until`` is the first moment that is out."""

    begin: dt.datetime | None = None
    end: dt.datetime | None = None


def read_question(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The arguments of a request. Raises ProtocolError where they are not as the verb wants."""
    told = dict(pairs)
    if len(told) != len(pairs):
        verbs = [value for key, value in pairs if key == "verb"]
        code = "badVerb" if len(verbs) != 1 else "badArgument"
        raise ProtocolError(code, "an argument is repeated")
    verb = told.get("verb", "")
    if verb not in ARGUMENTS:
        raise ProtocolError("badVerb", f"{verb!r} is no verb of OAI-PMH" if verb else "no verb")
    needed, taken = ARGUMENTS[verb]
    given = set(told) - {"verb"}
    if foreign := given - needed - taken:
        raise ProtocolError("badArgument", f"{verb} takes no {', '.join(sorted(foreign))}")
    if "resumptionToken" in given:
        if given != {"resumptionToken"}:
            raise ProtocolError("badArgument", "resumptionToken excludes every other argument")
        return told
    if missing := needed - given:
        raise ProtocolError("badArgument", f"{verb} needs {', '.join(sorted(missing))}")
    return told


def read_span(told: Mapping[str, str]) -> Span:
    """``from`` and ``until``. Raises ProtocolError for dates that are none, or that do not fit."""
    begin, end = told.get("from", ""), told.get("until", "")
    if begin and end and len(begin) != len(end):
        raise ProtocolError("badArgument", "from and until differ in granularity")
    first = _moment(begin) if begin else None
    last = _moment(end) if end else None
    if first and last and first > last:
        raise ProtocolError("badArgument", "from is later than until")
    if last is not None:
        last += dt.timedelta(days=1) if len(end) == 10 else dt.timedelta(seconds=1)
    return Span(first, last)


def _moment(text: str) -> dt.datetime:
    try:
        if SECOND.fullmatch(text):
            return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
        if DAY.fullmatch(text):
            return dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        pass
    raise ProtocolError("badArgument", f"{text!r} is neither YYYY-MM-DD nor YYYY-MM-DDThh:mm:ssZ")


def stamp(moment: dt.datetime) -> str:
    """A moment as the protocol writes it: UTC, whole seconds."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
