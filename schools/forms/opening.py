"""Forms of a site's opening: a week of spans, and the days that differ from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms import BoundField
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schools.calendars.hours import MIDNIGHT, Span, Spans, Week
from schools.calendars.timetables import DayException, SiteWeek
from schools.models import ExceptionReason

FEWEST, MOST = 2, 4
"""Spans of a day that the form offers: two, more when asked for."""
COPIED = range(1, 5)
"""Tuesday to Friday: what Monday is copied to."""
EXCEPTIONS = 80
LONGEST = dt.timedelta(days=365)
KEPT = dt.timedelta(days=365)
"""How long an exception that is over stays in new versions; older versions keep it for good."""


def _time_field(label: str) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time", "aria-label": label}, format="%H:%M")
    return forms.TimeField(required=False, widget=widget, label=label)


def _pairs(prefix: str, slots: int) -> list[tuple[str, str]]:
    return [(f"{prefix}_{slot}_from", f"{prefix}_{slot}_to") for slot in range(slots)]


def slots_for(known: SiteWeek | None, asked: str = "") -> int:
    """How many spans a day needs: what is in force, and what the person has asked for."""
    days = [*known.week, *(one.spans for one in known.exceptions)] if known else []
    most = max((len(spans) for spans in days), default=0)
    return max(FEWEST, most, min(int(asked), MOST) if asked.isdecimal() else 0)


class SpanForm(forms.Form):
    """What both forms share: pairs of times that become spans, errors tied to the field."""

    slots = FEWEST

    def add_pairs(self, prefix: str, day: str) -> None:
        """Offer the pairs of one day. ``day`` names them for a screen reader."""
        for rank, (start, end) in enumerate(_pairs(prefix, self.slots), 1):
            told = {"day": day, "n": rank}
            self.fields[start] = _time_field(_("%(day)s, plage %(n)s, de") % told)
            self.fields[end] = _time_field(_("%(day)s, plage %(n)s, à") % told)

    def spans_in(self, prefix: str) -> Spans:
        """The spans of one day; adds an error to the field of each that makes no sense."""
        found = []
        for start, end in _pairs(prefix, self.slots):
            a, b = self.cleaned_data.get(start), self.cleaned_data.get(end)
            if (a is None) != (b is None):
                if not {start, end} & self.errors.keys():
                    self.add_error(end if b is None else start, _("L’autre heure manque."))
            elif a is not None and b is not None and MIDNIGHT < b <= a:
                self.add_error(end, _("La fin précède le début. Minuit s’écrit 00:00."))
            elif a is not None and b is not None:
                found.append((a, b, start, end))
        found.sort()
        for before, after in pairwise(found):
            if before[1] == MIDNIGHT or after[0] < before[1]:
                self.add_error(after[2], _("Cette plage chevauche celle d’avant."))
        return tuple(Span(a, b) for a, b, _start, _end in found)

    def pairs(self, prefix: str) -> list[tuple[BoundField, BoundField]]:
        """The pairs of one day, for the template."""
        return [(self[start], self[end]) for start, end in _pairs(prefix, self.slots)]

    def errors_of(self, prefix: str) -> list[str]:
        """What is wrong with one day, each sentence once."""
        names = [name for pair in _pairs(prefix, self.slots) for name in pair]
        return list(dict.fromkeys(str(e) for name in names for e in self.errors.get(name, ())))


def _initial(prefix: str, spans: Spans) -> dict[str, dt.time]:
    found: dict[str, dt.time] = {}
    for (start, end), span in zip(_pairs(prefix, len(spans)), spans, strict=True):
        found |= {start: span.start, end: span.end}
    return found


class WeekForm(SpanForm):
    """Seven days; ``24:00`` is typed ``00:00``. A night is typed on both of its days: an end before
    the start is, at a school, a slip of the finger."""

    def __init__(
        self, *args: Any, week: Week | None = None, slots: int = FEWEST, **options: Any
    ) -> None:
        self.slots = slots
        initial: dict[str, dt.time] = {}
        for day, spans in enumerate(week or ()):
            initial |= _initial(f"d{day}", spans)
        super().__init__(*args, **{**options, "initial": initial})
        for day in range(7):
            self.add_pairs(f"d{day}", str(WEEKDAYS[day]))

    def clean(self) -> dict[str, Any]:
        """The week as a value, in ``week``."""
        super().clean()
        mon, tue, wed, thu, fri, sat, sun = (self.spans_in(f"d{day}") for day in range(7))
        self.week: Week = (mon, tue, wed, thu, fri, sat, sun)
        return self.cleaned_data

    def days(self) -> Iterator[tuple[str, list[tuple[BoundField, BoundField]], list[str]]]:
        """Name, pairs and errors of each day."""
        for day in range(7):
            yield str(WEEKDAYS[day]), self.pairs(f"d{day}"), self.errors_of(f"d{day}")


def copied(data: Any) -> Any:
    """What was typed, with Monday's times on Tuesday to Friday."""
    changed = data.copy()
    for day in COPIED:
        for monday, other in zip(_pairs("d0", MOST), _pairs(f"d{day}", MOST), strict=True):
            for source, target in zip(monday, other, strict=True):
                changed[target] = data.get(source, "")
    return changed


