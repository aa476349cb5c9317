"""Reading the cells of one row: what each must be, and every fault of the row told at once."""

from __future__ import annotations

import datetime as dt
import re

from schools.imports.findings import REFUSED, WARNED, Finding
from schools.imports.reading import Row, Source

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def whole(text: str) -> str:
    """A number that went through a spreadsheet: ``10238.0``, ``010238``, ``10 238`` → ``10238``."""
    text = re.sub(r"[\s\u00a0\u202f]", "", text)
    text = re.sub(r"[.,]0+$", "", text)
    return text.lstrip("0") or ("0" if text else "")


def decimal(text: str) -> float | None:
    """``50,46`` or ``50.46``; None for anything else."""
    try:
        found = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return found if abs(found) <= 180 else None


def bce(text: str) -> str:
    """A BCE number as ten digits; empty when its check digits (97 − n mod 97) are wrong."""
    digits = re.sub(r"\D", "", re.sub(r"[.,]0$", "", text)).zfill(10)
    good = len(digits) == 10 and int(digits[:8]) and 97 - int(digits[:8]) % 97 == int(digits[8:])
    return digits if good else ""


def day(text: str) -> dt.date | None:
    """``31/12/2026`` or ``2026-12-31``; None for anything else."""
    try:
        if found := _DAY.fullmatch(text):
            return dt.date(int(found[3]), int(found[2]), int(found[1]))
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


class Cells:
    """The cells of a row by our names. Reading one notes what is wrong with it."""

    def __init__(self, source: Source, row: Row) -> None:
        self.source, self.row = source, row
        self.findings: list[Finding] = []
        self.refused = False
        width, found = len(source.heads), len(row.cells)
        extra = any(row.cells[width:])
        if found < width or extra:
            # a separator inside a cell shifts all that follows: nothing of the row is sure
            self.refuse("cells", "", "", found=str(found), expected=str(width))
        self.sure = not self.refused

    def raw(self, key: str) -> str:
        """The cell as it stands; empty where the source has no such column."""
        place = self.source.places.get(key)
        if place is None or place >= len(self.row.cells):
            return ""
        found = self.row.cells[place]
        # our own exports defuse what a spreadsheet would run as a formula: take it back
        return found[1:] if found[:2] in ("'+", "'-", "'=", "'@") else found

    def column(self, key: str) -> str:
        """The column's name as the source writes it."""
        place = self.source.places.get(key)
        return self.source.heads[place] if place is not None else ""

    def refuse(self, reason: str, key: str, value: str | None = None, **told: str) -> None:
        """The row cannot be taken: say which cell, and why."""
        self._note(REFUSED, reason, key, value, told)
        self.refused = True

    def warn(self, reason: str, key: str, value: str | None = None, **told: str) -> None:
        """The row is taken without this cell."""
        self._note(WARNED, reason, key, value, told)

    def _note(
        self, outcome: str, reason: str, key: str, value: str | None, told: dict[str, str]
    ) -> None:
        shown = self.raw(key) if value is None else value
        self.findings.append(
            Finding(
                outcome,
                reason,
                self.row.line,
                self.column(key)[:80],
                shown[:200],
                told,
                cells=self.row.cells,
            )
        )

    # --- kinds of cell ------------------------------------------------------------------------

    def text(self, key: str, longest: int, *, required: bool = False) -> str:
        """Text without stray spaces and signs."""
        found = " ".join(self.raw(key).split())
        if CONTROL.search(found):
            self.refuse("control", key)
        elif len(found) > longest:
            self.refuse("too_long", key, found=str(len(found)), longest=str(longest))
        elif required and not found:
            self.refuse("missing", key)
        return found

    def fase(self, key: str) -> str:
        """A FASE number: 1 to 6 digits."""
        found = whole(self.raw(key))
        if not found:
            self.refuse("missing", key)
        elif not re.fullmatch(r"[1-9]\d{0,5}", found):
            self.refuse("not_fase", key)
        return found

    def number(self, key: str, scheme: str) -> str:
        """A place's number under a scheme."""
        if scheme == "fase":
            return self.fase(key)
        found = re.sub(r"[\s.]", "", re.sub(r"\.0$", "", self.raw(key))).upper()
        if not found:
            self.refuse("missing", key)
        elif not re.fullmatch(r"[0-9A-Z-]{1,12}", found):
            self.refuse("not_number", key)
        return found

    def postcode(self, key: str) -> str:
        """Four digits, or nothing."""
        found = whole(self.raw(key))
        if found and not re.fullmatch(r"[1-9]\d{3}", found):
            self.refuse("not_postcode", key)
        return found

    def bce(self, key: str) -> str:
        """A BCE number; a wrong one is left out, for the row does not depend on it."""
        written = self.raw(key)
        found = bce(written) if written else ""
        if written and not found:
            self.warn("not_bce", key)
        return found

    def phone(self, key: str) -> str:
        """A telephone number as written; one that is none is left out."""
        found = " ".join(self.raw(key).split())
        if found and not re.fullmatch(r"[+0-9()/. -]{6,30}", found):
            self.warn("not_phone", key)
            return ""
        return found

    def year(self, key: str) -> int:
        """``2026``; of a school year ``2025-2026`` the second, in which pupils are counted."""
        found = re.fullmatch(r"(?:(?:19|20)\d\d[-/ ]+)?((?:19|20|21)\d\d)", whole(self.raw(key)))
        year = int(found[1]) if found else 0
        if not 1990 <= year <= 2100:
            self.refuse("not_year" if self.raw(key) else "missing", key)
        return year

    def count(self, key: str, most: int = 9_999) -> int:
        """A number of pupils."""
        found = whole(self.raw(key))
        if not found.isdecimal() or int(found) > most:
            self.refuse("not_count" if found else "missing", key)
            return 0
        return int(found)

    def day(self, key: str) -> dt.date | None:
        """A day, or nothing."""
        written = self.raw(key)
        found = day(written) if written else None
        if written and found is None:
            self.refuse("not_date", key)
        return found

    def email(self, key: str) -> str:
        """An e-mail address in lower case."""
        found = self.text(key, 254, required=True).lower()
        if found and not EMAIL.fullmatch(found):
            self.refuse("not_email", key)
        return found

    def one_of(self, key: str, words: dict[str, str], reason: str, plain: str) -> str:
        """What a word stands for in a table of ours."""
        if not plain and "" not in words:
            self.refuse("missing", key)
            return ""
        if plain not in words:
            self.refuse(reason, key)
            return ""
        return words[plain]
