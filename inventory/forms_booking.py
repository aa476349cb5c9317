"""Forms of booking: what one asks for, what a school shares, its lesson periods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.booking.slots import Wanted
from inventory.models import Bookable, BookableKind, Bookers, Device
from inventory.rules.booking import DAY_MIN, MOST_WEEKS, Day, Grid, Lesson
from schools.models import Room, Site
from schools.models.calendars import clock_text

MOST_PERIODS = 12


def _day(label: Any, required: bool = True, hint: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=required, help_text=hint)


class BookingForm(forms.Form):
    """Which periods of a day, for which class."""

    jour = _day(gettext_lazy("Jour"))
    de = forms.TypedChoiceField(label=gettext_lazy("De la période"), coerce=int)
    a = forms.TypedChoiceField(label=gettext_lazy("À la période"), coerce=int)
    classe = forms.CharField(
        label=gettext_lazy("Classe"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "4TQ A", "autocomplete": "off"}),
    )
    objet = forms.CharField(label=gettext_lazy("Pour quoi"), max_length=200, required=False)

    def __init__(self, *args: Any, lessons: Iterable[Lesson] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        known = {one.rank: one.hours for one in lessons}
        choices = [
            (n, _("%(n)d (%(hours)s)") % {"n": n, "hours": known[n]} if n in known else str(n))
            for n in (sorted(known) or range(1, MOST_PERIODS + 1))
        ]
        for name in ("de", "a"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The last period is not before the first."""
        super().clean()
        first, last = self.cleaned_data.get("de"), self.cleaned_data.get("a")
        if first and last and last < first:
            self.add_error("a", _("Elle précède la première : choisissez-en une plus tard."))
        return self.cleaned_data

    def wanted(self) -> Wanted:
        """What was asked for."""
        said = self.cleaned_data
        return Wanted(
            said["jour"], said["de"], said["a"], said["classe"].strip(), said["objet"].strip()
        )


class WeeklyForm(BookingForm):
    """The same, and until when it comes back each week."""

    jusque = _day(
        gettext_lazy("Chaque semaine jusqu’au"),
        required=False,
        hint=gettext_lazy("Vide : une seule fois. Les congés sont sautés."),
    )

    def clean(self) -> dict[str, Any]:
        """The run ends after it begins, and within a school year."""
        super().clean()
        day, until = self.cleaned_data.get("jour"), self.cleaned_data.get("jusque")
        if day and until and until < day:
            self.add_error("jusque", _("Il précède le premier jour."))
        elif day and until and until - day > dt.timedelta(weeks=MOST_WEEKS):
            self.add_error("jusque", _("Une année scolaire au plus : choisissez un jour plus tôt."))
        return self.cleaned_data


