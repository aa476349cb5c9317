"""The form of a call as data: sections of questions; what an answer may be, what is missing.

``{"sections": [{"key", "title", "intro", "questions": [{"key", "kind", "label", "help",
"required", …}]}]}``; texts are ``{"fr": …, "de": …}``. By kind: ``options`` of a choice
(``{"key", "label"}``), ``min`` and ``max`` of a number, ``max_length`` of a text, ``questions`` and
``max_rows`` of a group, ``kits`` (keys of kits that may be asked; empty: all). ``when``
(``{"question", "equals"}``) shows a question only for that answer to an earlier one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

KINDS: dict[str, Any] = {
    "text": gettext_lazy("Texte court"),
    "long_text": gettext_lazy("Texte long"),
    "choice": gettext_lazy("Un choix"),
    "choices": gettext_lazy("Plusieurs choix"),
    "number": gettext_lazy("Nombre"),
    "date": gettext_lazy("Date"),
    "yes_no": gettext_lazy("Oui ou non"),
    "kits": gettext_lazy("Kits, avec quantités et prix"),
    "file": gettext_lazy("Pièces jointes"),
    "group": gettext_lazy("Groupe répété"),
}
"""Kind → what an officer calls it."""
SIMPLE = ("text", "long_text", "number", "date", "yes_no")
"""What may stand in a repeated group."""
SHORT, LONG, MOST_ROWS, MOST_FILES, MOST_KITS = 300, 8_000, 20, 5, 99
KEY = re.compile(r"^[a-z][a-z0-9_]{0,38}$")


class AnswerRefused(ValueError):
    """What was sent is no answer to this question; the text says why."""


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    kind: str
    label: Mapping[str, str]
    help: Mapping[str, str] = field(default_factory=dict)
    required: bool = True
    options: tuple[tuple[str, Mapping[str, str]], ...] = ()
    least: int | None = None
    most: int | None = None
    max_length: int = LONG
    max_rows: int = 5
    questions: tuple[Question, ...] = ()
    kits: tuple[int, ...] = ()
    when_question: str = ""
    when_equals: str = ""

    @property
    def words(self) -> str:
        return in_words(self.label)

    @property
    def hint(self) -> str:
        return in_words(self.help)

    @property
    def kind_word(self) -> str:
        return str(KINDS[self.kind])

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(key, in_words(label)) for key, label in self.options]

    @property
    def anchor(self) -> str:
        return f"q-{self.key}"


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: Mapping[str, str]
    intro: Mapping[str, str]
    questions: tuple[Question, ...]

    @property
    def words(self) -> str:
        return in_words(self.title)

    @property
    def opening(self) -> str:
        return in_words(self.intro)


@dataclass(frozen=True, slots=True)
class Missing:
    """What keeps a file from being sent: where it stands, and what it is."""

    anchor: str
    section: str
    what: str


def in_words(text: Mapping[str, str]) -> str:
    """In the reader's language, French where German was not written."""
    german = str(text.get("de") or "")
    return german if german and get_language() == "de" else str(text.get("fr") or "")


def read_form(content: Mapping[str, Any]) -> tuple[Section, ...]:
    """The sections of a form, as plain values."""
    return tuple(
        Section(
            str(one["key"]),
            one.get("title") or {},
            one.get("intro") or {},
            tuple(read_question(row) for row in one.get("questions") or []),
        )
        for one in content.get("sections") or []
    )


def read_question(row: Mapping[str, Any]) -> Question:
    kind = str(row["kind"])
    when = row.get("when") or {}
    return Question(
        key=str(row["key"]),
        kind=kind,
        label=row.get("label") or {},
        help=row.get("help") or {},
        required=bool(row.get("required", True)),
        options=tuple((str(one["key"]), one["label"]) for one in row.get("options") or []),
        least=row.get("min"),
        most=row.get("max"),
        max_length=int(row.get("max_length") or (SHORT if kind == "text" else LONG)),
        max_rows=int(row.get("max_rows") or 5),
        questions=tuple(read_question(one) for one in row.get("questions") or []),
        kits=tuple(int(one) for one in row.get("kits") or []),
        when_question=str(when.get("question") or ""),
        when_equals=str(when.get("equals") or ""),
    )


def all_questions(sections: tuple[Section, ...]) -> Iterator[Question]:
    for section in sections:
        yield from section.questions


def find(sections: tuple[Section, ...], key: str) -> Question | None:
    return next((one for one in all_questions(sections) if one.key == key), None)


def is_shown(question: Question, answers: Mapping[str, Any]) -> bool:
    """Whether its condition holds, or it has none."""
    if not question.when_question:
        return True
    value = answers.get(question.when_question)
    if isinstance(value, list):
        return question.when_equals in value
    return value is not None and str(value) == question.when_equals


def read_answer(question: Question, data: Mapping[str, list[str]], prefix: str = "value") -> Any:
    """The answer in what a browser sent: text, list, table; None where there is none.

    Raises AnswerRefused with words for the person.
    """
    if question.kind == "group":
        return _read_rows(question, data, prefix)
    if question.kind == "kits":
        return _read_kits(data, prefix)
    values = [one.replace("\x00", "").replace("\r\n", "\n").strip() for one in data.get(prefix, [])]
    values = [one for one in values if one]
    if question.kind == "choices":
        known = dict(question.options)
        if set(values) - set(known):
            raise AnswerRefused(_("Ce choix n’existe pas dans la liste."))
        return [key for key in known if key in values] or None
    return _read_one(question, values[0]) if values else None


