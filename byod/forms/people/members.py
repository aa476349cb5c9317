"""What a school types of a person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from byod.models.people.identities import Named
from byod.models.people.members import Member, MemberKind, SchoolClass
from schools.models import Site

KINDS = [
    (MemberKind.PUPIL.value, MemberKind.PUPIL.label),
    (MemberKind.TEACHER.value, MemberKind.TEACHER.label),
]


class MemberForm(forms.Form):
    """One person: who they are, in which class, and whom to write to."""

    kind = forms.ChoiceField(label=_("Qualité"), choices=KINDS)
    given_name = forms.CharField(label=_("Prénom"), max_length=80)
    family_name = forms.CharField(label=_("Nom"), max_length=80)
    school_class = forms.ModelChoiceField(
        label=_("Classe"), queryset=SchoolClass.objects.none(), required=False
    )
    email = forms.EmailField(label=_("Adresse e-mail"), required=False)
    language = forms.ChoiceField(
        label=_("Langue"), choices=[("fr", "Français"), ("de", "Deutsch")], initial="fr"
    )
    adult = forms.BooleanField(
        label=_("Majeur"),
        required=False,
        help_text=_(
            "Un élève majeur accepte et signe seul. Aucune date de naissance n’est gardée."
        ),
    )
    guardian_name = forms.CharField(label=_("Parent ou tuteur"), max_length=120, required=False)
    guardian_email = forms.EmailField(label=_("E-mail du parent"), required=False)
    guardian_phone = forms.CharField(label=_("Téléphone du parent"), max_length=30, required=False)

    def __init__(self, site: Site, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["school_class"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = SchoolClass.objects.open().filter(site=site).order_by("name")

    @staticmethod
    def initial_of(member: Member, named: Named) -> dict[str, Any]:
        """What is known of somebody."""
        return {
            "kind": member.kind,
            "school_class": member.school_class_id,
            "language": member.language,
            "adult": member.adult,
            "given_name": named.given_name,
            "family_name": named.family_name,
            "email": named.email,
            "guardian_name": named.guardian_name,
            "guardian_email": named.guardian_email,
            "guardian_phone": named.guardian_phone,
        }

    @property
    def named(self) -> Named:
        """Who they are."""
        said = self.cleaned_data
        return Named(
            given_name=said["given_name"],
            family_name=said["family_name"],
            email=said["email"],
            guardian_name=said["guardian_name"],
            guardian_email=said["guardian_email"],
            guardian_phone=said["guardian_phone"],
        )
