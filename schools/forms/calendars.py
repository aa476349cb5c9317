"""Forms of the officer: a calendar from a file, or corrected line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schools.calendars.files import Line, Reading, checked
from schools.calendars.school_year import SUMMER, Period
from schools.models import Community, PeriodKind

LARGEST = 2 * 1024 * 1024
LINES = 60


class SourceForm(forms.Form):
    """Where a version comes from, and why; kept with it for good."""

    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=200,
        help_text=gettext_lazy("Qui l’a décidé : circulaire, arrêté, site officiel."),
    )
    note = forms.CharField(
        label=gettext_lazy("Remarque"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Ce que cette version change, en une phrase."),
    )


class FileForm(SourceForm):
    """A CSV or an iCal; the Community is asked for the latter, which does not name it."""

    file = forms.FileField(
        label=gettext_lazy("Fichier CSV ou iCal"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.ics,text/csv,text/calendar"}),
    )
    community = forms.ChoiceField(
        label=gettext_lazy("Communauté, pour un iCal"),
        choices=Community.choices,
        help_text=gettext_lazy("Un CSV la nomme lui-même, à chaque ligne."),
    )
    field_order = ("file", "community", "source", "note")

    def clean_file(self) -> Any:
        """Refuse what is no calendar before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("Ce fichier dépasse 2 Mo : ce n’est pas un calendrier."))
        return file


def _day_field(label: Any, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=required)


class PeriodForm(forms.Form):
    """One line of a calendar."""

    kind = forms.ChoiceField(label=gettext_lazy("Type"), choices=PeriodKind.choices)
    first_on = _day_field(gettext_lazy("Premier jour"))
    last_on = _day_field(gettext_lazy("Dernier jour"), required=False)
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=120, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].initial = PeriodKind.OTHER
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = field.label if name != "DELETE" else ""

    def clean(self) -> dict[str, Any]:
        """A line without a last day lasts one day; a summer then lasts until the next year."""
        super().clean()
        first, last = self.cleaned_data.get("first_on"), self.cleaned_data.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("Il précède le premier jour."))
        elif first and not last and self.cleaned_data.get("kind") != SUMMER:
            self.cleaned_data["last_on"] = first
        one_day = {PeriodKind.TERM_START, PeriodKind.COMMUNITY_DAY}
        if self.cleaned_data.get("kind") in one_day and last and last != first:
            self.add_error("last_on", _("Ce type ne dure qu’un jour."))
        return self.cleaned_data


if TYPE_CHECKING:
    Formset = forms.BaseFormSet[forms.Form]
else:
    Formset = forms.BaseFormSet


class BasePeriods(Formset):
    """The lines of one year."""

    community = ""
    year = 0

    def clean(self) -> None:
        """What a file is checked for is checked here too: doubles, overlaps, the year."""
        if any(self.errors):
            return
        for refused in self.reading().refused:
            column = "last_on" if refused.column == "dernier_jour" else "first_on"
            column = "kind" if refused.column == "type" else column
            self.forms[refused.row - 1].add_error(column, refused.why)

    def reading(self) -> Reading:
        """The lines as a file would have told them; a line's number is its place on the page."""
        found = Reading()
        for row, form in enumerate(self.forms, 1):
            if form.cleaned_data.get("first_on") and not form.cleaned_data.get("DELETE"):
                told = form.cleaned_data
                period = Period(told["kind"], told["first_on"], told["last_on"], told["name"])
                found.lines.append(Line(row, self.community, self.year, period))
        return checked(found)


def periods_form(
    data: Any, community: str, year: int, known: Sequence[Period], extra: int = 2
) -> BasePeriods:
    """The formset of a year, filled with the version in force."""
    made = forms.formset_factory(
        PeriodForm, formset=BasePeriods, extra=extra, can_delete=True, max_num=LINES,
        validate_max=True, absolute_max=LINES,
    )  # fmt: skip
    initial = [
        {"kind": p.kind, "first_on": p.first_on, "last_on": p.last_on, "name": p.name}
        for p in known
    ]
    formset: BasePeriods = made(data, prefix="p", initial=initial)  # type: ignore[assignment]
    formset.community, formset.year = community, year
    return formset