def _read_one(question: Question, text: str) -> str:
    if question.kind in ("text", "long_text"):
        if len(text) > question.max_length:
            raise AnswerRefused(
                _("Ce texte compte %(n)d caractères, %(most)d au plus.")
                % {"n": len(text), "most": question.max_length}
            )
        return text
    if question.kind == "choice" and text not in dict(question.options):
        raise AnswerRefused(_("Ce choix n’existe pas dans la liste."))
    if question.kind == "yes_no" and text not in ("yes", "no"):
        raise AnswerRefused(_("Répondez par oui ou par non."))
    if question.kind == "number":
        return _read_number(question, text)
    if question.kind == "date":
        return _read_date(text)
    return text


def _read_number(question: Question, text: str) -> str:
    plain = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise AnswerRefused(_("Ce nombre ne se lit pas. Écrivez par exemple 24.")) from None
    if not number.is_finite() or abs(number) >= 10**12:
        raise AnswerRefused(_("Ce nombre ne se lit pas. Écrivez par exemple 24."))
    if question.least is not None and number < question.least:
        raise AnswerRefused(_("Au moins %(n)s.") % {"n": question.least})
    if question.most is not None and number > question.most:
        raise AnswerRefused(_("Au plus %(n)s.") % {"n": question.most})
    return format(number.normalize(), "f")


def _read_date(text: str) -> str:
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return f"{dt.datetime.strptime(text, pattern).replace(tzinfo=dt.UTC):%Y-%m-%d}"
        except ValueError:
            continue
    raise AnswerRefused(_("Cette date ne se lit pas. Écrivez jj/mm/aaaa."))


def _read_kits(data: Mapping[str, list[str]], prefix: str) -> dict[str, int] | None:
    """``value-<kit version>`` → how many; which ones are offered is the action's to know."""
    found: dict[str, int] = {}
    for name, values in data.items():
        key = name.removeprefix(f"{prefix}-")
        text = values[-1].strip() if values else ""
        if name == key or not key.isdecimal() or not text:
            continue
        if not text.isdecimal() or int(text) > MOST_KITS:
            raise AnswerRefused(
                _("Une quantité est un nombre entier, %(n)d au plus.") % {"n": MOST_KITS}
            )
        if int(text):
            found[str(int(key))] = int(text)
    return found or None


def _read_rows(
    question: Question, data: Mapping[str, list[str]], prefix: str
) -> list[dict[str, Any]] | None:
    """``value-<row>-<question>``; a row without any answer is no row."""
    rows: list[dict[str, Any]] = []
    for n in range(min(question.max_rows, MOST_ROWS)):
        row = {
            one.key: read_answer(one, data, f"{prefix}-{n}-{one.key}") for one in question.questions
        }
        if any(value is not None for value in row.values()):
            rows.append(row)
    return rows or None


def missing_answers(
    sections: tuple[Section, ...], answers: Mapping[str, Any], files: Mapping[str, int]
) -> list[Missing]:
    """Required questions without an answer, in the order of the form. ``files``: how many are
    joined to each question."""
    found = []
    for section in sections:
        for question in section.questions:
            if not is_shown(question, answers):
                continue
            if lack := _lack(question, answers.get(question.key), files):
                found.append(Missing(question.anchor, section.words, lack))
    return found


def _lack(question: Question, value: Any, files: Mapping[str, int]) -> str:
    if question.kind == "group":
        for n, row in enumerate(value or [], 1):
            for one in question.questions:
                if one.required and is_shown(one, row) and row.get(one.key) is None:
                    return f"{question.words}, {n}\u00a0: {one.words}"
    if not question.required:
        return ""
    there = files.get(question.key, 0) if question.kind == "file" else value
    return "" if there else question.words


def in_text(question: Question, value: Any) -> str:
    """A simple answer as a person reads it; tables and files have their own pictures."""
    if value is None:
        return ""
    tell = _TOLD.get(question.kind)
    return tell(question, value) if tell else str(value)


def _told_yes_no(_question: Question, value: Any) -> str:
    return _("oui") if value == "yes" else _("non")


def _told_choices(question: Question, value: Any) -> str:
    known = dict(question.choices)
    values = value if isinstance(value, list) else [value]
    return ", ".join(known.get(str(one), str(one)) for one in values)


def _told_date(_question: Question, value: Any) -> str:
    try:
        return f"{dt.date.fromisoformat(str(value)):%d/%m/%Y}"
    except ValueError:
        return str(value)


def _told_rows(question: Question, value: Any) -> str:
    columns = question.questions
    return "\n".join(
        "\u00a0; ".join(f"{one.words}\u00a0: {in_text(one, row.get(one.key))}" for one in columns)
        for row in value
    )


_TOLD: dict[str, Callable[[Question, Any], str]] = {
    "yes_no": _told_yes_no,
    "choice": _told_choices,
    "choices": _told_choices,
    "date": _told_date,
    "group": _told_rows,
}
