"""What is kept of a person as they read it: sections and lines in words."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import TextChoices
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from byod.models.equity.requests import RequestState
from byod.models.loans.loans import LoanState
from byod.models.people.devices import CredentialKind, Platform
from byod.models.people.letters import LetterKind, LetterState
from byod.models.people.members import Equipment, MemberKind, RegisteredBy
from byod.models.people.refusals import RefusalReason
from inventory.printing.labels import compile_pdf

TEMPLATE = Path(__file__).parent / "papers" / "person.typ"
TITLES: dict[str, Any] = {
    "people": gettext_lazy("Votre inscription"),
    "person": gettext_lazy("Inscription"),
    "identity": gettext_lazy("Identité"),
    "agreements": gettext_lazy("Accords donnés"),
    "refusals": gettext_lazy("Refus du parent"),
    "letters": gettext_lazy("Lettres envoyées"),
    "authorisations": gettext_lazy("Autorisations"),
    "devices": gettext_lazy("Appareils personnels"),
    "credentials": gettext_lazy("Moyens d’accès"),
    "links": gettext_lazy("Liens personnels"),
    "readings": gettext_lazy("Qui a lu votre nom"),
    "network": gettext_lazy("Réseau"),
    "sessions": gettext_lazy("Connexions"),
    "authentications": gettext_lazy("Entrées sur le réseau"),
    "equity": gettext_lazy("Demandes de prêt"),
    "requests": gettext_lazy("Demandes"),
    "loans": gettext_lazy("Prêts"),
}
LABELS: dict[str, Any] = {
    "pseudonym": gettext_lazy("pseudonyme"),
    "kind": gettext_lazy("type"),
    "school": gettext_lazy("école"),
    "class": gettext_lazy("classe"),
    "language": gettext_lazy("langue"),
    "adult": gettext_lazy("majeur"),
    "equipment": gettext_lazy("équipement à la maison"),
    "registered_at": gettext_lazy("inscrit le"),
    "registered_by": gettext_lazy("inscription par"),
    "left_on": gettext_lazy("parti le"),
    "given_name": gettext_lazy("prénom"),
    "family_name": gettext_lazy("nom"),
    "email": gettext_lazy("adresse électronique"),
    "guardian_name": gettext_lazy("parent"),
    "guardian_email": gettext_lazy("adresse du parent"),
    "guardian_phone": gettext_lazy("téléphone du parent"),
    "name": gettext_lazy("nom"),
    "platform": gettext_lazy("système"),
    "username": gettext_lazy("identifiant"),
    "at": gettext_lazy("le"),
    "given_at": gettext_lazy("donnée le"),
    "ended_at": gettext_lazy("retirée le"),
    "end_why": gettext_lazy("motif"),
    "expires_at": gettext_lazy("jusqu’au"),
    "issued_at": gettext_lazy("délivré le"),
    "revoked_at": gettext_lazy("révoqué le"),
    "lost_at": gettext_lazy("perdu le"),
    "removed_at": gettext_lazy("retiré le"),
    "seen_at": gettext_lazy("vu le"),
    "made_at": gettext_lazy("créé le"),
    "used_at": gettext_lazy("ouvert le"),
    "as_guardian": gettext_lazy("par un parent"),
    "withdrawn_at": gettext_lazy("retiré le"),
    "paper": gettext_lazy("sur papier"),
    "reader_text": gettext_lazy("lu par"),
    "why": gettext_lazy("pour"),
    "state": gettext_lazy("état"),
    "device": gettext_lazy("appareil"),
    "due_on": gettext_lazy("à rendre le"),
    "out_at": gettext_lazy("prêté le"),
    "returned_at": gettext_lazy("rendu le"),
    "asked_at": gettext_lazy("demandé le"),
    "decided_at": gettext_lazy("décidé le"),
    "served_at": gettext_lazy("servi le"),
    "reason": gettext_lazy("motif"),
    "words": gettext_lazy("précision"),
    "equipment_at_home": gettext_lazy("équipement à la maison"),
    "served_times": gettext_lazy("fois servi"),
    "last_served_year": gettext_lazy("servi la dernière fois en"),
    "waited_years": gettext_lazy("années d’attente"),
    "year": gettext_lazy("année"),
    "charger": gettext_lazy("chargeur"),
    "connection": gettext_lazy("connexion"),
    "put_first_because": gettext_lazy("passé devant parce que"),
    "signed": gettext_lazy("conditions signées"),
    "damages": gettext_lazy("dégâts"),
    "site": gettext_lazy("implantation"),
    "mac": gettext_lazy("adresse matérielle"),
    "bytes": gettext_lazy("octets échangés"),
    "outcome": gettext_lazy("réponse"),
    "sent_at": gettext_lazy("envoyée le"),
    "reminder": gettext_lazy("rappel"),
    "started_at": gettext_lazy("commencée le"),
    "stopped_at": gettext_lazy("finie le"),
    "segment": gettext_lazy("zone"),
}
"""Key → in words; a key that is not here is shown as it stands, rather than hidden."""
CHOICES: dict[str, tuple[type[TextChoices], ...]] = {
    "kind": (MemberKind, CredentialKind, LetterKind),
    "registered_by": (RegisteredBy,),
    "equipment": (Equipment,),
    "platform": (Platform,),
    "state": (LetterState, LoanState, RequestState),
    "reason": (RefusalReason,),
}
"""Key → the choices whose words its values are shown in."""


@dataclass(frozen=True, slots=True)
class Told:
    """A titled group: facts, then groups within it."""

    title: str
    facts: list[tuple[str, str]]
    groups: list[Told]


def told_in_words(told: dict[str, Any]) -> list[Told]:
    """The sections of ``told_of``; what is empty is left out."""
    found = [
        _section(TITLES.get(key, key), value)
        for key, value in told.items()
        if isinstance(value, dict)
    ]
    return [one for one in found if one.facts or one.groups]


def _section(title: Any, value: dict[str, Any]) -> Told:
    facts, groups = [], []
    for key, one in value.items():
        if isinstance(one, dict):
            groups.append(_section(TITLES.get(key, key), one))
        elif isinstance(one, list | tuple) and any(isinstance(row, dict) for row in one):
            groups.append(Told(str(TITLES.get(key, key)), [], list(_rows(one))))
        elif one not in (None, "", [], ()):
            facts.append((_label(key), _worded(key, one)))
    return Told(str(title), facts, [group for group in groups if group.facts or group.groups])


def _rows(rows: Iterable[Any]) -> Iterator[Told]:
    for n, row in enumerate(rows, 1):
        yield _section(f"{n}", row)


def _label(key: str) -> str:
    return str(LABELS.get(key, key.replace("_", " ")))


def _worded(key: str, value: Any) -> str:
    """A choice in the words of the pages; anything else as it stands."""
    for choices in CHOICES.get(key, ()):
        if value in choices.values:
            return str(choices(value).label)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, dt.datetime):
        return date_format(timezone.localtime(value), "d/m/Y H:i")
    if isinstance(value, dt.date):
        return date_format(value, "d/m/Y")
    if isinstance(value, list | tuple):
        return ", ".join(_plain(one) for one in value)
    return str(value)


def person_pdf(told: dict[str, Any]) -> bytes:
    """The same on paper."""
    made = date_format(timezone.localtime(told["made_at"]), "d/m/Y H:i")
    return compile_pdf(
        TEMPLATE,
        {
            "lang": get_language() or "fr",
            "title": _("Ce que Préau garde de vous"),
            "school": told["school"],
            "closing": _("Préau · extrait du %(at)s") % {"at": made},
            "parts": [_flat(one) for one in told_in_words(told)],
        },
    )


def person_zip(told: dict[str, Any]) -> bytes:
    """A page that any browser reads, without a network, and the same as JSON for a machine."""
    context = {"told": told, "sections": told_in_words(told), "language": get_language() or "fr"}
    page = render_to_string("byod/privacy/told_file.html", context)
    data = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    body = BytesIO()
    with ZipFile(body, "w", ZIP_DEFLATED) as archive:
        archive.writestr("index.html", page)
        archive.writestr("donnees.json", data)
    return body.getvalue()


def _flat(one: Told) -> dict[str, Any]:
    return {
        "title": one.title,
        "facts": one.facts,
        "groups": [_flat(group) for group in one.groups],
    }
