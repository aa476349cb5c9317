"""Forms of resources given back: plain questions, which metadata and a licence are made from."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.grants.models.returns.resources import ResourceCentre, ResourceVersion
from inventory.grants.models.returns.vocabulary import (
    Aid,
    Audience,
    Material,
    MayChange,
    MaySell,
    ResourceKind,
    ResourceLanguage,
    Subject,
)

AWAITED = frozenset({"title", "description", "no_pupils", "authors_agree", "centre"})
"""What a deposit cannot do without, and a draft can."""
STEPS = {
    "contenu": gettext_lazy("De quoi s’agit-il\u00a0?"),
    "public": gettext_lazy("Pour qui\u00a0?"),
    "droits": gettext_lazy("Que peuvent en faire les autres\u00a0?"),
    "envoi": gettext_lazy("Fichiers et envoi"),
}
"""Of the guided deposit."""


def texts(told: str, most: int, length: int) -> list[str]:
    """Words between commas, semicolons or on lines of their own; each once."""
    found = [" ".join(one.split())[:length] for one in re.split(r"[,;\n]", told)]
    return list(dict.fromkeys(one for one in found if one))[:most]


class Listed(forms.CharField):
    """Several short texts, separated by commas."""

    def __init__(self, most: int, length: int, **options: Any) -> None:
        self.most, self.length = most, length
        super().__init__(required=False, max_length=most * (length + 2), **options)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return texts(super().clean(value), self.most, self.length)


def _several(label: Any, choices: Any, **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        **options,
    )


def _one(label: Any, choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, required=False, widget=forms.RadioSelect, **options
    )


class StepForm(forms.Form):
    """One step: drafts may be incomplete, so nothing is required before the deposit."""

    vu = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, newest: ResourceVersion, data: Any = None) -> None:
        initial = {name: getattr(newest, name, None) for name in self.base_fields}
        super().__init__(data, initial={**initial, "vu": newest.version})
        self.use_required_attribute = False
        if data is None:  # a draft may lack them; the page tells that the deposit will not
            for name in AWAITED & set(self.fields):
                self.fields[name].required = True

    def values(self) -> dict[str, Any]:
        """What the action writes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "vu"}


