"""The register of processing (registre des traitements): what is kept of people, why, how long.

One list makes the public page, the register of the DPO and what the nightly run must tell: a
purpose that is not here cannot be kept, one that is here cannot be shown with another duration.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
PUBLIC_TASK: Text = _("mission d’intérêt public de l’école (RGPD, article 6.1.e)")
AGREEMENT: Text = _("contrat de prêt entre l’école et la famille (RGPD, article 6.1.b)")
SECURITY: Text = _("sécurité du réseau, intérêt légitime (RGPD, article 6.1.f)")
ACCOUNTABLE: Text = _("preuve du respect des règles (RGPD, article 5.2)")
SCHOOL_STAFF: Text = _("la direction et la personne de contact de l’école")
NETWORK_STAFF: Text = _(
    "la direction et les techniciens, sans nom\u00a0; la personne de contact, des nombres"
)


@dataclass(frozen=True, slots=True)
class Purpose:
    """One kind of data. ``setting``: how many days after ``since`` it is forgotten."""

    key: str
    data: Text
    why: Text
    since: Text
    setting: str
    basis: Text
    readers: Text
    forgotten: Text
    """What becomes of it then."""
    hours: int = 0
    """Where no setting says it: a working file that lasts hours."""


PURPOSES: tuple[Purpose, ...] = (
    Purpose(
        "leavers",
        _("Nom de l’élève ou de l’enseignant, adresse du parent"),
        _("inscrire à l’école, prêter, écrire à la famille"),
        _("après le départ de l’école"),
        "KEEP_LEAVER_DAYS",
        PUBLIC_TASK,
        SCHOOL_STAFF,
        _("effacé, avec les appareils et leurs accès"),
    ),
    Purpose(
        "guests",
        _("Nom de l’invité et de la personne qui l’accueille"),
        _("ouvrir Internet à un visiteur pour quelques heures"),
        _("après la fin de l’accès"),
        "KEEP_GUEST_DAYS",
        SECURITY,
        SCHOOL_STAFF,
        _("effacé"),
    ),
    Purpose(
        "loans",
        _("Qui a emprunté quel appareil ou quelle connexion"),
        _("retrouver l’appareil, constater un dommage"),
        _("après le retour, sauf dommage encore ouvert"),
        "KEEP_LOAN_IDENTITY_DAYS",
        AGREEMENT,
        SCHOOL_STAFF,
        _("le prêt reste, sans la personne"),
    ),
    Purpose(
        "terms",
        _("Conditions de prêt signées"),
        _("prouver ce qui a été convenu"),
        _("après le retour"),
        "KEEP_LOAN_TERMS_DAYS",
        AGREEMENT,
        SCHOOL_STAFF,
        _("effacées"),
    ),
    Purpose(
        "photos",
        _("Photos de l’état d’un appareil prêté"),
        _("comparer l’état au départ et au retour"),
        _("après le retour"),
        "KEEP_LOAN_PHOTO_DAYS",
        AGREEMENT,
        SCHOOL_STAFF,
        _("effacées"),
    ),
    Purpose(
        "requests",
        _("Qui a demandé un appareil ou une connexion"),
        _("servir d’abord les élèves qui n’ont rien"),
        _("après la décision"),
        "KEEP_REQUEST_DAYS",
        PUBLIC_TASK,
        SCHOOL_STAFF,
        _("la demande reste, sans la personne"),
    ),
    Purpose(
        "credentials",
        _("Moyens d’accès des appareils (certificat ou mot de passe propre à l’appareil)"),
        _("laisser entrer l’appareil, et lui seul"),
        _("après leur révocation ou leur fin"),
        "KEEP_CREDENTIAL_DAYS",
        SECURITY,
        SCHOOL_STAFF,
        _("effacés"),
    ),
    Purpose(
        "authentications",
        _("Heure, lieu et identifiant de chaque entrée sur le réseau"),
        _("comprendre une panne, retrouver l’origine d’un abus"),
        _("après l’entrée"),
        "KEEP_RADIUS_DAYS",
        SECURITY,
        NETWORK_STAFF,
        _("effacés ; le nombre par mois reste"),
    ),
    Purpose(
        "sessions",
        _("Durée et volume de chaque connexion, jamais les sites visités"),
        _("partager le réseau équitablement"),
        _("après la connexion"),
        "KEEP_SESSION_DAYS",
        SECURITY,
        NETWORK_STAFF,
        _("effacées ; le nombre par mois reste"),
    ),
    Purpose(
        "mac_addresses",
        _("Adresse matérielle (MAC) de l’appareil, entière"),
        _("retrouver un appareil qui gêne le réseau"),
        _("après la connexion"),
        "RADIUS_MAC_DAYS",
        SECURITY,
        NETWORK_STAFF,
        _("raccourcie à ses derniers signes"),
    ),
    Purpose(
        "links",
        _("Liens personnels des élèves et des parents, et lettres qui les ont portés"),
        _("entrer sans mot de passe"),
        _("après leur fin"),
        "KEEP_LINK_DAYS",
        PUBLIC_TASK,
        _("personne : le lien n’est gardé que sous forme d’empreinte"),
        _("effacés"),
    ),
    Purpose(
        "lists",
        _("Liste de classe déposée, avant d’être confirmée"),
        _("montrer ce qui va changer avant de l’enregistrer"),
        _("après le dépôt"),
        "",
        PUBLIC_TASK,
        SCHOOL_STAFF,
        _("effacée"),
        hours=24,
    ),
    Purpose(
        "readings",
        _("Qui a lu quels noms, quand et pourquoi"),
        _("vérifier que les noms ne servent qu’à l’école"),
        _("après la lecture"),
        "KEEP_READING_DAYS",
        ACCOUNTABLE,
        _("la direction de l’école et son pouvoir organisateur"),
        _("effacé"),
    ),
)
BY_KEY: dict[str, Purpose] = {purpose.key: purpose for purpose in PURPOSES}


def days_words(days: int) -> tuple[str, int]:
    """A duration as people say it: (``years`` or ``months`` or ``days``, how many).

    183 days are six months, 365 a year, 730 two.
    """
    if days and days % 365 == 0:
        return "years", days // 365
    if days >= 60 and abs(days - round(days / 30.5) * 30.5) < 1.5:
        return "months", round(days / 30.5)
    return "days", days
