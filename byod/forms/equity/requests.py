"""The form by which a school asks for pupils."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from byod.actions.equity.ask_request import Wants
from byod.models.people.members import Member, SchoolClass
from schools.models import School


class NewRequestForm(forms.Form):
    """Pupils of one class, and what they need."""

    classe = forms.ModelChoiceField(
        label=_("Classe"), queryset=SchoolClass.objects.none(), empty_label=_("Choisir une classe")
    )
    pupils = forms.ModelMultipleChoiceField(
        label=_("Élèves"),
        queryset=Member.objects.none(),
        error_messages={"required": _("Cochez au moins un élève.")},
    )
    device = forms.BooleanField(label=_("Un appareil"), required=False, initial=True)
    charger = forms.BooleanField(label=_("Son chargeur"), required=False, initial=True)
    line = forms.BooleanField(label=_("Une connexion"), required=False)

    def __init__(self, data: Any = None, *, school: School, year: int, query: QueryDict) -> None:
        super().__init__(data)
        classes = SchoolClass.objects.filter(site__school=school, year=year).order_by("name")
        self.fields["classe"].queryset = classes  # type: ignore[attr-defined]
        told = (data or query).get("classe", "")
        good = told.isdecimal() and told.isascii() and len(told) < 18
        self.chosen = classes.filter(pk=int(told)).first() if good else None
        if self.chosen is not None:
            self.fields["classe"].initial = self.chosen.pk
        pupils = Member.objects.present().pupils().filter(school_class=self.chosen)
        rows = pupils if self.chosen is not None else Member.objects.none()
        self.fields["pupils"].queryset = rows  # type: ignore[attr-defined]

    def listed(self) -> list[Member]:
        """Present pupils of the class that is chosen."""
        return list(self.fields["pupils"].queryset)  # type: ignore[attr-defined]

    @property
    def wants(self) -> Wants:
        told = self.cleaned_data
        return Wants(device=told["device"], charger=told["charger"], line=told["line"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("device") and not said.get("line"):
            self.add_error("device", _("Cochez un appareil, une connexion, ou les deux."))
        return said
