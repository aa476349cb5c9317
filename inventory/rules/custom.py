"""Typed fields of a category: from what a person or a file says to what is stored. Pure.

Stored as JSON: text and choice as strings, numbers as numbers, dates as ``YYYY-MM-DD`` (which also
compare as text), yes or no as booleans. An empty value is not stored.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from django.utils.translation import gettext as _

LONGEST = 200
LARGEST = 10**15
Value = str | int | float | bool


class FieldKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Field:
    """A field as the rules see it; ``label`` in the reader's language."""

    key: str
    label: str
    kind: FieldKind
    required: bool = False
    choices: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What came out: the values to store, and by key why a value was not taken."""

    values: dict[str, Value]
    errors: dict[str, str]


def read_custom(fields: Iterable[Field], said: Mapping[str, object]) -> Read:
    """The one door for values, whatever brings them: form, file or program.

    A key that no field has is an error under that key: a misspelt column must not be lost.
    """
    known = {field.key: field for field in fields}
    values: dict[str, Value] = {}
    errors = {key: _("Ce champ n’existe pas pour cette catégorie.") for key in said.keys() - known}
    for key, field in known.items():
        try:
            value = read_value(field, said.get(key))
        except ValueError as error:
            errors[key] = str(error)
            continue
        if value is not None:
            values[key] = value
        elif field.required:
            errors[key] = _("Indiquez « %(label)s » : ce champ est obligatoire.") % {
                "label": field.label
            }
    return Read(values, errors)


def read_value(field: Field, said: object) -> Value | None:
    """One value, None for none. Raises ValueError with words: what, why, what to do."""
    if said is None or (isinstance(said, str) and not said.strip()):
        return None
    readers = {
        FieldKind.TEXT: _text,
        FieldKind.NUMBER: _number,
        FieldKind.DATE: _date,
        FieldKind.YES_NO: _yes_no,
    }
    if field.kind is FieldKind.CHOICE:
        return _choice(str(said).strip(), field.choices)
    return readers[field.kind](said)


def _text(said: object) -> str:
    text = " ".join(str(said).replace("\x00", " ").split())  # which PostgreSQL does not store
    if len(text) > LONGEST:
        raise ValueError(_("%(n)d caractères au plus.") % {"n": LONGEST})
    return text


def _number(said: object) -> int | float:
    """French or English figures: ``1 024``, ``15,6``, ``15.6``."""
    if isinstance(said, bool):
        raise ValueError(_("Un nombre est attendu."))
    text = re.sub(r"[\s\u00a0\u202f]", "", str(said)).replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(_("« %(said)s » n’est pas un nombre.") % {"said": said}) from None
    if not math.isfinite(number) or abs(number) > LARGEST:
        raise ValueError(_("Ce nombre est trop grand."))
    return int(number) if number == number.to_integral_value() else float(number)


def _date(said: object) -> str:
    if isinstance(said, dt.datetime):
        said = said.date()
    if isinstance(said, dt.date):
        return said.isoformat()
    text = str(said).strip()
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007  a day
        except ValueError:
            continue
    raise ValueError(_("« %(said)s » n’est pas une date. Exemple : 31/08/2027.") % {"said": said})


YES = frozenset({"oui", "yes", "ja", "true", "1", "vrai", "x"})
NO = frozenset({"non", "no", "nein", "false", "0", "faux"})


def _yes_no(said: object) -> bool:
    text = str(said).strip().lower()
    if text in YES:
        return True
    if text in NO:
        return False
    raise ValueError(_("Répondez par oui ou non."))


def _choice(said: str, choices: tuple[str, ...]) -> str:
    for choice in choices:
        if choice.casefold() == said.casefold():
            return choice
    raise ValueError(
        _("« %(said)s » n’est pas un des choix : %(choices)s.")
        % {"said": said, "choices": ", ".join(choices)}
    )


def shown_value(field: Field, value: object) -> str:
    """A stored value as people read it."""
    if value is None:
        return ""
    if field.kind is FieldKind.YES_NO:
        return _("oui") if value else _("non")
    if field.kind is FieldKind.DATE:
        year, month, day = (*str(value).split("-"), "", "")[:3]
        return f"{day}/{month}/{year}"
    text = str(value)
    if field.kind is FieldKind.NUMBER and isinstance(value, float):
        text = text.replace(".", ",")
    return f"{text}\u00a0{field.unit}" if field.unit else text


def exported_value(field: Field, value: object) -> object:
    """A stored value as a cell of a sheet: dates are dates, numbers numbers."""
    if value is None or field.kind in (FieldKind.TEXT, FieldKind.CHOICE, FieldKind.NUMBER):
        return "" if value is None else value
    if field.kind is FieldKind.YES_NO:
        return _("oui") if value else _("non")
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return str(value)


COMPARED = {"min": ">=", "max": "<="}


def comparison(field: Field, side: str, said: str) -> str | None:
    """A JSON path predicate such as ``$.ram >= 8``; None for what cannot be compared.

    Built from a key that is a plain word and a value encoded as JSON: nothing typed is run.
    """
    if field.kind not in (FieldKind.NUMBER, FieldKind.DATE):
        return None
    if not re.fullmatch(r"[a-z][a-z0-9_]*", field.key):
        return None
    try:
        value = read_value(field, said)
    except ValueError:
        return None
    return None if value is None else f'$."{field.key}" {COMPARED[side]} {json.dumps(value)}'
