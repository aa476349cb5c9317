"""Forms of the desk: begin a session."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.loans.desks import DeskMode
from byod.models.people.members import SchoolClass
from inventory.forms.devices import day_field
from schools.models import Site


class DeskForm(forms.Form):
    """What open_desk is given."""

    mode = forms.ChoiceField(label=_("Sens"), choices=DeskMode.choices)
    school_class = forms.ModelChoiceField(
        label=_("Classe"),
        queryset=SchoolClass.objects.none(),
        required=False,
        empty_label=_("toutes les classes"),
        help_text=_("Sa liste s’affiche à côté. Les élèves d’autres classes sont servis aussi."),
    )
    due_on = day_field(_("À rendre le"))

    def __init__(self, data: Any = None, *, site: Site, due_on: dt.date) -> None:
        super().__init__(data, initial={"due_on": due_on, "mode": DeskMode.LEND})
        rows = SchoolClass.objects.open().filter(site=site).order_by("name")
        self.fields["due_on"].required = True
        self.fields["school_class"].queryset = rows  # type: ignore[attr-defined]

    def clean_due_on(self) -> dt.date:
        day: dt.date | None = self.cleaned_data["due_on"]
        if day is None or day <= timezone.localdate():
            raise forms.ValidationError(_("Choisissez un jour à venir."))
        return day
