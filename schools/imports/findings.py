"""What an import has to say about a row or an object, and the sentence for each reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CREATED, CHANGED, MOVED, CLOSED, REOPENED = "created", "changed", "moved", "closed", "reopened"
REFUSED, WARNED, IGNORED = "refused", "warned", "ignored"

REASONS: dict[str, str | Promise] = {
    # the row as such
    "cells": _("%(found)s cellules au lieu de %(expected)s : un séparateur manque ou est de trop"),
    "missing": _("valeur obligatoire, laissée vide"),
    "too_long": _("%(found)s caractères, %(longest)s au plus"),
    "control": _("caractère illisible"),
    "not_fase": _("1 à 6 chiffres attendus"),
    "not_number": _("numéro attendu : 1 à 12 chiffres ou lettres"),
    "not_postcode": _("4 chiffres attendus"),
    "not_bce": _("numéro BCE impossible (10 chiffres, contrôle faux) : laissé de côté"),
    "bce_twice": _("numéro BCE déjà porté par « %(other)s » : laissé de côté"),
    "not_year": _("année attendue, de 1990 à 2100"),
    "not_count": _("nombre d’élèves attendu, de 0 à 9 999"),
    "not_date": _("date attendue : 31/12/2026 ou 2026-12-31"),
    "ends_before": _("la fin précède le début"),
    "not_email": _("adresse électronique attendue"),
    "not_phone": _("numéro de téléphone illisible : laissé de côté"),
    # words
    "unknown_municipality": _("commune inconnue en Wallonie"),
    "ambiguous_municipality": _("plusieurs communes portent ce nom (%(codes)s)"),
    "unknown_level": _("niveau ou type d’enseignement inconnu"),
    "unknown_network": _("réseau inconnu"),
    "vague_network": _("confessionnel ou non ? Le réseau ne s’en déduit pas"),
    "unknown_scheme": _("type de numéro inconnu : FASE, DG ou BCE attendu"),
    "unknown_kind": _("genre inconnu : école, EPN ou centre de formation attendu"),
    "unknown_use": _("usage de local inconnu"),
    "unknown_role": _("fonction inconnue : contact ou direction attendu"),
    "not_ise": _("classe ISE attendue : 1 à 20, 3a, 3b"),
    # places
    "not_decimal": _("coordonnée illisible : le point n’est pas repris"),
    "swapped": _("latitude et longitude inversées : le point n’est pas repris"),
    "far_away": _("le point est hors de la province de la commune : il n’est pas repris"),
    "two_points": _("deux points pour la même implantation (ligne %(other)s) : aucun n’est repris"),
    "outside": _("hors Wallonie"),
    "other_field": _("enseignement hors du champ de Préau"),
    "unknown_site": _("implantation absente du registre : importez d’abord le registre"),
    "unlisted_site": _("implantation absente du registre (Bruxelles, ou registre plus ancien)"),
    "unknown_school": _("école absente du registre : importez d’abord le registre"),
    "closed_site": _("implantation fermée depuis le %(day)s"),
    "no_place": _("ni école ni implantation : l’une des deux est attendue"),
    "two_places": _("école et implantation ne vont pas ensemble"),
    # contradictions
    "contradiction": _("contredit la ligne %(other)s (« %(there)s ») : rien n’est repris des deux"),
    "other_kind": _("ce numéro est déjà celui d’un autre genre de lieu (%(there)s)"),
    "two_names": _("autre nom à la ligne %(other)s (« %(there)s ») : le premier est gardé"),
    "keeps_name": _("cette adresse est celle de « %(there)s » : son nom est gardé"),
    "inactive": _("ce compte est désactivé : réactivez-le d’abord"),
    # what becomes of an object
    "gone": _("absente de la source"),
    "merged": _("toutes ses implantations sont passées à « %(into)s » : fusion"),
    "emptied": _("il ne lui reste aucune implantation ouverte"),
    "guarded": _("le fichier paraît partiel : fermée seulement si vous le confirmez"),
}
"""Reason → sentence; ``%(…)s`` come from ``Finding.told``."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a preview. ``cells`` keep a refused row as it came, to be sent back."""

    outcome: str
    reason: str = ""
    line: int | None = None
    column: str = ""
    value: str = ""
    told: dict[str, Any] = field(default_factory=dict)
    object_type: str = ""
    object_text: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    cells: tuple[str, ...] = ()


def sentence(reason: str, told: dict[str, Any]) -> str:
    """The reason in words; one that nobody knows any more stands as it is."""
    words = _words_of(reason)
    return str(words) % told if told else str(words)


def _words_of(reason: str) -> str | Promise:
    from schools.imports.foreign import foreign_words  # noqa: PLC0415  it reads what is here

    return REASONS.get(reason) or foreign_words("reasons").get(reason, reason)


QUOTED = re.compile(r"\s*\(?\s*[«„“]\s*%\(\w+\)s\s*[»“”]\s*\)?|\s*\(%\(\w+\)s\)")
"""A particular in quotes or brackets, French or German: a name without it still reads."""
BARE = re.compile(r"%\(\w+\)s")


def short_sentence(reason: str) -> str:
    """The reason as the name of a filter, without its particulars."""
    return BARE.sub("…", QUOTED.sub("", str(_words_of(reason)))).strip()
