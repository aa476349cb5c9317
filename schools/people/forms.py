"""Forms of people: whom to invite, from when to when, an account that begins."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schools.actions.accept_invitation import NewAccount
from schools.actions.invite_person import Guest
from schools.models import Invitation, User

LANGUAGES = [("fr", "Français"), ("de", "Deutsch"), ("en", "English")]


class DayInput(forms.DateInput):
    """A day as the browser's own calendar gives it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day_field(label: Any, **extra: Any) -> forms.DateField:
    """A day, from the browser's calendar."""
    return forms.DateField(label=label, widget=DayInput(), **extra)


class DatesForm(forms.Form):
    """From when to when."""

    from_on = day_field(gettext_lazy("Du"), initial=timezone.localdate)
    to_on = day_field(
        gettext_lazy("Au"),
        required=False,
        help_text=gettext_lazy("Dernier jour compris. Vide : sans fin prévue."),
    )

    @property
    def days(self) -> tuple[dt.date, dt.date | None]:
        """Both days of a valid form."""
        return self.cleaned_data["from_on"], self.cleaned_data["to_on"]


class GuestForm(DatesForm):
    """Somebody whom an address names."""

    full_name = forms.CharField(
        label=gettext_lazy("Nom complet"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique"),
        max_length=254,
        help_text=gettext_lazy("Une adresse de la personne, pas celle du secrétariat."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Langue du message"), choices=LANGUAGES[:2])
    field_order = ("full_name", "email", "language", "from_on", "to_on")

    @property
    def guest(self) -> Guest:
        """Whom a valid form names."""
        told = self.cleaned_data
        return Guest(told["email"], told["full_name"], told["language"])


class EndForm(forms.Form):
    """The last day of a role, and why it ends."""

    last_on = day_field(gettext_lazy("Dernier jour du rôle"), initial=timezone.localdate)
    why = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Pour le journal : change d’école, congé, pension…"),
    )


class SubstituteForm(forms.Form):
    """Who takes over, and from which day on."""

    on = day_field(
        gettext_lazy("Jour de la reprise"),
        initial=timezone.localdate,
        help_text=gettext_lazy("L’ancien rôle finit la veille."),
    )
    known = forms.ModelChoiceField(
        label=gettext_lazy("Une personne de l’école"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("quelqu’un d’autre, que j’invite"),
    )
    full_name = forms.CharField(label=gettext_lazy("Nom complet"), max_length=150, required=False)
    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique"), max_length=254, required=False
    )
    language = forms.ChoiceField(label=gettext_lazy("Langue du message"), choices=LANGUAGES[:2])
    why = forms.CharField(label=gettext_lazy("Motif"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        """Somebody known, or a name and an address."""
        told = super().clean() or {}
        if not told.get("known"):
            for name in ("full_name", "email"):
                if not told.get(name) and name not in self.errors:
                    self.add_error(name, _("Choisissez une personne, ou écrivez qui inviter."))
        return told

    @property
    def new(self) -> User | Guest:
        """Who takes over, of a valid form."""
        told = self.cleaned_data
        known: User | None = told["known"]
        return known or Guest(told["email"], told["full_name"], told["language"])


class PhoneForm(forms.Form):
    """A telephone number."""

    phone = forms.CharField(
        label=gettext_lazy("Téléphone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


class WhyForm(forms.Form):
    """Why an account is closed or erased."""

    why = forms.CharField(label=gettext_lazy("Motif"), max_length=300)


class NewAccountForm(forms.Form):
    """The account of a person who accepts: name, language, password by Django's validators."""

    full_name = forms.CharField(
        label=gettext_lazy("Votre nom"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Votre langue"), choices=LANGUAGES)
    password = forms.CharField(
        label=gettext_lazy("Mot de passe"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("Le même, encore une fois"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, invitation: Invitation, data: Any = None) -> None:
        self.invitation = invitation
        first = {"full_name": invitation.full_name, "language": invitation.language}
        super().__init__(data, initial=first)

    @property
    def rules(self) -> list[str]:
        """The rules of a password, in words."""
        return password_validators_help_texts()

    def clean(self) -> dict[str, Any]:
        """The same word twice, and one that the validators accept for this person."""
        told = super().clean() or {}
        password = told.get("password")
        if password and told.get("again") and password != told["again"]:
            self.add_error("again", _("Les deux mots de passe diffèrent."))
        elif password:
            person = User(email=self.invitation.email, full_name=told.get("full_name", ""))
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password", error)
        return told

    @property
    def account(self) -> NewAccount:
        """What a valid form gives."""
        told = self.cleaned_data
        return NewAccount(told["full_name"], told["language"], told["password"])
