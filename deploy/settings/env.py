"""Every environment variable of Préau, declared once: name, meaning, default.

Settings read the environment through this module only. ``docs/operations.md`` lists the same
variables; ``tests/station/test_settings_documented.py`` holds the two together.
"""

from __future__ import annotations

import os
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from deploy.settings.variable import Variable
from deploy.settings.variables_people import PEOPLE
from deploy.settings.variables_radius import RADIUS

ROOT = Path(__file__).resolve().parent.parent.parent


VARIABLES: dict[str, Variable] = {
    variable.name: variable
    for variable in (
        Variable(
            "DJANGO_SETTINGS_MODULE",
            "Which settings run: deploy.settings.dev, .prod or .test.",
            "dev for manage.py, prod for the servers",
        ),
        Variable(
            "DATABASE_URL",
            "PostgreSQL 15 or later. Empty: the embedded server under PREAU_HOME.",
            required_in_production=True,
        ),
        Variable(
            "BROKER_URL",
            "Redis, Valkey or RabbitMQ. Empty: the embedded broker under PREAU_HOME.",
            required_in_production=True,
        ),
        Variable(
            "SECRET_KEY",
            "Signs sessions and forms. Empty in dev: made once in PREAU_HOME/secret_key.",
            required_in_production=True,
        ),
        Variable(
            "FIELD_KEY",
            "Fernet key of the secrets stored in the database. Empty in dev: made once in "
            "PREAU_HOME/field_key. Without it those secrets are lost: keep a copy.",
            required_in_production=True,
        ),
        Variable(
            "ALLOWED_HOSTS",
            "Host names the site answers to, comma separated.",
            "localhost,127.0.0.1,[::1]",
            required_in_production=True,
        ),
        Variable(
            "TRUSTED_PROXIES",
            "Addresses or networks of the proxies in front, comma separated: their X-Forwarded-For "
            "tells the journal and the limits of sign-in who calls. Empty: the peer itself.",
        ),
        Variable(
            "LABEL_URL",
            "Address that the QR of a label begins with, e.g. https://preau.example.org: labels "
            "stay for years. Empty: that of the page which prints.",
        ),
        Variable("DECLARATION_MONTHS", "Months for which an inventory declaration holds.", "12"),
        Variable(
            "DECLARATION_CHANGE_PERCENT",
            "Share of declared devices that may change before a declaration is to be reviewed.",
            "10",
        ),
        Variable(
            "DECLARATION_WARN_DAYS",
            "Days before its end at which head and contacts are told of a declaration.",
            "30",
        ),
        Variable("LABEL_DAYS", "Days for which printed runs of labels are kept.", "7"),
        Variable("PREAU_HOME", "Folder of everything that lives: data, keys, logs.", ".preau"),
        Variable("PREAU_PORT", "Port of the web server of ./preau up, on 127.0.0.1.", "8000"),
        Variable(
            "PREAU_URL",
            "Address of the site in the messages it sends. Empty: https:// and the first of "
            "ALLOWED_HOSTS; on a station 127.0.0.1 and PREAU_PORT.",
        ),
        Variable("PREAU_TRAP_PORT", "UDP port of the trap receiver.", "9162"),
        Variable("PREAU_TRAP_ADDRESS", "Address the trap receiver listens on.", "127.0.0.1"),
        Variable(
            "WEBHOOK_PRIVATE",
            "1: webhooks may lead to http:// and to internal addresses. Never where strangers "
            "have accounts: they would reach what stands behind the firewall.",
            "0",
        ),
        Variable("WEBHOOK_DAYS", "Days that deliveries of webhooks are kept.", "30"),
        Variable("PREAU_LAB", "1: the simulated school network is part of the site.", "0"),
        Variable("PREAU_LAB_PORT", "UDP port of the simulated devices, on 127.0.x.y.", "16161"),
        Variable(
            "PREAU_LAB_CLI_PORT", "TCP port of the simulated switches’ SSH, on 127.0.x.y.", "16122"
        ),
        Variable(
            "METRICS_TOKEN",
            "Bearer token that opens /metrics. Empty: this machine alone, no proxy in between.",
        ),
        Variable("SAMPLE_DAYS", "Days for which readings (response times, values) are kept.", "35"),
        Variable("EVENT_DAYS", "Days for which device events and traps are kept.", "400"),
        Variable(
            "IMPORT_DAYS", "Days for which the files of imports and their lines are kept.", "90"
        ),
        Variable(
            "EQUITY_TARGET_PERCENT",
            "Share of pupils to equip with a loan, where no other is set for a school.",
            "10",
        ),
        Variable(
            "EQUITY_TARGET_FLOOR",
            "The lowest share that may be set for a school, percent.",
            "5",
        ),
        Variable(
            "EQUITY_TARGET_CEILING",
            "The highest share that may be set for a school, percent.",
            "15",
        ),
        Variable(
            "EQUITY_EUR_PER_PUPIL",
            "Budget of loans, euros per pupil and year (measure M40).",
            "10",
        ),
        Variable(
            "EQUITY_DEVICE_YEAR_EUR",
            "What a device that is lent costs a year, euros, for the estimate on the board.",
            "120",
        ),
        Variable(
            "LINE_UNUSED_DAYS",
            "Days without a megabyte after which a lent line is asked about.",
            "60",
        ),
        Variable(
            "LINE_NOTICE_DAYS",
            "Days between asking the pupil, the guardian and the school about an unused line.",
            "7",
        ),
        Variable(
            "LINE_EXPIRY_DAYS",
            "Days before a line expires for which its school is told.",
            "30",
        ),
        Variable(
            "KEEP_LOAN_IDENTITY_DAYS",
            "Days after its return for which a loan still knows its borrower, unless a damage is "
            "open.",
            "90",
        ),
        Variable(
            "KEEP_LOAN_TERMS_DAYS",
            "Days after its return for which the signed terms of a loan are kept.",
            "365",
        ),
        Variable(
            "KEEP_LOAN_PHOTO_DAYS",
            "Days after its return for which photos of the condition of a loan are kept.",
            "365",
        ),
        Variable(
            "KEEP_REQUEST_DAYS",
            "Days after its decision for which a loan request still knows the pupil.",
            "365",
        ),
        Variable(
            "KEEP_RADIUS_DAYS",
            "Days for which authentications on the schools’ networks are kept: six months.",
            "183",
        ),
        Variable(
            "KEEP_SESSION_DAYS",
            "Days after its end for which a session on a school’s network is kept.",
            "183",
        ),
        Variable(
            "KEEP_CREDENTIAL_DAYS",
            "Days for which a revoked or expired credential of a personal device is kept.",
            "183",
        ),
        Variable(
            "KEEP_LEAVER_DAYS",
            "Days after they left for which a pupil or teacher still has a name and devices.",
            "90",
        ),
        Variable(
            "KEEP_GUEST_DAYS",
            "Days after their access ended for which a guest is kept.",
            "30",
        ),
        Variable(
            "KEEP_LINK_DAYS",
            "Days after their end for which personal links and their visits are kept.",
            "30",
        ),
        Variable(
            "KEEP_READING_DAYS",
            "Days for which it is kept who read which names, and why.",
            "730",
        ),
        Variable(
            "DISCOVERY_DAYS",
            "A site with prefixes is scanned again after this many days; 0: only when asked.",
            "7",
        ),
        Variable(
            "CONFIG_BACKUP_HOURS",
            "A device’s configuration is read again after this many hours; 0: only when asked.",
            "24",
        ),
        Variable(
            "CONFIG_TIMEOUT_S",
            "Seconds that a device has to let us in, and again to print its configuration.",
            "20",
        ),
        Variable("METRICS_SITES", "Sites that /metrics names one by one; the rest add up.", "500"),
        Variable(
            "MAP_TILES",
            "Background of the map of sites, as https://tiles.example.org/{z}/{x}/{y}.png. "
            "Empty: our own outlines alone, nothing is fetched elsewhere.",
        ),
        Variable("MAP_TILES_CREDIT", "Who drew the background, as its licence asks."),
        Variable("PREAU_LOG_LEVEL", "Least serious level written to the log.", "INFO"),
        Variable(
            "SECOND_FACTOR_ROLES",
            "Who must have a second factor: central_technician, local_technician, officer, staff "
            "(whoever opens /admin/), contact, head, authority; none for nobody. On a station: "
            "none.",
            "central_technician,local_technician,officer,staff",
        ),
        Variable(
            "SECOND_FACTOR_WAIVED",
            "1: accept a production in which SECOND_FACTOR_ROLES leaves out one of its defaults.",
            "0",
        ),
        Variable("SIGN_IN_TRIES", "Wrong passwords or codes of one account before it waits.", "5"),
        Variable(
            "SIGN_IN_TRIES_PER_ADDRESS",
            "The same for one IP address. A whole school may share one.",
            "50",
        ),
        Variable("SIGN_IN_WAIT_MINUTES", "How long those attempts count.", "15"),
        Variable("SESSION_IDLE_HOURS", "A session ends after so many hours without a click.", "12"),
        Variable("SESSION_MAX_HOURS", "And after so many at the latest.", "168"),
        Variable("SESSION_STAFF_IDLE_HOURS", "The same for technicians, officers and staff.", "4"),
        Variable("SESSION_STAFF_MAX_HOURS", "And at the latest.", "12"),
        Variable(
            "OIDC_ISSUER",
            "Address of the OpenID Connect provider (CSAM/FAS or any other). Empty: none. Its "
            "callback is /entrer/fournisseur/oidc/retour/.",
        ),
        Variable("OIDC_NAME", "What the button calls it.", "CSAM"),
        Variable("OIDC_CLIENT_ID", "Name of this platform at the provider."),
        Variable("OIDC_CLIENT_SECRET", "Its secret there."),
        Variable("OIDC_SCOPE", "What is asked for.", "openid profile email"),
        Variable(
            "OIDC_SUBJECT_CLAIM",
            "Claim that names the person for ever: sub or fedid. Never a national number: that "
            "is refused.",
            "sub",
        ),
        Variable("OIDC_MAIL_CLAIM", "Claim that holds the e-mail address.", "mail"),
        Variable("OIDC_LANGUAGE_CLAIM", "Claim that holds the language.", "prefLanguage"),
        Variable(
            "OIDC_TRUST_MAIL",
            "1: the provider checks its addresses, so an address that the register knows opens "
            "that account at the first sign-in. 0: an invitation or the account page links it.",
            "0",
        ),
        Variable(
            "OIDC_SECOND_FACTOR",
            "Values of acr or amr that count as a second factor, comma separated.",
        ),
        *PEOPLE,
        *RADIUS,
        Variable("MAIL_HOST", "SMTP server.", "localhost"),
        Variable("MAIL_PORT", "Its port.", "25"),
        Variable("MAIL_USER", "Account there. Empty: none is needed."),
        Variable("MAIL_PASSWORD", "Its password."),
        Variable("MAIL_TLS", "1: STARTTLS.", "0"),
        Variable("MAIL_FROM", "Sender of the messages.", "preau@localhost"),
        Variable("PREAU_TEST_NAME", "Tests use the database test_<this>.", "preau"),
        Variable(
            "PREAU_PYTHON",
            "The Python 3.11 to 3.13 that ./preau makes its environment with.",
            "the first found on PATH",
        ),
        Variable(
            "PREAU_CHROMIUM",
            "Chromium for the journeys in tests. Empty: the first found on PATH.",
        ),
    )
}


