"""The form that sends a source."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.imports.reading import FileRefused, refuse_heavy
from schools.models import ImportKind


class ImportForm(forms.Form):
    """Which source, the file, and the day it speaks of."""

    kind = forms.ChoiceField(label=_("Quelle source ?"), choices=ImportKind.choices)
    file = forms.FileField(
        label=_("Le fichier"),
        help_text=_("CSV, JSON ou XLSX, 60 Mo au plus. L’encodage et le séparateur se devinent."),
        max_length=200,
        allow_empty_file=True,  # the reader says it better: what was expected
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.json,.xlsx"}),
    )
    as_of = forms.DateField(
        label=_("Date de la source"),
        help_text=_("Ce que la source ne connaît plus ferme ce jour-là."),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_file(self) -> Any:
        """Refuse what is too heavy before it is kept."""
        file: Any = self.cleaned_data["file"]
        try:
            refuse_heavy(file.size or 0)
        except FileRefused as refused:
            raise forms.ValidationError(str(refused)) from None
        return file

    def clean_as_of(self) -> dt.date:
        """A source does not speak of the future."""
        day: dt.date = self.cleaned_data["as_of"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Cette date est à venir : indiquez celle du fichier."))
        return day
