"""allauth's forms with our labels: no placeholder instead of a label, rules told beforehand."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as keys
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schools.models import User
from schools.sign_in import attempts
from schools.sign_in.adapter import AccountAdapter, too_many

CODE_LIFE_S = 120
"""A code counts for 90 s (MFA_TOTP_TOLERANCE); within this it opens once."""


def name_fields(form: forms.Form, labels: dict[str, str | Promise]) -> None:
    """Give the fields our labels, and take allauth's placeholders away."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        if name in labels:
            field.label = labels[name]  # type: ignore[assignment]


class SignInForm(account.LoginForm):
    """Address and password. The field keeps the name that browsers have remembered: username."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(
            self,
            {
                "login": gettext_lazy("Adresse électronique"),
                "password": gettext_lazy("Mot de passe"),
            },
        )
        self.fields["login"].widget.attrs.update(autocomplete="username", autofocus=True)
        self.fields["password"].help_text = ""

    def add_prefix(self, field_name: str) -> str:
        """The name in the page."""
        return str(super().add_prefix("username" if field_name == "login" else field_name))


class ChangePasswordForm(account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(
            self,
            {
                "oldpassword": gettext_lazy("Mot de passe actuel"),
                "password1": gettext_lazy("Nouveau mot de passe"),
                "password2": gettext_lazy("Le même, encore une fois"),
            },
        )


class SetPasswordForm(account.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(self, NEW_PASSWORD)


class NewPasswordForm(account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(self, NEW_PASSWORD)


NEW_PASSWORD: dict[str, str | Promise] = {
    "password1": gettext_lazy("Nouveau mot de passe"),
    "password2": gettext_lazy("Le même, encore une fois"),
}


class ForgottenPasswordForm(account.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(self, {"email": gettext_lazy("Adresse électronique")})


class NewAddressForm(account.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(self, {"email": gettext_lazy("Nouvelle adresse")})

    def clean_email(self) -> str:
        """In lower case, as the register keeps it. Raises ValidationError for somebody else's."""
        email = str(super().clean_email()).lower()
        if User.objects.filter(email=email).exclude(pk=self.user.pk).exists():
            raise ValidationError(str(AccountAdapter.error_messages["email_taken"]))
        return email


class PasswordAgainForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(self, {"password": gettext_lazy("Mot de passe")})


class OnceForm(codes.BaseAuthenticateForm):
    """A code of the application, or one of the recovery codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(self, {"code": gettext_lazy("Code")})
        self.fields["code"].widget.attrs.update(autofocus=True, inputmode="numeric")

    def clean_code(self) -> str:
        """The code, if it is right and never served. Raises ValidationError with the time left."""
        try:
            code = str(super().clean_code())
        except ValidationError as refused:
            raise told(refused, self.user) from None
        if self.authenticator.type == Authenticator.Type.TOTP:
            once(self.user, code)
        return code

    def save(self) -> None:
        """Go on; a recovery code that was used is told to the person, who may not have done it."""
        super().save()
        if self.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            get_adapter().send_notification_mail("recovery_code_used", self.user)


def told(refused: ValidationError, person: User) -> ValidationError:
    """The refusal, with the time left where there were too many attempts."""
    key = attempts.code_key(person)
    if getattr(refused, "code", "") == "too_many_login_attempts":
        left_s = attempts.seconds_left(context.request, key)
        return ValidationError(too_many(left_s), code=refused.code)
    locked_s = attempts.seconds_left(context.request, key, per=("key",))
    if locked_s:  # by this attempt: those that follow are refused above
        get_adapter().write_down_lock(person, locked_s)
    return refused


def once(person: User, code: str) -> None:
    """Use a code up. Raises ValidationError when it has served already, in any process."""
    plain = normalize_user_code(code)  # as allauth compares it: without spaces and hyphens
    if not cache.add(f"preau:totp:{person.pk}:{plain}", 1, timeout=CODE_LIFE_S):
        raise ValidationError(
            str(AccountAdapter.error_messages["incorrect_code"]), code="incorrect_code"
        )


class CodeForm(OnceForm, codes.AuthenticateForm):
    """The second step of signing in."""


class CodeAgainForm(OnceForm, codes.ReauthenticateForm):
    """Before something that matters."""


class FirstCodeForm(totp.ActivateTOTPForm):
    """The first code of a new application proves that it was set up right."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(self, {"code": gettext_lazy("Code à six chiffres")})
        self.fields["code"].widget.attrs.update(inputmode="numeric", autofocus=True)

    def clean_code(self) -> str:
        """The code; it may not serve again to sign in."""
        code = str(super().clean_code())
        once(self.user, code)
        return code


class AddKeyForm(keys.AddWebAuthnForm):
    """A key of the device, or one in the pocket."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(
            self,
            {
                "name": gettext_lazy("Nom de la clé"),
                "passwordless": gettext_lazy("Se connecter avec cette clé seule"),
            },
        )
        if "passwordless" in self.fields:
            self.fields["passwordless"].help_text = _(
                "Sans adresse ni mot de passe : la clé demande votre empreinte, votre visage ou "
                "son code."
            )


class NameKeyForm(keys.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(self, {"name": gettext_lazy("Nom de la clé")})
