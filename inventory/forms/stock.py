"""What is asked before counting, and of one scanned thing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.models import Category
from schools.models import Room, Site


class OpenForm(forms.Form):
    """Which part of a site is counted; nothing ticked is all of it."""

    rooms = forms.ModelMultipleChoiceField(
        label=_("Locaux"),
        queryset=Room.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    categories = forms.MultipleChoiceField(
        label=_("Types"),
        choices=Category.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    why = forms.CharField(label=_("Remarque"), max_length=300, required=False)

    def __init__(self, *args: Any, site: Site, categories: set[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["rooms"].queryset = Room.objects.filter(site=site).open()  # type: ignore[attr-defined]
        known = [(key, word) for key, word in Category.choices if key in categories]
        self.fields["categories"].choices = known  # type: ignore[attr-defined]


class RemarkForm(forms.Form):
    """A damaged thing: a note, a photo."""

    damaged = forms.BooleanField(label=_("Abîmé"), required=False)
    note = forms.CharField(label=_("Que voyez-vous ?"), max_length=300, required=False)
    photo = forms.FileField(label=_("Photo"), required=False)
