"""Forms of connections: contracts, offers, lines, the register, exceptions, measures."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.forms.side_by_side import SideBySide
from inventory.models import (
    FrameworkContract,
    Infrastructure,
    Method,
    Offer,
    Operator,
    Subscription,
)

if TYPE_CHECKING:
    KeptBase = forms.ModelForm[Any]
else:
    KeptBase = forms.ModelForm


def _day(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class Refusable:
    """A form that says a refusal of the action where it belongs."""

    fields: dict[str, forms.Field]

    def refuse(self, field: str, words: str) -> None:
        """Beside its field; above the form when it has none."""
        self.add_error(field if field in self.fields else None, words)  # type: ignore[attr-defined]


class KeptForm(SideBySide, Refusable, KeptBase):
    """A row with a version. ``vu``: the one that was read; 0 where there was none yet."""

    vu = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["vu"] = self.instance.version if self.instance.pk else 0
        for name, field in self.fields.items():
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = "–"
            elif isinstance(field, forms.TypedChoiceField) and not field.initial:
                choices: Any = field.choices
                field.choices = [("", "–"), *((key, word) for key, word in choices if key)]
            if name == "notes":
                field.widget.attrs["rows"] = 3

    def clean(self) -> dict[str, Any]:
        """PostgreSQL's refusals become words in one place (``connection_words``)."""
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """What the action writes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "vu"}


class OperatorForm(KeptForm):
    class Meta:
        model = Operator
        fields = ("name", "phone", "website")


class ContractForm(KeptForm):
    class Meta:
        model = FrameworkContract
        fields = ("reference", "title", "operator", "signed_on", "start_on", "end_on", "notes")


class OfferForm(KeptForm):
    class Meta:
        model = Offer
        fields = (
            *("name", "technology", "down_mbps", "up_mbps", "price_month", "price_once"),
            *("term_months", "sla_hours", "valid_from", "valid_to"),
        )


class InfrastructureForm(KeptForm):
    class Meta:
        model = Infrastructure
        fields = (
            *("fibre", "planned_on", "technology", "max_down_mbps", "giga", "source", "as_of"),
        )


class RenegotiationForm(Refusable, forms.Form):
    """New conditions, agreed on a day."""

    held_on = _day(gettext_lazy("Conclue le"))
    outcome = forms.CharField(label=gettext_lazy("Ce qui change"), max_length=500)

    def clean_held_on(self) -> dt.date:
        return _not_later(self.cleaned_data["held_on"])


class AskForm(KeptForm):
    """Opt in to the ``offer`` chosen; without one, terms that the school agreed on by itself."""

    SPECIAL = ("operator", "technology", "down_mbps", "up_mbps", "price_month", "terms")

    class Meta:
        model = Subscription
        fields = (
            *("role", "pupils_access", "operator", "technology", "down_mbps", "up_mbps"),
            *("price_month", "price_once", "terms"),
        )

    def __init__(self, offer: Offer | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        for name in (*self.SPECIAL, "price_once"):
            self.fields[name].required = name != "price_once"
            if offer is not None:
                del self.fields[name]

    def values(self) -> dict[str, Any]:
        """What the action writes: the offer's terms are copied there."""
        if self.offer is not None:
            return {**super().values(), "offer": self.offer}
        said = super().values()
        return {**said, "price_once": said["price_once"] or 0}


class MoveForm(Refusable, forms.Form):
    """One step of a line. ``circuit`` is asked where the operator gives it."""

    vu = forms.IntegerField(widget=forms.HiddenInput, required=False)
    on = _day(gettext_lazy("Date"))
    circuit = forms.CharField(
        label=gettext_lazy("Numéro de circuit"), max_length=60, required=False
    )
    why = forms.CharField(label=gettext_lazy("Remarque"), max_length=500, required=False)

    def clean_on(self) -> dt.date:
        return _not_later(self.cleaned_data["on"])


class ExceptionForm(Refusable, forms.Form):
    """Why a site has no fibre for now, and when that is looked at again."""

    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=500,
        help_text=gettext_lazy("Par exemple\u00a0: travaux de voirie prévus en 2027."),
    )
    review_on = _day(gettext_lazy("À revoir le"))

    def clean_review_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["review_on"]
        if day <= timezone.localdate():
            raise forms.ValidationError(_("Cette date est passée. Choisissez un jour à venir."))
        return day


class SpeedForm(Refusable, forms.Form):
    """A measure, just made or a while ago."""

    at = forms.DateTimeField(
        label=gettext_lazy("Mesuré le"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    down_mbps = forms.FloatField(
        label=gettext_lazy("Débit descendant (Mbit/s)"), min_value=0, max_value=100_000
    )
    up_mbps = forms.FloatField(
        label=gettext_lazy("Débit montant (Mbit/s)"), min_value=0, max_value=100_000
    )
    method = forms.ChoiceField(label=gettext_lazy("Comment"), choices=Method.choices)

    def clean_at(self) -> dt.datetime:
        moment: dt.datetime = self.cleaned_data["at"]
        if moment > timezone.now() + dt.timedelta(minutes=5):
            raise forms.ValidationError(_("Cette date est à venir\u00a0: mesurez d’abord."))
        return moment


def _not_later(day: dt.date) -> dt.date:
    if day > timezone.localdate():
        raise forms.ValidationError(_("Cette date est à venir\u00a0: notez-la le jour venu."))
    return day
