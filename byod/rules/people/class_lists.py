"""One row of a class list in plain values: what is right in it, what is wrong and what to do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

ADULT = 18
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
YES = {"1", "oui", "ja", "yes", "x", "vrai", "o", "majeur", "volljahrig"}
TEACHERS = {"enseignant", "enseignante", "professeur", "prof", "lehrer", "lehrerin", "lehrkraft"}
GERMAN = {"de", "allemand", "deutsch", "german"}


@dataclass(frozen=True, slots=True)
class ListRow:
    """Somebody as the school's own software tells them."""

    line: int
    number: str
    """The school's own number: never stored, only its HMAC."""
    given_name: str
    family_name: str
    class_name: str = ""
    teacher: bool = False
    german: bool = False
    adult: bool = False
    email: str = ""
    guardian_name: str = ""
    guardian_email: str = ""
    guardian_phone: str = ""

    def kept(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row: ``why`` is a key of the words, ``value`` what stood there."""

    line: int
    column: str
    why: str
    value: str = ""


@dataclass(slots=True)
class ReadList:
    """A file that was read: good rows, and what is wrong with the others."""

    rows: list[ListRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_row(line: int, cells: Mapping[str, str], today: dt.date) -> ListRow | list[Fault]:
    """The row, or all that is wrong with it. ``cells``: by the keys of the layout."""

    def said(key: str, longest: int) -> str:
        return " ".join(cells.get(key, "").split())[:longest]

    faults = [
        Fault(line, key, "empty")
        for key in ("number", "given_name", "family_name")
        if not said(key, 80)
    ]
    teacher = plain_word(cells.get("kind", "")) in TEACHERS
    if not teacher and not said("class", 20):
        faults.append(Fault(line, "class", "empty"))
    for key in ("email", "guardian_email"):
        if said(key, 200) and not MAIL.fullmatch(said(key, 200)):
            faults.append(Fault(line, key, "not_mail", said(key, 60)))
    born = cells.get("born", "").strip()
    birthday = read_day(born) if born else None
    if born and birthday is None:
        faults.append(Fault(line, "born", "not_day", born[:20]))
    if faults:
        return faults
    adult = teacher or plain_word(cells.get("adult", "")) in YES
    return ListRow(
        line=line,
        number=said("number", 40),
        given_name=said("given_name", 80),
        family_name=said("family_name", 80),
        class_name="" if teacher else said("class", 20),
        teacher=teacher,
        german=plain_word(cells.get("language", "")) in GERMAN,
        adult=adult or (birthday is not None and is_adult(birthday, today)),
        email=said("email", 200),
        guardian_name=said("guardian_name", 120),
        guardian_email=said("guardian_email", 200),
        guardian_phone=said("guardian_phone", 30),
    )


def plain_word(text: str) -> str:
    """Small letters without blanks around."""
    return text.strip().casefold()


def read_day(text: str) -> dt.date | None:
    """``31/12/2008``, ``31-12-2008``, ``31.12.2008`` or ``2008-12-31``."""
    found = re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", text)
    try:
        if found:
            day, month, year = (int(part) for part in found.groups())
            return dt.date(year, month, day)
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def is_adult(born: dt.date, today: dt.date) -> bool:
    """Eighteen years old on that day; born on 29 February, on 1 March."""
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    return today.year - born.year - (not had_birthday) >= ADULT


def without_twins(found: ReadList) -> ReadList:
    """A number that stands twice belongs to nobody: both rows are refused."""
    lines: dict[str, list[int]] = {}
    for row in found.rows:
        lines.setdefault(row.number, []).append(row.line)
    twins = {number for number, held in lines.items() if len(held) > 1}
    faults = [
        Fault(row.line, "number", "twice", row.number) for row in found.rows if row.number in twins
    ]
    kept = [row for row in found.rows if row.number not in twins]
    return ReadList(kept, sorted([*found.faults, *faults], key=lambda one: one.line))
