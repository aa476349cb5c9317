"""Forms of one's own account."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.actions.make_token import LONGEST
from schools.models import TokenScope, User


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Language, phone, single-key shortcuts. Name and e-mail come from the authentic source."""

    class Meta:
        model = User
        fields = ["language", "phone", "shortcuts"]


class KeyForm(forms.Form):
    """A new access key: what for, what it opens, until when. Reading is part of every key."""

    name = forms.CharField(
        label=_("À quoi sert cette clé ?"),
        max_length=60,
        help_text=_("Par exemple : export des tickets vers notre tableur."),
    )
    register = forms.BooleanField(label=_("Écoles, implantations, locaux, accords"), required=False)
    inventory = forms.BooleanField(label=_("Équipements, ports, câbles"), required=False)
    supervision = forms.BooleanField(label=_("Relevés, contrôles, incidents"), required=False)
    grants = forms.BooleanField(
        label=_("Appels à projets, droits de tirage, commandes"), required=False
    )
    helpdesk = forms.BooleanField(label=_("Tickets, messages, signalements"), required=False)
    write = forms.BooleanField(
        label=_("Peut aussi écrire"),
        required=False,
        help_text=_(
            "Sans cette case, le programme lit seulement. Avec elle, il agit en votre nom : "
            "prendre un ticket, répondre, redémarrer un port."
        ),
    )
    expires_on = forms.DateField(
        label=_("Dernier jour"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Un an au plus. Une clé oubliée ne reste pas ouverte."),
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["expires_on"].initial = (timezone.localdate() + LONGEST).isoformat()
        for box in (*_areas(), "write"):
            self.fields[box].widget.attrs["class"] = "form-check-input"

    def clean(self) -> dict[str, Any]:
        """A key that opens nothing is no key."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.get(scope) for scope in _areas()):
            self.add_error(None, _("Cochez au moins un domaine : cette clé n’ouvrirait rien."))
        return cleaned

    def clean_expires_on(self) -> dt.date:
        """Today to a year from now."""
        day: dt.date = self.cleaned_data["expires_on"]
        today = timezone.localdate()
        if not today <= day <= today + LONGEST:
            raise forms.ValidationError(_("Choisissez un jour entre aujourd’hui et dans un an."))
        return day

    def areas(self) -> list[forms.BoundField]:
        """The boxes of the areas, one beside the other on the page."""
        return [self[area] for area in _areas()]

    def scopes(self) -> list[str]:
        """The scopes of the ticked boxes; reading always."""
        ticked = [scope for scope in (*_areas(), "write") if self.cleaned_data.get(scope)]
        return [TokenScope.READ.value, *ticked]

    def expires_at(self) -> dt.datetime:
        """The end of the last day in Brussels, a year from now at most."""
        end = dt.datetime.combine(self.cleaned_data["expires_on"], dt.time(23, 59, 59))
        return min(timezone.make_aware(end), timezone.now() + LONGEST - dt.timedelta(minutes=1))


def _areas() -> tuple[str, ...]:
    return ("register", "inventory", "grants", "supervision", "helpdesk")