def _day_field(label: Any, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=required)


class ExceptionForm(SpanForm):
    """Days that differ: closed without times, else open at these."""

    first_on = _day_field(gettext_lazy("Du"))
    last_on = _day_field(gettext_lazy("Au"), required=False)
    reason = forms.ChoiceField(
        label=gettext_lazy("Raison"),
        choices=ExceptionReason.choices,
        initial=ExceptionReason.TRAINING,  # so that an untouched row counts as empty
    )
    label = forms.CharField(
        label=gettext_lazy("Précision"),
        max_length=120,
        required=False,
    )

    value: DayException | None = None
    """What the line says; None while it says nothing, or something wrong."""

    def __init__(self, *args: Any, slots: int = FEWEST, **options: Any) -> None:
        self.slots = slots
        super().__init__(*args, **options)
        self.add_pairs("at", str(_("Exception")))

    def clean(self) -> dict[str, Any]:
        """The exception as a value, in ``value``; one day unless told otherwise."""
        super().clean()
        spans = self.spans_in("at")
        first = self.cleaned_data.get("first_on")
        last = self.cleaned_data.get("last_on") or first
        if first and last and last < first:
            self.add_error("last_on", _("Il précède le premier jour."))
        elif first and last and last - first > LONGEST:
            self.add_error("last_on", _("Une exception dure un an au plus."))
        elif first and last and not self.errors:
            reason, label = self.cleaned_data["reason"], self.cleaned_data["label"].strip()
            self.value = DayException(first, last, reason, label, spans)
        return self.cleaned_data

    def times(self) -> list[tuple[BoundField, BoundField]]:
        """The pairs of times."""
        return self.pairs("at")

    def wrong_times(self) -> list[str]:
        """What is wrong with the times."""
        return self.errors_of("at")


if TYPE_CHECKING:
    Formset = forms.BaseFormSet[ExceptionForm]
else:
    Formset = forms.BaseFormSet


class BaseExceptions(Formset):
    """All exceptions of a site; they must not overlap."""

    over: Sequence[DayException] = ()
    """Those that the form does not show: past, but kept."""

    def clean(self) -> None:
        """Refuse a day that stands in two exceptions, on the later of both."""
        if any(self.errors):
            return
        rows = [(form.value, form) for form in self.forms if form.value and self.counts(form)]
        rows.sort(key=lambda row: row[0].first_on)
        for (before, _form), (after, form) in pairwise(rows):
            if after.first_on <= before.last_on:
                form.add_error("first_on", _("Ces jours sont déjà dans une autre exception."))
        for value, form in rows:
            if any(
                value.first_on <= one.last_on and one.first_on <= value.last_on for one in self.over
            ):
                form.add_error("first_on", _("Une exception passée tient déjà ces jours."))

    def counts(self, form: ExceptionForm) -> bool:
        """Whether a row says something and stays."""
        return form.value is not None and not form.cleaned_data.get("DELETE")

    def values(self) -> list[DayException]:
        """The exceptions that stay, those that are over included, in order."""
        found = [form.value for form in self.forms if form.value and self.counts(form)]
        return sorted([*self.over, *found], key=lambda one: one.first_on)


def exceptions_form(
    data: Any, known: Sequence[DayException], today: dt.date, slots: int = FEWEST
) -> BaseExceptions:
    """The formset, filled with what is in force and not over."""
    made = forms.formset_factory(
        ExceptionForm,
        formset=BaseExceptions,
        extra=1,
        can_delete=True,
        max_num=EXCEPTIONS,
        validate_max=True,
        absolute_max=EXCEPTIONS,
    )
    initial = [_of_exception(one) for one in known if one.last_on >= today]
    formset: BaseExceptions = made(data, prefix="x", initial=initial, form_kwargs={"slots": slots})  # type: ignore[assignment]
    formset.over = [one for one in known if today - KEPT <= one.last_on < today]
    return formset


def _of_exception(one: DayException) -> dict[str, Any]:
    return {
        "first_on": one.first_on,
        "last_on": one.last_on,
        "reason": one.reason,
        "label": one.label,
        **_initial("at", one.spans),
    }
