"""Forms of planned changes, of templates and of settings."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.actions.save_template import Written, check_template
from inventory.actions.set_network_settings import Said
from inventory.cli.platforms import platforms
from inventory.models import ConfigTemplate, SiteSettings, TemplateVersion
from inventory.rules.templates import TemplateRefused
from schools.models import Province

HOST = re.compile(r"[A-Za-z0-9.:_-]{1,80}")
COMMUNITY = re.compile(r"[!-~]{4,64}")


class WhichForm(forms.Form):
    """Step 1: which template."""

    modele = forms.ModelChoiceField(
        ConfigTemplate.objects.filter(retired_at=None),
        label=gettext_lazy("Modèle"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": gettext_lazy("Choisissez un modèle.")},
    )


class WhereForm(forms.Form):
    """Step 2: for which sites."""

    province = forms.ChoiceField(
        label=gettext_lazy("Province"),
        choices=[("", gettext_lazy("toutes")), *Province.choices],
        required=False,
    )
    mots = forms.CharField(
        label=gettext_lazy("École, implantation ou PO"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Laissez vide pour toutes celles de la province."),
    )
    nom = forms.CharField(
        label=gettext_lazy("Le nom de l’équipement contient"), required=False, max_length=60
    )


class HowForm(forms.Form):
    """Step 3: what it is for, who goes first, how fast."""

    objet = forms.CharField(
        label=gettext_lazy("Objet"),
        max_length=120,
        help_text=gettext_lazy("En quelques mots : la personne qui approuve le lit d’abord."),
    )
    motif = forms.CharField(label=gettext_lazy("Motif"), max_length=500, required=False)
    premiere = forms.TypedChoiceField(
        label=gettext_lazy("Première implantation"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=gettext_lazy("Elle est écrite seule. Les autres attendent qu’elle tienne."),
    )
    observation = forms.IntegerField(
        label=gettext_lazy("Minutes d’observation ensuite"), min_value=0, max_value=1440, initial=15
    )
    vague = forms.IntegerField(
        label=gettext_lazy("Implantations de la première vague"),
        min_value=1,
        max_value=500,
        initial=5,
        help_text=gettext_lazy("Chaque vague suivante est quatre fois plus grande."),
    )
    jours = forms.IntegerField(
        label=gettext_lazy("Jours avant l’échéance"), min_value=1, max_value=60, initial=7
    )

    def __init__(self, sites: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["premiere"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("la plus petite")), *sites]


class TemplateForm(forms.Form):
    """A template's text. Rendered against a sample before it is kept."""

    name = forms.CharField(label=gettext_lazy("Nom"), max_length=80)
    platform = forms.ChoiceField(
        label=gettext_lazy("Plateforme"),
        choices=lambda: [(one.key, one.name) for one in platforms().values() if one.writable],
        help_text=gettext_lazy("Celles que Préau sait écrire ; les autres se lisent seulement."),
    )
    owns = forms.CharField(
        label=gettext_lazy("Lignes tenues par le modèle"),
        widget=forms.Textarea(attrs={"rows": 4, "class": "mono-x", "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Un début de ligne par ligne, « * » pour le reste. Rien d’autre n’est jamais touché."
        ),
    )
    text = forms.CharField(
        label=gettext_lazy("Texte"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "class": "mono-x", "spellcheck": "false"}),
    )
    note = forms.CharField(label=gettext_lazy("Ce qui change"), max_length=200, required=False)
    vu = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, version: TemplateVersion | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if version is not None:
            for fixed in ("name", "platform"):
                del self.fields[fixed]
            self.template = version.template
            self.initial.update(owns=version.owns, text=version.text, vu=version.number)
        else:
            self.template = ConfigTemplate()

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if ConfigTemplate.objects.filter(name=name).exists():
            raise ValidationError(_("Un modèle porte déjà ce nom : écrivez-en une version."))
        return name

    def clean(self) -> dict[str, Any]:
        """The template's own errors stand at its text, with their line."""
        said = super().clean() or {}
        if "text" in said and "owns" in said:
            said["text"] = said["text"].replace("\r\n", "\n")
            said["owns"] = said["owns"].replace("\r\n", "\n")
            try:
                check_template(self.written(), self._grammar(said))
            except TemplateRefused as refused:
                self.add_error("text", str(refused))
        return said

    def _grammar(self, said: dict[str, Any]) -> str:
        platform = platforms().get(said.get("platform", ""))
        return platform.grammar if platform else self.template.grammar

    def written(self) -> Written:
        """What was typed, for the action."""
        said = self.cleaned_data
        return Written(said["text"], said["owns"], said.get("note", ""))

    def filled(self) -> ConfigTemplate:
        """The template, new or known."""
        if self.template._state.adding:
            said = self.cleaned_data
            self.template.name, self.template.platform = said["name"], said["platform"]
            self.template.grammar = self._grammar(said)
        return self.template


class _Hosts(forms.CharField):
    """Addresses or names, one a line."""

    widget = forms.Textarea(attrs={"rows": 3, "class": "mono-x", "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        found = [line.strip() for line in str(value or "").splitlines() if line.strip()]
        for line in found:
            if not HOST.fullmatch(line):
                raise ValidationError(_("« %s » n’est ni une adresse ni un nom de machine.") % line)
        if len(found) > 8:
            raise ValidationError(_("Huit au plus."))
        return list(dict.fromkeys(found))


class SettingsForm(forms.Form):
    """Time, log and SNMP of one level. Empty: the wider level's values hold."""

    ntp = _Hosts(label=gettext_lazy("Serveurs de temps (NTP)"), required=False)
    syslog = _Hosts(label=gettext_lazy("Serveurs de journal (syslog)"), required=False)
    snmp_managers = _Hosts(label=gettext_lazy("Adresses qui lisent par SNMP"), required=False)
    snmp_contact = forms.CharField(
        label=gettext_lazy("Contact SNMP"), max_length=80, required=False
    )
    community = forms.CharField(
        label=gettext_lazy("Communauté SNMP"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "Jamais montrée. Laissez vide pour garder celle qui est enregistrée."
        ),
    )
    forget = forms.BooleanField(
        label=gettext_lazy("Oublier la communauté enregistrée ici"), required=False
    )
    vu = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, row: SiteSettings, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("ntp", "syslog", "snmp_managers", "snmp_contact"):
            self.initial[name] = getattr(row, name)
        self.initial["vu"] = row.version if row.pk else None
        if not row.sealed:
            del self.fields["forget"]

    def clean_community(self) -> str:
        said: str = self.cleaned_data["community"]
        if said and not COMMUNITY.fullmatch(said):
            raise ValidationError(_("4 à 64 signes, sans espace."))
        return said

    def said(self) -> Said:
        """What was typed, for the action."""
        told = self.cleaned_data
        community = "" if told.get("forget") else told["community"] or None
        return Said(
            told["ntp"], told["syslog"], told["snmp_managers"], told["snmp_contact"], community
        )
