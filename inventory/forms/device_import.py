"""The form that sends a file of devices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from schools.imports.reading import FileRefused, refuse_heavy


class DeviceImportForm(forms.Form):
    """The file, and what may be made on the way."""

    file = forms.FileField(
        label=_("Le fichier"),
        help_text=_("CSV ou XLSX, 60 Mo au plus. L’encodage et le séparateur se devinent."),
        max_length=200,
        allow_empty_file=True,  # the reader says it better: what was expected
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.json,.xlsx"}),
    )
    create_rooms = forms.BooleanField(
        label=_("Créer les locaux que le fichier nomme et qui n’existent pas"), required=False
    )
    create_products = forms.BooleanField(
        label=_("Créer les produits absents du catalogue"),
        help_text=_("Il faut alors leur type. L’aperçu les montre avant que rien ne soit écrit."),
        required=False,
    )

    def clean_file(self) -> Any:
        """Refuse what is too heavy before it is kept."""
        file: Any = self.cleaned_data["file"]
        try:
            refuse_heavy(file.size or 0)
        except FileRefused as refused:
            raise forms.ValidationError(str(refused)) from None
        return file
