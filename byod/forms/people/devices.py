"""What a pupil types to add or rename a device."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from byod.models.people.devices import PersonalDevice, Platform

WHOLE = 2 * 1024 * 1024


class DeviceForm(forms.Form):
    """A device to add. ``once`` makes two taps one."""

    platform = forms.ChoiceField(
        label=_("Quel appareil ?"), choices=Platform.choices, widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=_("Comment l’appelez-vous ?"),
        max_length=60,
        required=False,
        help_text=_("Par exemple « Mon téléphone ». Vous seul et l’école voyez ce nom."),
    )
    once = forms.UUIDField(widget=forms.HiddenInput)
    replaces = forms.ModelChoiceField(
        label=_("Lequel s’en va ?"),
        queryset=PersonalDevice.objects.none(),
        required=False,
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def offer(self, devices: list[PersonalDevice]) -> None:
        """At the limit: one of these goes."""
        field = self.fields["replaces"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = PersonalDevice.objects.filter(pk__in=[row.pk for row in devices])
        field.required = bool(devices)

    @property
    def uuid(self) -> uuid.UUID:
        found: uuid.UUID = self.cleaned_data["once"]
        return found


class RequestForm(forms.Form):
    """A certificate request made on the device itself."""

    file = forms.FileField(label=_("Demande de certificat (.csr, PEM)"))