def text(name: str, default: str | None = None) -> str:
    """Return the variable's value, else ``default``, else its declared default."""
    variable = VARIABLES[name]
    value = os.environ.get(name, "").strip()
    if value:
        return value
    return variable.default if default is None else default


def required(name: str) -> str:
    """Return the value. Raises ImproperlyConfigured, saying what to do, when it is absent."""
    value = os.environ.get(name, "").strip()
    if not value:
        meaning = VARIABLES[name].meaning
        raise ImproperlyConfigured(
            f"{name} must be set in production. {meaning} See docs/operations.md."
        )
    return value


def flag(name: str) -> bool:
    """Return whether the variable says yes (1, true, yes, on)."""
    return text(name).lower() in {"1", "true", "yes", "on"}


def number(name: str) -> int:
    """Return the variable as a whole number. Raises ImproperlyConfigured when it is none."""
    value = text(name)
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not “{value}”.") from None


def words(name: str) -> list[str]:
    """Return a comma-separated variable as a list without blanks."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def networks(name: str) -> list[str]:
    """Return addresses or networks. Raises ImproperlyConfigured when one of them is none."""
    try:
        return [str(ip_network(word, strict=False)) for word in words(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}.") from None


def origin(name: str) -> list[str]:
    """Where an address leads, for the security policy: ``{s}`` is any one label. None: empty."""
    parts = urlsplit(text(name))
    if not parts.scheme or not parts.netloc:
        return []
    return [f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"]


def home() -> Path:
    """Return PREAU_HOME as an absolute path; a relative one counts from the repository."""
    return (ROOT / text("PREAU_HOME")).resolve()
