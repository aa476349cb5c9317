"""Forms of the decisions about a school: dates, reasons, papers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models import Management

ACCEPTED = "application/pdf,image/*"


def _day(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class FromDayForm(forms.Form):
    """A decision that counts from today, or from a later day."""

    from_on = _day(_("À partir du"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        today = timezone.localdate()
        self.fields["from_on"].initial = today
        self.fields["from_on"].widget.attrs["min"] = today.isoformat()

    def clean_from_on(self) -> dt.date:
        """A page left open overnight still says yesterday."""
        day: dt.date = self.cleaned_data["from_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(
                _("Cette date est passée. Choisissez aujourd’hui ou après.")
            )
        return day


class GiveForm(FromDayForm):
    """Give an agreement; the signed paper may come later."""

    paper = forms.FileField(
        label=_("Document signé"),
        required=False,
        help_text=_("PDF ou photo, 15 Mo au plus. Vous pourrez aussi le déposer plus tard."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )
    agreed = forms.BooleanField(label=_("J’ai lu le texte de l’accord et j’y consens"))


class RevokeForm(FromDayForm):
    """Withdraw an agreement."""

    why = forms.CharField(
        label=_("Motif"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )


class ManagementForm(FromDayForm):
    """Say who manages the network of a site."""

    mode = forms.ChoiceField(choices=Management.choices, widget=forms.RadioSelect)
    why = forms.CharField(
        label=_("Pourquoi ?"), max_length=500, widget=forms.Textarea(attrs={"rows": "3"})
    )


class PaperForm(forms.Form):
    """Hand a paper in."""

    paper = forms.FileField(
        label=_("Document"),
        help_text=_("PDF ou photo, 15 Mo au plus."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )

    def file(self) -> File[bytes]:
        """The file that came."""
        file = self.cleaned_data["paper"]
        assert isinstance(file, File)
        return file


class SiteForm(forms.Form):
    """Connectivity of one site in a plan."""

    asks = forms.TypedChoiceField(
        choices=[("oui", _("Oui")), ("non", _("Non"))],
        coerce=lambda value: value == "oui",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    existing = forms.CharField(required=False, strip=False)
    rooms = forms.CharField(required=False, strip=False)
    wanted_on = _day(_("Date souhaitée"), required=False)
