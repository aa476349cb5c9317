"""Words as people type them and as the database indexed them: no accents, no signs. Pure.

The SQL function ``search_words`` (migration 0040) folds what is stored in the same way; every
stored text begins with a blank, so that ``% mo%`` means “a word that begins with mo”.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

AT_MOST = 6
"""Words of one question; nobody types more to find a school."""
LONGEST = 100
LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
SAINTS = {"st": "saint", "ste": "sainte"}
"""Stored as the long word; typed, the short one may also begin another (“st” … Stavelot)."""


def fold(text: str) -> str:
    """``L’École St-Éloi`` → ``l ecole st eloi``."""
    letters = unicodedata.normalize("NFKD", text.lower().translate(LETTERS))
    bare = "".join(c for c in letters if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", bare).strip()


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed: ``text`` as it stands, and its words, each with its other spellings."""

    text: str
    words: tuple[tuple[str, ...], ...]

    @property
    def spoken(self) -> str:
        """The whole question as the database spells it (st → saint)."""
        return " ".join(spellings[-1] for spellings in self.words)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The question as a number of the register: ``10 238``, ``0207.123.456``, its digits."""
        tight = re.sub(r"[\s\u00a0\u202f]+", "", self.text)
        digits = re.sub(r"[.\-/]", "", tight)
        if not re.fullmatch(r"(?=.*[0-9])[0-9A-Za-z]{1,12}", digits):
            return ()
        found = [tight, digits]
        if len(digits) == 10 and digits.isdecimal():
            found.append(f"{digits[:4]}.{digits[4:7]}.{digits[7:]}")
        return tuple(dict.fromkeys(found))

    @property
    def key(self) -> int | None:
        """The question as a key of the database, where it can be one."""
        digits = next((n for n in self.numbers if n.isdecimal()), "")
        return int(digits) if 0 < len(digits) < 12 else None

    @property
    def worth_asking(self) -> bool:
        """One letter finds half the Region; one digit may be a number."""
        return len(self.spoken) >= 2 or self.key is not None


def asked(text: str) -> Asked:
    """The question in ``text``."""
    kept = text.strip()[:LONGEST]
    words = fold(kept).split()[:AT_MOST]
    return Asked(kept, tuple((w, SAINTS[w]) if w in SAINTS else (w,) for w in words))