class ContentForm(StepForm):
    title = forms.CharField(
        label=gettext_lazy("Quel est son titre\u00a0?"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Celui qu’un collègue reconnaîtra dans une liste."),
    )
    description = forms.CharField(
        label=gettext_lazy("Que fait-on avec, et qu’y apprend-on\u00a0?"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    kind = _one(gettext_lazy("Qu’est-ce que c’est\u00a0?"), ResourceKind.choices)
    language = _one(gettext_lazy("En quelle langue\u00a0?"), ResourceLanguage.choices)
    keywords = Listed(
        12,
        60,
        label=gettext_lazy("Quels mots chercherait un collègue\u00a0?"),
        help_text=gettext_lazy("Séparez-les par des virgules."),
    )


class AudienceForm(StepForm):
    audiences = _several(gettext_lazy("Pour qui est-ce\u00a0?"), Audience.choices)
    subjects = _several(gettext_lazy("Dans quelles matières\u00a0?"), Subject.choices)
    minutes = forms.IntegerField(
        label=gettext_lazy("Combien de minutes faut-il en classe\u00a0?"),
        min_value=1,
        validators=[MaxValueValidator(60_000)],
        required=False,
    )
    prerequisites = forms.CharField(
        label=gettext_lazy("Que faut-il savoir avant\u00a0?"), max_length=500, required=False
    )
    needs = forms.CharField(
        label=gettext_lazy("De quel matériel ou logiciel a-t-on besoin\u00a0?"),
        max_length=500,
        required=False,
    )
    aids = _several(gettext_lazy("Qu’avez-vous prévu pour que tous y accèdent\u00a0?"), Aid.choices)
    aids_text = forms.CharField(
        label=gettext_lazy("Une remarque à ce sujet\u00a0?"),
        max_length=500,
        required=False,
    )


class RightsForm(StepForm):
    may_change = _one(
        gettext_lazy("D’autres enseignants peuvent-ils la modifier\u00a0?"), MayChange.choices
    )
    may_sell = _one(
        gettext_lazy("Quelqu’un peut-il l’utiliser contre paiement\u00a0?"), MaySell.choices
    )
    material = _one(
        gettext_lazy("Y avez-vous repris des textes, images ou sons d’autres personnes\u00a0?"),
        Material.choices,
    )
    credits = forms.CharField(
        label=gettext_lazy("Lesquels, et de qui\u00a0?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    no_pupils = forms.BooleanField(
        label=gettext_lazy(
            "Aucun élève n’est reconnaissable\u00a0: ni visage, ni voix, ni nom, ni signature."
        ),
        required=False,
    )


class SendingForm(StepForm):
    link = forms.URLField(
        label=gettext_lazy("Elle est en ligne\u00a0? Son adresse"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Sinon, déposez un fichier ci-dessous."),
    )
    authors = Listed(
        12,
        120,
        label=gettext_lazy("Quels enseignants sont nommés comme auteurs\u00a0?"),
        help_text=gettext_lazy("Des virgules entre les noms\u00a0; vide, personne n’est nommé."),
    )
    authors_agree = forms.BooleanField(
        label=gettext_lazy("Chaque personne nommée a dit oui."), required=False
    )
    centre = forms.ModelChoiceField(
        label=gettext_lazy("Quel centre de ressources la garde\u00a0?"),
        queryset=ResourceCentre.objects.none(),
        required=False,
        empty_label="–",
    )

    def __init__(self, newest: ResourceVersion, data: Any = None) -> None:
        super().__init__(newest, data)
        centres = ResourceCentre.objects.filter(closed_on=None)
        self.fields["centre"].queryset = centres  # type: ignore[attr-defined]


STEP_FORMS: dict[str, type[StepForm]] = {
    "contenu": ContentForm,
    "public": AudienceForm,
    "droits": RightsForm,
    "envoi": SendingForm,
}


class ExtensionForm(forms.Form):
    """More time, and why."""

    wanted_on = forms.DateField(
        label=gettext_lazy("Nouvelle date"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    why = forms.CharField(label=gettext_lazy("Pourquoi\u00a0?"), max_length=500)


class FollowUpForm(forms.Form):
    """The follow-up report, in plain questions."""

    vu = forms.IntegerField(widget=forms.HiddenInput)
    pupils = forms.IntegerField(
        label=gettext_lazy("Combien d’élèves sont concernés\u00a0?"),
        min_value=0,
        validators=[MaxValueValidator(20_000)],
        required=False,
    )
    classes = forms.IntegerField(
        label=gettext_lazy("Combien de classes\u00a0?"),
        min_value=0,
        validators=[MaxValueValidator(2_000)],
        required=False,
    )
    uses_a_week = forms.DecimalField(
        label=gettext_lazy("Combien d’utilisations par semaine\u00a0?"),
        min_value=0,
        max_digits=6,
        decimal_places=1,
        required=False,
    )
    uses = forms.CharField(
        label=gettext_lazy("Qu’avez-vous fait avec les élèves\u00a0?"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    difficulties = forms.CharField(
        label=gettext_lazy("Qu’est-ce qui a été difficile\u00a0?"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    next_steps = forms.CharField(
        label=gettext_lazy("Et la suite\u00a0?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        if not self.is_bound:  # as StepForm: a draft may lack them, what is sent may not
            self.fields["pupils"].required = self.fields["uses"].required = True

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "vu"}


class CentreForm(forms.Form):
    """A resource centre."""

    key = forms.SlugField(
        label=gettext_lazy("Clé (pour la moisson, elle ne change plus)"), max_length=40
    )
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=200)
    website = forms.URLField(label=gettext_lazy("Site"), required=False, assume_scheme="https")
    about = forms.CharField(label=gettext_lazy("Présentation"), max_length=500, required=False)

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"].lower()
        if not re.fullmatch(r"[a-z0-9-]+", key):
            raise forms.ValidationError(_("Lettres, chiffres et tirets seulement."))
        return key
