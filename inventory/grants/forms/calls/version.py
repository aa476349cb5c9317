"""Texts, dates, conditions and decisions of a call in preparation."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.grants.models.calls.published import CallMode, CallVersion
from inventory.grants.rules.calls.eligibility import OF_VALUES, RuleRefused, read_rules
from schools.models import Community, Level, Network, Province

MOMENT = "%Y-%m-%dT%H:%M:%S"


class MomentField(forms.DateTimeField):
    """A moment in Brussels, to the second."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format=MOMENT)
        formats = [MOMENT, "%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M"]
        super().__init__(widget=widget, input_formats=formats, **kwargs)


class StartForm(forms.Form):
    """A new call: its mode and its title."""

    mode = forms.ChoiceField(label=gettext_lazy("Mode"), choices=CallMode.choices)
    title = forms.CharField(label=gettext_lazy("Titre"), max_length=160)


class VersionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A part of a version; ``vu``: the writing that was read."""

    vu = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["vu"] = self.instance.revision

    def _post_clean(self) -> None:
        """The action writes, and the database refuses: the instance stays as it was read."""

    def values(self) -> dict[str, Any]:
        """What the action writes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "vu"}


class TextsForm(VersionForm):
    class Meta:
        model = CallVersion
        fields = ("title_fr", "title_de", "summary_fr", "summary_de", "rules_fr", "rules_de", "why")
        widgets = {
            **{name: forms.Textarea(attrs={"rows": 3}) for name in ("summary_fr", "summary_de")},
            **{name: forms.Textarea(attrs={"rows": 12}) for name in ("rules_fr", "rules_de")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.number == 1:
            del self.fields["why"]


class DatesForm(VersionForm):
    opens_at = MomentField(label=gettext_lazy("Ouverture"))
    closes_at = MomentField(
        label=gettext_lazy("Clôture"),
        help_text=gettext_lazy(
            "À la seconde, heure de Bruxelles. Un envoi à cette seconde est tardif."
        ),
    )

    class Meta:
        model = CallVersion
        fields = (
            *("opens_at", "closes_at", "budget", "uses_right", "countersigned", "per_site"),
            *("min_reviews", "divergence_points", "returns_owed", "returns_due_months"),
        )

    def clean(self) -> dict[str, Any]:
        opens, closes = self.cleaned_data.get("opens_at"), self.cleaned_data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("La clôture suit l’ouverture."))
        return self.cleaned_data


def _choices(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


def _number(label: Any, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=False)


def _yes(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


class EligibilityForm(forms.Form):
    """The conditions: what is left empty is not asked."""

    vu = forms.IntegerField(widget=forms.HiddenInput)
    levels = _choices(gettext_lazy("Niveaux organisés"), Level.choices)
    network = _choices(gettext_lazy("Réseau"), Network.choices)
    community = _choices(gettext_lazy("Communauté"), Community.choices)
    province = _choices(gettext_lazy("Province"), Province.choices)
    pupils_min = _number(gettext_lazy("Au moins … élèves"), 100_000)
    pupils_max = _number(gettext_lazy("Au plus … élèves"), 100_000)
    ise_max = _number(gettext_lazy("Classe ISE 1 à …"), 20)
    never_awarded = _yes(gettext_lazy("Jamais bénéficiaire"))
    years = _number(gettext_lazy("Aucun dossier accordé depuis … ans"), 20)
    approved_plan = _yes(gettext_lazy("Plan de transition approuvé"))
    declaration = _yes(gettext_lazy("Déclaration d’inventaire valable"))
    assistance = _yes(gettext_lazy("Accord d’assistance centrale donné"))
    supervision = _yes(gettext_lazy("Accord de supervision donné"))

    def __init__(self, data: Any = None, *, instance: CallVersion) -> None:
        self.instance = instance
        super().__init__(data, initial=self._initial(instance))

    @staticmethod
    def _initial(version: CallVersion) -> dict[str, Any]:
        found: dict[str, Any] = {"vu": version.revision}
        for rule in version.eligibility:
            fact = rule["fact"]
            if fact in OF_VALUES:
                found[fact] = rule["values"]
            elif fact == "pupils":
                found["pupils_min"], found["pupils_max"] = rule.get("min"), rule.get("max")
            elif fact == "ise_class":
                found["ise_max"] = rule["max"]
            elif fact == "not_awarded_for":
                found["years"] = rule["years"]
            else:
                found[fact] = True
        return found

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        rules: list[dict[str, Any]] = [
            {"fact": fact, "values": said[fact]} for fact in OF_VALUES if said.get(fact)
        ]
        least, most = said.get("pupils_min"), said.get("pupils_max")
        if least is not None or most is not None:
            bounds = {"min": least, "max": most}
            rules.append({"fact": "pupils", **{k: v for k, v in bounds.items() if v is not None}})
        if said.get("ise_max"):
            rules.append({"fact": "ise_class", "max": said["ise_max"]})
        if said.get("never_awarded"):
            rules.append({"fact": "never_awarded"})
        elif said.get("years"):
            rules.append({"fact": "not_awarded_for", "years": said["years"]})
        for fact in ("approved_plan", "declaration", "assistance", "supervision"):
            if said.get(fact):
                rules.append({"fact": fact})
        try:
            said["rules"] = read_rules(rules)
        except RuleRefused:
            self.add_error("pupils_max", _("Le maximum est au moins le minimum."))
        return said

    def values(self) -> dict[str, Any]:
        return {"eligibility": self.cleaned_data["rules"]}


class DecisionTextsForm(VersionForm):
    """What each kind of decision says, in both languages."""

    class Meta:
        model = CallVersion
        fields = ()

    KINDS = (
        ("awarded", gettext_lazy("Accordé")),
        ("conditional", gettext_lazy("Accordé sous condition")),
        ("reserve", gettext_lazy("Liste de réserve")),
        ("refused", gettext_lazy("Refusé")),
        ("ineligible", gettext_lazy("Non recevable")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = self.instance.decision_texts
        for kind, word in self.KINDS:
            for language, name in (("fr", _("français")), ("de", _("allemand"))):
                self.fields[f"{kind}_{language}"] = forms.CharField(
                    label=f"{word} ({name})",
                    required=False,
                    max_length=4000,
                    widget=forms.Textarea(attrs={"rows": 3}),
                    initial=texts.get(kind, {}).get(language, ""),
                )

    def values(self) -> dict[str, Any]:
        said = self.cleaned_data
        texts = {
            kind: {"fr": said[f"{kind}_fr"], "de": said[f"{kind}_de"]} for kind, _word in self.KINDS
        }
        return {"decision_texts": texts}


def closing_form(data: Any = None, *, extend: bool, initial: dt.datetime | None = None) -> Any:
    """Put a deadline off, or close early: the reason is public."""
    fields: dict[str, Any] = {}
    if extend:
        fields["closes_at"] = MomentField(
            label=gettext_lazy("Nouvelle clôture"),
            initial=timezone.localtime(initial) if initial else None,
        )
    fields["why"] = forms.CharField(
        label=gettext_lazy("Motif public"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    return type("ClosingForm", (forms.Form,), fields)(data)