class _Clock(forms.TimeField):
    """A time of the day, as minutes after midnight."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        super().__init__(widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return clock_text(value % DAY_MIN)
        return super().prepare_value(value)

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return found.hour * 60 + found.minute if isinstance(found, dt.time) else found


class BookableForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Something that a school shares."""

    opens_min = _Clock(label=gettext_lazy("Disponible dès"), required=False)
    closes_min = _Clock(
        label=gettext_lazy("Disponible jusqu’à"),
        required=False,
        help_text=gettext_lazy("Vide : tant que l’école est ouverte."),
    )
    devices = forms.ModelMultipleChoiceField(
        Device.objects.none(),
        label=gettext_lazy("Appareils de l’inventaire"),
        required=False,
        help_text=gettext_lazy("Un appareil en panne ou en réparation se verra à la réservation."),
        widget=forms.SelectMultiple(attrs={"size": "8"}),
    )

    class Meta:
        model = Bookable
        fields = [
            *("name", "kind", "room", "count", "devices", "bookers", "needs_approval"),
            *("longest_min", "buffer_min", "opens_min", "closes_min", "ahead_days", "notes"),
        ]

    def __init__(self, *args: Any, site: Site, **options: Any) -> None:
        super().__init__(*args, **options)
        rooms: Any = self.fields["room"]
        rooms.queryset = Room.objects.open().filter(site=site)
        mine = self.instance.pk
        devices: Any = self.fields["devices"]
        here = Device.objects.filter(site=site).exclude(state__in=["retired", "lost"])
        devices.queryset = here.select_related("product").order_by("name")
        if mine:
            devices.initial = list(self.instance.pieces.values_list("device", flat=True))
        self.fields["kind"].widget.choices = BookableKind.choices
        self.fields["bookers"].widget.choices = Bookers.choices

    def clean_opens_min(self) -> int:
        return self.cleaned_data["opens_min"] or 0

    def clean_closes_min(self) -> int:
        """Midnight, as an end, is the end of the day."""
        return self.cleaned_data["closes_min"] or DAY_MIN

    def clean(self) -> dict[str, Any]:
        """Its hours begin before they end."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("closes_min", DAY_MIN) <= said.get("opens_min", 0):
            self.add_error("closes_min", _("Elle précède l’heure du début."))
        return said

    def values(self) -> dict[str, Any]:
        """By field of the model, devices apart."""
        return {key: value for key, value in self.cleaned_data.items() if key != "devices"}

    def keys(self) -> list[int]:
        """The devices that were chosen."""
        return [device.pk for device in self.cleaned_data["devices"]]


class GridForm(forms.Form):
    """The lesson periods of a week: for each weekday, pairs of times."""

    from_on = _day(gettext_lazy("À partir du"))

    def __init__(self, *args: Any, grid: Grid, slots: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.slots = slots
        self.fields["from_on"].initial = timezone.localdate()
        for day in range(6):
            lessons = dict(enumerate(grid.get(day, ()), 1))
            for n in range(1, slots + 1):
                told = {"day": WEEKDAYS[day], "n": n}
                known = lessons.get(n)
                for end, label in (
                    ("de", _("%(day)s, période %(n)d, de") % told),
                    ("a", _("%(day)s, période %(n)d, à") % told),
                ):
                    at = (known.starts_min if end == "de" else known.ends_min) if known else None
                    self.fields[f"j{day}_{n}_{end}"] = _Clock(
                        label=label, required=False, initial=at
                    )
                    attrs = self.fields[f"j{day}_{n}_{end}"].widget.attrs
                    attrs |= {"aria-label": label, "class": "form-control"}

    def days(self) -> list[tuple[str, int, list[tuple[Any, Any]]]]:
        """Weekday, its number, its pairs of fields."""
        return [(str(WEEKDAYS[day]), day, self._pairs(day)) for day in range(6)]

    def _pairs(self, day: int) -> list[tuple[Any, Any]]:
        return [(self[f"j{day}_{n}_de"], self[f"j{day}_{n}_a"]) for n in range(1, self.slots + 1)]

    def clean(self) -> dict[str, Any]:
        """Each pair is whole, ends after it begins, and begins after the one before."""
        super().clean()
        for day in range(6):
            before = 0
            for n in range(1, self.slots + 1):
                start, end = (self.cleaned_data.get(f"j{day}_{n}_{key}") for key in ("de", "a"))
                if start is None and end is None:
                    continue
                if start is None or end is None:
                    self.add_error(f"j{day}_{n}_a", _("Il manque une heure."))
                elif end <= start or start < before:
                    self.add_error(
                        f"j{day}_{n}_a",
                        _("Elle chevauche la précédente ou finit avant de commencer."),
                    )
                else:
                    before = end
        return self.cleaned_data

    def grid(self) -> Mapping[int, Day]:
        """The periods by weekday, numbered anew in order."""
        found: dict[int, Day] = {}
        for day in range(6):
            pairs = [
                (said, self.cleaned_data[f"j{day}_{n}_a"])
                for n in range(1, self.slots + 1)
                if (said := self.cleaned_data.get(f"j{day}_{n}_de")) is not None
            ]
            assert all(one[1] <= other[0] for one, other in pairwise(pairs))
            if pairs:
                found[day] = tuple(
                    Lesson(rank, start, end) for rank, (start, end) in enumerate(pairs, 1)
                )
        return found
