"""A shared secret of RADIUS (RFC 2865, section 3) in a form: written, never shown."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LEAST = 16
"""Signs of a shared secret."""
KNOWN_TO_ALL = {"testing123", "radius", "radsec", "secret", "whatever", "preau", "changeme"}


def secret_field() -> forms.CharField:
    """Empty leaves the secret as it was; whether there has to be one, each form says."""
    return forms.CharField(
        label=gettext_lazy("Secret partagé"),
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "16 caractères au moins. Il n’est plus jamais montré. Vide\u00a0: inchangé."
        ),
    )


def refuse_weak(secret: str) -> None:
    """Raise ValidationError for a secret that is short, or that every scanner tries."""
    if secret and (len(secret) < LEAST or secret.lower() in KNOWN_TO_ALL):
        raise ValidationError(_("16 caractères au moins, et pas un mot connu."))
