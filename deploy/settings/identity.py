"""How people sign in: django-allauth, second factors, the OpenID provider, sessions, attempts.

Decisions 016 and 017 say why. Everything here is read from the environment; ``base`` takes it.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from deploy.settings import env

SECOND_FACTOR_KINDS = ("central_technician", "local_technician", "officer", "staff")
KNOWN_KINDS = (*SECOND_FACTOR_KINDS, "contact", "head", "authority", "reviewer")


def kinds_of(told: str) -> list[str]:
    """The kinds of SECOND_FACTOR_ROLES. Raises ImproperlyConfigured for one that is none."""
    kinds = [word.strip() for word in told.split(",") if word.strip() not in {"", "none"}]
    unknown = [kind for kind in kinds if kind not in KNOWN_KINDS]
    if unknown:
        raise ImproperlyConfigured(
            f"SECOND_FACTOR_ROLES names what is no role: {', '.join(unknown)}. "
            f"Known: {', '.join(KNOWN_KINDS)}, none."
        )
    return kinds


IDENTITY_APPS = [
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("email", "full_name", "phone")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
     "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "schools.sign_in.passwords.CommonplaceValidator"},
]  # fmt: skip
PASSWORD_RESET_TIMEOUT = 2 * 3600

# --- accounts: the register makes them, nobody makes one for themselves -------------------------
ACCOUNT_ADAPTER = "schools.sign_in.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "schools.sign_in.forms.SignInForm",
    "change_password": "schools.sign_in.forms.ChangePasswordForm",
    "set_password": "schools.sign_in.forms.SetPasswordForm",
    "reset_password": "schools.sign_in.forms.ForgottenPasswordForm",
    "reset_password_from_key": "schools.sign_in.forms.NewPasswordForm",
    "add_email": "schools.sign_in.forms.NewAddressForm",
    "reauthenticate": "schools.sign_in.forms.PasswordAgainForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # at sign-in; a new address must be confirmed before it counts
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Préau] "
ACCOUNT_LOGOUT_REDIRECT_URL = "sign-in"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = True  # how long is the business of SESSION_HOURS

# --- attempts: counted in the database, so that every process of every machine agrees -----------
SIGN_IN_WAIT_MINUTES = env.number("SIGN_IN_WAIT_MINUTES")
_wait = f"{SIGN_IN_WAIT_MINUTES}m"
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": (
        f"{env.number('SIGN_IN_TRIES_PER_ADDRESS')}/{_wait}/ip,"
        f"{env.number('SIGN_IN_TRIES')}/{_wait}/key"
    ),
    "reset_password": "20/h/ip,3/h/key",
}
CACHES: dict[str, dict[str, Any]] = {
    # What allauth counts, and the one-time codes already used. A cache of each process for
    # itself would let a code be used once per process, and multiply the attempts by them.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "schools_sharedcount",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# --- second factors -----------------------------------------------------------------------------
MFA_ADAPTER = "schools.sign_in.mfa.FactorAdapter"
MFA_FORMS = {
    "authenticate": "schools.sign_in.forms.CodeForm",
    "reauthenticate": "schools.sign_in.forms.CodeAgainForm",
    "activate_totp": "schools.sign_in.forms.FirstCodeForm",
    "add_webauthn": "schools.sign_in.forms.AddKeyForm",
    "edit_webauthn": "schools.sign_in.forms.NameKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the address comes from the register, not from a visitor
MFA_TOTP_ISSUER = "Préau"
MFA_TOTP_TOLERANCE = 1  # a telephone whose clock is half a minute late
SECOND_FACTOR_ROLES = kinds_of(env.text("SECOND_FACTOR_ROLES"))

# --- sessions: (hours without activity, hours at most) ------------------------------------------
SESSION_ENGINE = "schools.sign_in.sessions"
SESSION_HOURS = (env.number("SESSION_IDLE_HOURS"), env.number("SESSION_MAX_HOURS"))
SESSION_STAFF_HOURS = (
    env.number("SESSION_STAFF_IDLE_HOURS"),
    env.number("SESSION_STAFF_MAX_HOURS"),
)
SESSION_COOKIE_AGE = 3600 * max(SESSION_HOURS[1], SESSION_STAFF_HOURS[1])

# --- the OpenID Connect provider: CSAM/FAS or any other -----------------------------------------
SOCIALACCOUNT_ADAPTER = "schools.sign_in.social.ProviderAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that leads elsewhere would break form-action 'self'
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"


def openid_app() -> list[dict[str, Any]]:
    """The provider's settings, or none. Raises ImproperlyConfigured when they are half there."""
    issuer = env.text("OIDC_ISSUER").rstrip("/")
    if not issuer:
        return []
    client, secret = env.text("OIDC_CLIENT_ID"), env.text("OIDC_CLIENT_SECRET")
    if not (client and secret):
        raise ImproperlyConfigured(
            "OIDC_ISSUER names a provider: OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be set too."
        )
    return [
        {
            "provider_id": "oidc",
            "name": env.text("OIDC_NAME"),
            "client_id": client,
            "secret": secret,
            "settings": {
                "server_url": issuer,
                "oauth_pkce_enabled": True,
                "scope": env.text("OIDC_SCOPE").split(),
                "subject_claim": env.text("OIDC_SUBJECT_CLAIM"),
                "mail_claim": env.text("OIDC_MAIL_CLAIM"),
                "language_claim": env.text("OIDC_LANGUAGE_CLAIM"),
                "trust_mail": env.flag("OIDC_TRUST_MAIL"),
                "second_factor": env.words("OIDC_SECOND_FACTOR"),
            },
        }
    ]


SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {
    "openid_connect": {
        "provider_class": "schools.sign_in.oidc.Provider",
        "APPS": openid_app(),
    }
}

# --- mail ---------------------------------------------------------------------------------------
EMAIL_HOST = env.text("MAIL_HOST")
EMAIL_PORT = env.number("MAIL_PORT")
EMAIL_HOST_USER = env.text("MAIL_USER")
EMAIL_HOST_PASSWORD = env.text("MAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("MAIL_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM")


def require_second_factor() -> None:
    """Refuse a production in which staff sign in with a password alone, unless it is accepted.

    Raises ImproperlyConfigured, naming who would be left out.
    """
    left_out = [kind for kind in SECOND_FACTOR_KINDS if kind not in SECOND_FACTOR_ROLES]
    if left_out and not env.flag("SECOND_FACTOR_WAIVED"):
        raise ImproperlyConfigured(
            f"SECOND_FACTOR_ROLES leaves out {', '.join(left_out)}: they would sign in with a "
            "password alone. Add them, or accept it with SECOND_FACTOR_WAIVED=1. "
            "See docs/operations.md."
        )
