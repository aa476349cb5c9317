"""A form of a row that two people change at once: what each of them touched, told apart."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

READ = "lu-"
"""Before the name of a field: what the person read when they began."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that somebody else has written meanwhile. ``mine`` None: I had not touched it."""

    label: str
    theirs: str
    mine: str | None


class SideBySide:
    """For a form of a versioned row whose hidden ``vu`` is the version that was read."""

    differences: list[Difference]
    met = False
    """Somebody was faster; :meth:`meet` has said what differs."""
    data: Any
    is_bound: bool

    def read(self) -> list[tuple[str, str]]:
        """What the person read when they began, by field: it travels with the form."""
        return [
            (READ + name, self.data.get(READ + name, "") if self.is_bound else _raw(bound.value()))
            for name, bound in self._bound()
        ]

    def meet(self, row: Any) -> None:
        """Somebody has written ``row`` since: their values where I touched nothing, mine elsewhere.

        Saving again writes over the version that this page now shows.
        """
        theirs = self.again(row)
        self.data, self.met, self.differences = self.data.copy(), True, []
        for name, bound in self._bound():
            there, here = theirs[name].value(), bound.value()
            field, base = bound.field, self.data.get(READ + name)
            self.data[READ + name] = _raw(there)
            if _plain(field, here) == _plain(field, there):
                continue
            touched = base is None or _plain(field, base) != _plain(field, here)
            mine = _told(field, here) if touched else None
            self.differences.append(Difference(str(bound.label), _told(field, there), mine))
            if not touched:
                self.data[name] = _raw(there)
        self.data["vu"] = str(row.version)

    def again(self, row: Any) -> Any:
        """The same form, of the row as it stands."""
        return type(self)(instance=row)  # type: ignore[call-arg]

    def _bound(self) -> list[tuple[str, forms.BoundField]]:
        """Fields with one value; what is sealed is told to nobody."""
        bound = self.visible_fields()  # type: ignore[attr-defined]
        told = [one for one in bound if not isinstance(one.field.widget, forms.PasswordInput)]
        return [
            (one.name, one)
            for one in told
            if not isinstance(one.field, forms.ModelMultipleChoiceField)
        ]


def _raw(value: Any) -> str:
    """As the browser sends it; an empty box is not sent at all."""
    if value is None or value is False:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _plain(field: forms.Field, value: Any) -> Any:
    """A value that compares; what cannot be read compares as it was typed."""
    try:
        read = field.to_python(value)
    except (ValidationError, ValueError):
        return value
    return None if read == "" else read


def _told(field: forms.Field, value: Any) -> str:
    """A value in words: a day as people write it, the label of a choice."""
    read = _plain(field, value)
    if read is None:
        return _("(vide)")
    if isinstance(read, bool):
        return _("oui") if read else _("non")
    if isinstance(read, dt.date):
        return date_format(read, "d/m/Y")
    if isinstance(read, models.Model):
        return str(read)
    words = {str(key): str(word) for key, word in getattr(field, "choices", None) or ()}
    return words.get(str(read), str(read))
