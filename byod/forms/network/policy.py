"""Forms of a policy: its values, a rule for each kind of person, and « essayer »."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from byod.models.network.policies import NetworkPolicy, Segment
from byod.models.network.rules import Beyond, PolicyRule, Who
from byod.network_words import day_names
from schools.models import Site

if TYPE_CHECKING:
    PolicyBase = forms.ModelForm[NetworkPolicy]
    RuleBase = forms.ModelForm[PolicyRule]
else:
    PolicyBase = RuleBase = forms.ModelForm

FOR: dict[str, tuple[str, ...]] = {
    Who.PUPIL: ("pupils", "guests", "quarantine"),
    Who.TEACHER: ("staff", "pupils", "guests"),
    Who.VISITOR: ("visitors", "guests", "quarantine"),
    Who.GUEST: ("guests", "quarantine"),
}
"""Segments that each kind may be sent to; PostgreSQL keeps strangers apart whatever comes."""


class PolicyForm(PolicyBase):
    class Meta:
        model = NetworkPolicy
        fields = (
            *("device_limit", "charter_required", "visitors", "unauthorised"),
            "outside_hours",
        )
        help_texts: ClassVar = {
            "device_limit": gettext_lazy("De 1 à 20. Comptés par appareil inscrit."),
            "visitors": gettext_lazy("Élèves et enseignants qu’une autre école a autorisés."),
        }

    def clean_device_limit(self) -> int:
        limit = int(self.cleaned_data["device_limit"])
        if not 1 <= limit <= 20:
            raise forms.ValidationError(_("Donnez un nombre de 1 à 20."))
        return limit


class RuleForm(RuleBase):
    """The rule of one kind of person. Its prefix is the kind."""

    days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Jours"), coerce=int, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = PolicyRule
        fields = (
            *("segment", "days", "opens", "closes", "school_days_only"),
            *("bandwidth", "sessions", "beyond"),
        )
        widgets: ClassVar = {
            "opens": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "closes": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
        help_texts: ClassVar = {
            "sessions": gettext_lazy("Vide\u00a0: sans limite."),
        }

    def __init__(self, who: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"prefix": who}))
        self.who = who
        names = {segment.value: segment.label for segment in Segment}
        self.fields["segment"].choices = [(key, names[key]) for key in FOR[who]]  # type: ignore[attr-defined]
        self.fields["days"].choices = list(enumerate(day_names()))  # type: ignore[attr-defined]
        self.fields["beyond"].required = False

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        opens, closes = said.get("opens"), said.get("closes")
        if bool(opens) != bool(closes):
            self.add_error("closes", _("Donnez les deux heures, ou aucune."))
        elif opens and closes and opens >= closes:
            self.add_error("closes", _("La fin vient après le début."))
        if said.get("sessions") == 0:
            self.add_error("sessions", _("Au moins une, ou vide pour ne pas limiter."))
        said["beyond"] = said.get("beyond") or Beyond.FLAG
        return said

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class TryForm(forms.Form):
    """« Un élève, à 8:25, dans cette implantation »: every field has a value to begin with."""

    qui = forms.ChoiceField(label=gettext_lazy("Qui"), choices=Who.choices)
    ou = forms.ModelChoiceField(
        label=gettext_lazy("Où"), queryset=Site.objects.none(), empty_label=None
    )
    jour = forms.DateField(
        label=gettext_lazy("Jour"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    heure = forms.TimeField(
        label=gettext_lazy("Heure"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    sans = forms.BooleanField(label=gettext_lazy("Inscrit, mais pas autorisé"), required=False)

    def __init__(self, sites: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["ou"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = sites

    def moment(self) -> dt.datetime:
        """The day and hour, in Brussels."""
        said = self.cleaned_data
        return timezone.make_aware(dt.datetime.combine(said["jour"], said["heure"]))
