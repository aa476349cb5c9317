"""Addresses about how one signs in. Names are allauth's where allauth looks them up.

`/entrer/` and `/sortir/` stand with the interface: the door knows the demo accounts.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as social
from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.generic import RedirectView

from schools.sign_in import oidc, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("entrer/ferme/", account.account_inactive, name="account_inactive"),
    path("entrer/inscription/", account.signup, name="account_signup"),
    path("entrer/code/", views.SecondStep.as_view(), name="mfa_authenticate"),
    path("entrer/cle/", keys.login_webauthn, name="mfa_login_webauthn"),
    path("entrer/second-facteur/", views.second_factor, name="second-factor"),
    # a password that was forgotten
    path("mot-de-passe/", account.password_reset, name="account_reset_password"),
    path("mot-de-passe/envoye/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "mot-de-passe/change/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(  # both parts of the key are joined by a hyphen, and the second holds another
        r"^mot-de-passe/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.NewPassword.as_view(),
        name="account_reset_password_from_key",
    ),
    # one's own account
    path(
        "mon-compte/mot-de-passe/", views.ChangePassword.as_view(), name="account_change_password"
    ),
    path(
        "mon-compte/mot-de-passe/choisir/",
        views.SetPassword.as_view(),
        name="account_set_password",
    ),
    path("mon-compte/adresse/", views.ChangeAddress.as_view(), name="account_email"),
    path(
        "mon-compte/adresse/envoye/",
        account.email_verification_sent,
        name="account_email_verification_sent",
    ),
    path("adresse/<str:key>/", views.ConfirmAddress.as_view(), name="account_confirm_email"),
    path("mon-compte/sessions/", views.sessions, name="sessions"),
    path("mon-compte/confirmer/", account.reauthenticate, name="account_reauthenticate"),
    path("mon-compte/confirmer/code/", base.reauthenticate, name="mfa_reauthenticate"),
    path(
        "mon-compte/confirmer/cle/",
        keys.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("mon-compte/facteurs/", views.factors, name="mfa_index"),
    path(
        "mon-compte/facteurs/application/", views.ActivateTotp.as_view(), name="mfa_activate_totp"
    ),
    path(
        "mon-compte/facteurs/application/retirer/",
        totp.deactivate_totp,
        name="mfa_deactivate_totp",
    ),
    path(
        "mon-compte/facteurs/codes/", views.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"
    ),
    path(
        "mon-compte/facteurs/codes/remplacer/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "mon-compte/facteurs/cles/",
        login_required(RedirectView.as_view(pattern_name="mfa_index")),
        name="mfa_list_webauthn",
    ),
    path("mon-compte/facteurs/cles/ajouter/", views.AddKey.as_view(), name="mfa_add_webauthn"),
    path(
        "mon-compte/facteurs/cles/<int:pk>/retirer/",
        views.RemoveKey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path(
        "mon-compte/facteurs/cles/<int:pk>/nommer/",
        views.NameKey.as_view(),
        name="mfa_edit_webauthn",
    ),
    path("mon-compte/identite/", views.Linked.as_view(), name="socialaccount_connections"),
    # the identity provider
    path(
        "entrer/fournisseur/annule/", social.login_cancelled, name="socialaccount_login_cancelled"
    ),
    path("entrer/fournisseur/erreur/", social.login_error, name="socialaccount_login_error"),
    path("entrer/fournisseur/inscription/", social.signup, name="socialaccount_signup"),
    path("entrer/fournisseur/<slug:provider_id>/", oidc.begin, name="openid_connect_login"),
    path(
        "entrer/fournisseur/<slug:provider_id>/retour/", oidc.back, name="openid_connect_callback"
    ),
]
