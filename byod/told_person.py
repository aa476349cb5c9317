"""What is kept of a person as they read it: sections and lines in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

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
    "sent_at": gettext_lazy("envoyée le"),
    "reminder": gettext_lazy("rappel"),
    "started_at": gettext_lazy("commencée le"),
    "stopped_at": gettext_lazy("finie le"),
    "segment": gettext_lazy("zone"),
}
"""Key → in words; a key that is not here is shown as it stands, rather than hidden."""


@dataclass(frozen=True, slots=True)
class Told:
    """A titled group: facts, then groups within it."""

    title: str
    facts: list[tuple[str, str]]
    groups: list[Told]


def told_in_words(told: dict[str, Any]) -> list[Told]:
    """The sections of ``told_of``; what is empty is left out."""
    return [
        _section(TITLES.get(key, key), value)
        for key, value in told.items()
        if isinstance(value, dict) and value
    ]


def _section(title: Any, value: dict[str, Any]) -> Told:
    facts, groups = [], []
    for key, one in value.items():
        if isinstance(one, dict):
            groups.append(_section(TITLES.get(key, key), one))
        elif isinstance(one, list | tuple) and any(isinstance(row, dict) for row in one):
            groups.append(Told(str(TITLES.get(key, key)), [], list(_rows(one))))
        elif one not in (None, "", [], ()):
            facts.append((_label(key), _plain(one)))
    return Told(str(title), facts, [group for group in groups if group.facts or group.groups])


def _rows(rows: Iterable[Any]) -> Iterator[Told]:
    for n, row in enumerate(rows, 1):
        yield _section(f"{n}", row)


def _label(key: str) -> str:
    return str(LABELS.get(key, key.replace("_", " ")))


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


def _flat(one: Told) -> dict[str, Any]:
    return {
        "title": one.title,
        "facts": one.facts,
        "groups": [_flat(group) for group in one.groups],
    }
