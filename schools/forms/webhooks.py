"""A webhook: where to, and what it is told."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models import Webhook
from schools.models.tokens import AREAS
from schools.webhooks.addresses import AddressRefused, read_address


class WebhookForm(forms.Form):
    """Name, address, areas, and verbs of the journal if not all."""

    name = forms.CharField(
        label=_("À quoi sert ce webhook ?"),
        max_length=60,
        help_text=_("Par exemple : prévenir notre messagerie quand un ticket s’ouvre."),
    )
    url = forms.CharField(
        label=_("Adresse du programme"),
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://", "spellcheck": "false"}),
    )
    areas = forms.MultipleChoiceField(
        label=_("Que lui dire ?"),
        choices=[(area.value, area.label) for area in AREAS],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={
            "required": _("Cochez au moins un domaine : ce webhook n’apprendrait rien.")
        },
    )
    actions = forms.CharField(
        label=_("Seulement ces actions"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("Facultatif. Codes séparés par une espace, par exemple : open_ticket."),
    )

    @classmethod
    def of(cls, row: Webhook) -> WebhookForm:
        """The form filled with what stands."""
        return cls(
            initial={
                "name": row.name,
                "url": row.url,
                "areas": row.areas,
                "actions": " ".join(row.actions),
            }
        )

    def clean_url(self) -> str:
        """Its shape; the name is resolved by the action."""
        url = str(self.cleaned_data["url"]).strip()
        try:
            read_address(url)
        except AddressRefused as error:
            raise forms.ValidationError(str(error)) from None
        return url

    def clean_actions(self) -> list[str]:
        """The codes, once each."""
        return [word for word in re.split(r"[\s,;]+", self.cleaned_data["actions"]) if word]

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return {key: self.cleaned_data[key] for key in ("name", "url", "areas", "actions")}


class ReplayForm(forms.Form):
    """From which moment on everything is sent again."""

    since = forms.DateTimeField(
        label=_("Depuis"),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean_since(self) -> dt.datetime:
        """A moment of the last thirty days: older events are read in the journal."""
        since: dt.datetime = self.cleaned_data["since"]
        now = timezone.now()
        if not now - dt.timedelta(days=30) <= since <= now:
            raise forms.ValidationError(_("Choisissez un moment des trente derniers jours."))
        return since
