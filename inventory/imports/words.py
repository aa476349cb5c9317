"""What people write for a state, an owner, an origin, a category; and for “nothing any more”."""

from __future__ import annotations

from functools import cache

from django.db.models import TextChoices
from django.utils import translation

from inventory.models import Category, CloudMove, DeviceState, Origin, Owner
from schools.imports.columns import plain

EMPTIED = frozenset({"vide", "leer", "empty"})
"""``(vide)`` in a cell takes the value away; an empty cell changes nothing."""

ALSO: dict[type[TextChoices], dict[str, str]] = {
    DeviceState: {
        "commande": "ordered", "bestellt": "ordered", "ordered": "ordered",
        "stock": "in_stock", "reserve": "in_stock", "auf lager": "in_stock", "lager": "in_stock",
        "in stock": "in_stock",
        "en service": "installed", "en place": "installed", "installe": "installed",
        "installiert": "installed", "in betrieb": "installed", "installed": "installed",
        "active": "installed",
        "reparation": "in_repair", "en panne": "in_repair", "in reparatur": "in_repair",
        "in repair": "in_repair",
        "en pret": "lent", "prete": "lent", "verliehen": "lent", "lent": "lent",
        "perdu": "lost", "vole": "lost", "verloren": "lost", "gestohlen": "lost", "lost": "lost",
        "stolen": "lost",
        "retire": "retired", "declasse": "retired", "hors service": "retired",
        "ausgemustert": "retired", "retired": "retired",
    },
    Owner: {
        "po": "authority", "pouvoir organisateur": "authority", "schultrager": "authority",
        "authority": "authority",
        "ecole": "school", "etablissement": "school", "schule": "school", "school": "school",
        "region": "region", "region wallonne": "region", "spw": "region",
        "location": "lease", "leasing": "lease", "lease": "lease", "gemietet": "lease",
        "autre": "other", "andere": "other", "other": "other",
    },
    Origin: {
        "appel a projets": "grant", "octroi": "grant", "projektaufruf": "grant", "grant": "grant",
        "centrale d achat": "centre", "einkaufszentrale": "centre", "centre": "centre",
        "fonds propres": "own", "eigenmittel": "own", "own funds": "own",
        "don": "gift", "spende": "gift", "geschenk": "gift", "gift": "gift",
        "inconnue": "unknown", "unbekannt": "unknown", "unknown": "unknown",
    },
    Category: {
        "pc portable": "laptop", "ordinateur portable": "laptop", "laptop": "laptop",
        "pc": "desktop", "ordinateur": "desktop", "pc fixe": "desktop", "computer": "desktop",
        "tbi": "board", "tableau interactif": "board", "ecran": "board", "whiteboard": "board",
        "beamer": "projector", "point d acces": "access_point", "borne": "access_point",
        "access point": "access_point", "switch": "switch", "firewall": "router",
        "nas": "nas", "ups": "ups", "drucker": "printer", "printer": "printer",
        "server": "server", "tablet": "tablet",
    },
    CloudMove: {},
}  # fmt: skip


@cache
def words_of(choices: type[TextChoices]) -> dict[str, str]:
    """Plain word → our value: the labels in every language of the interface, our own values, and
    what people also write."""
    found = dict(ALSO[choices])
    for language in ("fr", "de", "en"):
        with translation.override(language):
            found |= {plain(str(label)): str(value) for value, label in choices.choices}
    return found | {plain(str(value)): str(value) for value in choices.values if value}


def is_emptied(text: str) -> bool:
    """Whether the cell says that the value is to go: ``(vide)``."""
    return text[:1] == "(" and text[-1:] == ")" and plain(text) in EMPTIED
