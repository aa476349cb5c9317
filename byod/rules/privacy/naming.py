"""Words by which a pupil is named in what people wrote, and that text without them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

SHORTEST = 3
"""Signs of a name that is looked for: « Li » stands in too many words."""
INSTEAD = "[…]"
BETWEEN = r"[\s\-\u2010-\u2015]+"
"""Spaces and hyphens, also those that a word processor types."""


def words_to_forget(*told: str) -> list[str]:
    """Whole names, addresses and pseudonyms, and each name by itself; longest first.

    A first name that is also a common word goes as well: too much is better than one too few.
    """
    found: dict[str, None] = {}
    for text in told:
        for word in (text, *(re.split(r"[\s,]+", text) if "@" not in text else ())):
            plain = _folded(" ".join(word.split()))
            if len(plain) >= SHORTEST:
                found[plain] = None
    return sorted(found, key=lambda word: (-len(word), word))


def without(text: str, words: Iterable[str]) -> str:
    """The text with each of these words taken out, whatever its accents and capitals."""
    for word in words:
        pattern = BETWEEN.join(re.escape(part) for part in re.split(BETWEEN, word) if part)
        spans = [found.span() for found in re.finditer(rf"(?<!\w){pattern}(?!\w)", _folded(text))]
        for start, end in reversed(spans):
            text = text[:start] + INSTEAD + text[end:]
    return text


def _folded(text: str) -> str:
    """Lower case without accents, sign for sign: a place in it is the same place in the text."""
    return "".join(_bare(sign) for sign in text)


def _bare(sign: str) -> str:
    low = unicodedata.normalize("NFKD", sign)[0].lower()
    return low if len(low) == 1 else sign
