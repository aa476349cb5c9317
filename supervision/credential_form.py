"""The form of a credential: password inputs that take a secret and never give one back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from supervision.models import CredentialSet, CredentialVersion
from supervision.snmp.contract import (
    AuthProtocol,
    Community,
    Credential,
    PrivProtocol,
    UsmUser,
)

if TYPE_CHECKING:
    CredentialModelForm = forms.ModelForm[CredentialSet]
else:
    CredentialModelForm = forms.ModelForm

SECRETS = frozenset(
    {"community", "user", "auth_password", "priv_password", "auth_protocol", "priv_protocol"}
)
"""Fields whose values the journal must not hold."""

SHORTEST_PASSWORD = 8
"""RFC 3414 §11.2: passwords of the User-based Security Model have at least eight characters."""


def secret_field(label: Any, **extra: Any) -> forms.CharField:
    """A text that goes in and never comes out, not even after an error elsewhere in the form."""
    widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, required=False, strip=False, widget=widget, **extra)


class CredentialSetForm(CredentialModelForm):
    """Name and version; the secret entirely anew, or left as it is when every field is empty."""

    community = secret_field(_("communauté (v2c)"), max_length=255)
    user = forms.CharField(label=_("utilisateur (v3)"), required=False, max_length=32)
    auth_protocol = forms.ChoiceField(
        label=_("authentification (v3)"),
        choices=[(p.value, p.value) for p in AuthProtocol],
        required=False,
        initial=AuthProtocol.SHA256.value,
    )
    auth_password = secret_field(_("mot de passe d’authentification"), max_length=255)
    priv_protocol = forms.ChoiceField(
        label=_("chiffrement (v3)"),
        choices=[("", _("aucun")), *((p.value, p.value) for p in PrivProtocol)],
        required=False,
        initial=PrivProtocol.AES128.value,
    )
    priv_password = secret_field(_("mot de passe de chiffrement"), max_length=255)
    context = forms.CharField(label=_("contexte (v3)"), required=False, max_length=255)

    class Meta:
        model = CredentialSet
        fields = ("name", "version")
        help_texts = {"name": _("Les secrets enregistrés ne sont jamais affichés.")}

    def clean(self) -> dict[str, Any]:
        """Refuse half a credential, by the field that misses."""
        cleaned: dict[str, Any] = super().clean() or {}
        self.credential = self._read(cleaned) if self._renews(cleaned) else None
        return cleaned

    def save(self, commit: bool = True) -> CredentialSet:
        """Seal a new secret; leave the stored one alone when none was typed."""
        if self.credential is not None:
            self.instance.store(self.credential)
            self.instance.changed_at = timezone.now()
        return super().save(commit)

    def _renews(self, cleaned: dict[str, Any]) -> bool:
        typed = any(cleaned.get(n) for n in ("community", "user", "auth_password", "priv_password"))
        return typed or self.instance.pk is None or "version" in self.changed_data

    def _read(self, cleaned: dict[str, Any]) -> Credential | None:
        if cleaned.get("version") == CredentialVersion.V2C:
            return self._community(cleaned)
        return self._usm(cleaned)

    def _community(self, cleaned: dict[str, Any]) -> Credential | None:
        if not cleaned.get("community"):
            self.add_error("community", _("Entrez la communauté."))
            return None
        return Community(cleaned["community"])

    def _usm(self, cleaned: dict[str, Any]) -> Credential | None:
        wanted = ["auth_password", *(["priv_password"] if cleaned.get("priv_protocol") else [])]
        for name in wanted:
            if len(cleaned.get(name) or "") < SHORTEST_PASSWORD:
                self.add_error(name, _("Entrez au moins huit caractères."))
        if not cleaned.get("user"):
            self.add_error("user", _("Entrez l’utilisateur."))
        if self.errors:
            return None
        privacy = cleaned["priv_protocol"]
        return UsmUser(
            user=cleaned["user"],
            auth_protocol=AuthProtocol(cleaned["auth_protocol"] or AuthProtocol.SHA256),
            auth_password=cleaned["auth_password"],
            priv_protocol=PrivProtocol(privacy) if privacy else None,
            priv_password=cleaned["priv_password"] if privacy else None,
            context=cleaned["context"],
        )
