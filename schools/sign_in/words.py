"""What allauth tells a person, in our words: toasts on the next page, and mails about a change."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SAID: dict[str, str | Promise] = {
    "account/messages/password_changed.txt": _(
        "Votre mot de passe est changé. Vos autres sessions sont fermées."
    ),
    "account/messages/password_set.txt": _("Votre mot de passe est enregistré."),
    "account/messages/email_confirmation_sent.txt": _(
        "Un message est parti vers la nouvelle adresse. Ouvrez le lien qu’il contient : elle ne "
        "change qu’ensuite."
    ),
    "account/messages/email_confirmed.txt": _("Votre adresse est changée."),
    "account/messages/primary_email_set.txt": _("Votre adresse est changée."),
    "account/messages/email_confirmation_failed.txt": _(
        "Cette adresse sert déjà à un autre compte : rien n’a changé."
    ),
    "account/messages/email_deleted.txt": _("La demande de changement est retirée."),
    "mfa/messages/totp_activated.txt": _("L’application de codes est activée."),
    "mfa/messages/totp_deactivated.txt": _("L’application de codes est retirée."),
    "mfa/messages/webauthn_added.txt": _("La clé est ajoutée."),
    "mfa/messages/webauthn_removed.txt": _("La clé est retirée."),
    "socialaccount/messages/account_connected.txt": _("Votre identité numérique est liée."),
    "socialaccount/messages/account_connected_updated.txt": _("Votre identité numérique est liée."),
    "socialaccount/messages/account_connected_other.txt": _(
        "Cette identité numérique est déjà liée à un autre compte."
    ),
    "socialaccount/messages/account_disconnected.txt": _("Votre identité numérique est déliée."),
}
"""By allauth's template. Signing in and out go without saying."""

NOTICES: dict[str, str | Promise] = {
    "account/email/password_changed": _("Votre mot de passe a été changé."),
    "account/email/password_reset": _(
        "Votre mot de passe a été remplacé, par « Mot de passe oublié »."
    ),
    "account/email/password_set": _("Un mot de passe a été choisi pour votre compte."),
    "account/email/email_changed": _("L’adresse de votre compte a été changée."),
    "mfa/email/totp_activated": _("Une application de codes protège maintenant votre compte."),
    "mfa/email/totp_deactivated": _("L’application de codes de votre compte a été retirée."),
    "mfa/email/webauthn_added": _("Une clé d’accès a été ajoutée à votre compte."),
    "mfa/email/webauthn_removed": _("Une clé d’accès de votre compte a été retirée."),
    "mfa/email/recovery_codes_generated": _(
        "Vos codes de secours ont été remplacés : les anciens ne valent plus."
    ),
    "recovery_code_used": _("Un de vos codes de secours a servi à entrer dans votre compte."),
    "socialaccount/email/account_connected": _(
        "Une identité numérique a été liée à votre compte : elle permet de s’y connecter."
    ),
    "socialaccount/email/account_disconnected": _(
        "L’identité numérique liée à votre compte a été déliée."
    ),
    "factors_reset": _(
        "L’administration a retiré vos seconds facteurs, vos codes de secours et fermé vos "
        "sessions. À la prochaine connexion, vous en choisirez de nouveaux."
    ),
}
"""What the mail to the person says, by allauth's name of the event (and two of ours)."""
