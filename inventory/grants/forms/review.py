"""Forms of the review: who judges, and what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.review.appointments import JUDGES, Language, Skill
from schools.models import Level, Municipality, User
from schools.models.people import Role


class PersonForm(forms.Form):
    """Whom to appoint."""

    person = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Personne"), empty_label=_("choisissez")
    )

    def __init__(self, *args: Any, people: Any = None, **extra: Any) -> None:
        super().__init__(*args, **extra)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.none() if people is None else people


class AppointmentForm(forms.Form):
    """What somebody judges in a call."""

    skills = forms.MultipleChoiceField(
        choices=Skill.choices, widget=forms.CheckboxSelectMultiple, label=_("Compétences")
    )
    languages = forms.MultipleChoiceField(
        choices=Language.choices,
        widget=forms.CheckboxSelectMultiple,
        label=_("Langues"),
        initial=[Language.FR],
    )
    levels = forms.MultipleChoiceField(
        choices=Level.choices,
        widget=forms.CheckboxSelectMultiple,
        label=_("Niveaux"),
        required=False,
        help_text=_("Aucun coché\u00a0: tous les niveaux."),
    )
    max_load = forms.IntegerField(
        label=_("Dossiers au plus"), min_value=1, max_value=500, initial=15
    )
    workplace = forms.ModelChoiceField(
        queryset=Municipality.objects.all(),
        label=_("Commune du lieu de travail"),
        required=False,
        help_text=_("Les dossiers de cette commune ne lui sont pas confiés."),
    )


def appointable() -> Any:
    """Active people who hold an office of reviewer or officer today."""
    held = Role.objects.live(timezone.localdate()).filter(kind__in=JUDGES).values("user")
    return User.objects.get_queryset().filter(pk__in=held, is_active=True).order_by("full_name")
