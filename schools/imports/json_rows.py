"""Objects of a JSON file one after the other, however long it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

CHUNK = 64 * 1024
LONGEST_OBJECT = 1024 * 1024


class NotJson(ValueError):
    """The text is no list of objects."""


def objects(file: IO[str]) -> Iterator[dict[str, Any]]:
    """Each object of a list, or of the list under ``results``, ``records`` or ``data``.

    An object of the portal may wrap its fields (``{"record": {"fields": {…}}}``): they are
    unwrapped. Raises NotJson where the text is something else, or is cut.
    """
    text = _to_list(file)
    decoder = json.JSONDecoder()
    while True:
        text = text.lstrip(" \t\r\n,")
        if not text:
            text = file.read(CHUNK)
            if not text:
                raise NotJson("cut")
            continue
        if text[0] == "]":
            return
        if text[0] != "{":
            raise NotJson("a list of something else")
        found, text = _one(decoder, text, file)
        yield unwrapped(found)


def _one(decoder: json.JSONDecoder, text: str, file: IO[str]) -> tuple[dict[str, Any], str]:
    """The object that ``text`` begins with, read on as far as needed; and what follows."""
    while True:
        try:
            found, end = decoder.raw_decode(text)
        except ValueError:
            more = file.read(CHUNK)
            if not more or len(text) > LONGEST_OBJECT:
                raise NotJson("cut") from None
            text += more
        else:
            return found, text[end:]


def _to_list(file: IO[str]) -> str:
    """Skip to the list that holds the objects; what stands after its bracket."""
    text = file.read(CHUNK).lstrip("\ufeff \t\r\n")
    if text[:1] == "[":
        return text[1:]
    for key in ('"results"', '"records"', '"data"'):
        before, found, after = text.partition(key)
        inner = after.lstrip(" \t\r\n:")
        if before[:1] == "{" and found and inner[:1] == "[":
            return inner[1:]
    raise NotJson("no list")


def unwrapped(found: dict[str, Any]) -> dict[str, Any]:
    """The fields themselves, out of the portal's ``record`` and ``fields``."""
    for key in ("record", "fields"):
        inner = found.get(key)
        if isinstance(inner, dict):
            found = inner
    return found
