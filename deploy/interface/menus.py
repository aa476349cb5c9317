"""What each kind of person finds in the menu: tasks, never tables.

The menu is data. An entry whose URL name does not resolve is left out, so that the menu grows
with the product and never leads to a missing page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deploy.interface.menu_byod import BYOD
from deploy.interface.menu_grants import GRANTS
from deploy.interface.menu_parts import (
    AUTHORITY,
    CENTRAL,
    CONTACT,
    DESK,
    HEAD,
    LOCAL,
    OFFICER,
    REVIEWER,
    SCHOOL,
    Entry,
    Section,
    Text,
    entry,
)

MENU: tuple[Section, ...] = (
    Section(
        _("Surveiller"),
        (
            entry("wall", "layout-dashboard", _("Mur"), "helpdesk:wall", roles=DESK),
            entry(
                "incidents",
                "alert-octagon",
                _("Incidents"),
                "helpdesk:incidents",
                roles=DESK,
            ),
            entry("works", "tool", _("Travaux prévus"), "works", roles=CENTRAL),
        ),
    ),
    Section(
        _("Dépanner"),
        (
            entry("queue", "inbox", pgettext_lazy("queue", "File"), "helpdesk:queue", roles=DESK),
            entry("mine", "user-check", _("Mes tickets"), "helpdesk:my-tickets", roles=DESK),
            entry("visits", "calendar-event", _("Interventions"), "visits", roles=DESK),
            entry(
                "consumables", "packages", _("Consommables"), "inventory:consumables", roles=DESK
            ),
            entry("problems", "stethoscope", _("Problèmes"), "problems", roles=CENTRAL),
        ),
    ),
    Section(
        _("Connaître"),
        (
            entry(
                "sites",
                "building-community",
                _("Implantations"),
                "schools:sites",
                "sites",
                "helpdesk:sites",
                roles=f"{DESK} {AUTHORITY} {OFFICER}",
            ),
            entry(
                "schools",
                "school",
                _("Écoles"),
                "schools:schools",
                roles=f"{DESK} {AUTHORITY} {OFFICER}",
            ),
            entry("map", "map-2", _("Carte"), "schools:map", roles=f"{DESK} {AUTHORITY} {OFFICER}"),
            entry(
                "devices",
                "router",
                _("Équipements"),
                "inventory:devices",
                "devices",
                "helpdesk:devices",
                roles=DESK,
            ),
            entry(
                "catalogue",
                "books",
                _("Catalogue"),
                "inventory:catalogue",
                roles=f"{DESK} {OFFICER}",
            ),
            entry("stock", "scan", _("Récolements"), "inventory:stock_takings", roles=DESK),
            entry("labels", "qrcode", _("Étiquettes"), "inventory:labels", roles=DESK),
            entry(
                "declarations",
                "clipboard-check",
                _("Inventaires déclarés"),
                "inventory:declarations",
                roles=f"{DESK} {OFFICER}",
            ),
            entry("differences", "git-compare", _("Écarts"), "inventory:differences", roles=DESK),
            entry(
                "calendars",
                "calendar",
                _("Calendriers"),
                "schools:calendars",
                roles=f"{DESK} {AUTHORITY} {OFFICER}",
            ),
            entry(
                "push",
                "git-pull-request",
                _("Changements"),
                "inventory:push_plans",
                roles=DESK,
            ),
            entry(
                "configurations",
                "git-fork",
                _("Configurations"),
                "inventory:configurations",
                roles=DESK,
            ),
            entry(
                "imports",
                "file-import",
                _("Imports"),
                "schools:imports",
                roles=f"{DESK} {OFFICER}",
            ),
            entry(
                "people",
                "users",
                _("Personnes"),
                "schools:people",
                roles=f"{DESK} {AUTHORITY} {OFFICER}",
            ),
            entry("guides", "book-2", _("Fiches de dépannage"), "guides", roles=DESK),
        ),
    ),
    Section(
        _("Mon école"),
        (
            entry(
                "school",
                "home",
                _("Mon école"),
                "helpdesk:my_school",
                roles=f"{SCHOOL} {AUTHORITY}",
            ),
            entry("report", "flag-2", _("Signaler"), "helpdesk:report", roles=SCHOOL),
            entry(
                "requests",
                "message-circle",
                _("Demandes"),
                "helpdesk:requests",
                roles=f"{SCHOOL} {AUTHORITY}",
            ),
            entry(
                "equipment",
                "device-laptop",
                _("Matériel"),
                "helpdesk:equipment",
                roles=f"{SCHOOL} {AUTHORITY}",
            ),
            entry(
                "bookings",
                "calendar-week",
                _("Réservations"),
                "inventory:bookings",
                roles=SCHOOL,
            ),
            entry(
                "consumables",
                "packages",
                _("Consommables"),
                "inventory:consumables",
                roles=f"{SCHOOL} {AUTHORITY}",
            ),
            entry("stock", "scan", _("Récolements"), "inventory:stock_takings", roles=SCHOOL),
            entry("labels", "qrcode", _("Étiquettes"), "inventory:labels", roles=SCHOOL),
            entry(
                "declarations",
                "clipboard-check",
                _("Inventaire déclaré"),
                "inventory:declarations",
                roles=f"{SCHOOL} {AUTHORITY}",
            ),
        ),
    ),
    *GRANTS,
    *BYOD,
    Section(
        _("Décider"),
        (
            entry(
                "agreements",
                "writing-sign",
                _("Accords"),
                "schools:agreements",
                roles=f"{HEAD} {AUTHORITY} {OFFICER} {CENTRAL}",
            ),
            entry(
                "accesses",
                "key",
                _("Contacts et accès"),
                "schools:accesses",
                roles=f"{HEAD} {AUTHORITY}",
            ),
        ),
    ),
    Section(
        pgettext_lazy("menu", "Réseau"),
        (
            entry(
                "connections",
                "plug-connected",
                _("Connexions"),
                "inventory:connections",
                roles=f"{CENTRAL} {LOCAL} {HEAD} {AUTHORITY} {OFFICER}",
            ),
            entry(
                "plans",
                "file-check",
                _("Plans de transition"),
                "schools:plans",
                roles=OFFICER,
            ),
        ),
    ),
    Section(
        _("Rendre compte"),
        (
            entry(
                "indicators",
                "chart-bar",
                _("Indicateurs"),
                "indicators",
                "grants:indicators",
                roles=f"{CENTRAL} {AUTHORITY} {OFFICER}",
            ),
            entry(
                "journal",
                "history",
                _("Journal"),
                "schools:journal",
                roles=f"{DESK} {HEAD} {AUTHORITY} {OFFICER}",
            ),
        ),
    ),
    Section(
        _("Essayer"),
        (entry("lab", "flask", _("Laboratoire"), "lab", "lab:index", "lab:lab", roles=CENTRAL),),
    ),
)
PHONE_BAR = ("school", "report", "requests", "equipment")
DESK_BAR = ("wall", "queue", "sites", "lab")

ROLE_WORDS: dict[str, Text] = {
    CENTRAL: _("Helpdesk régional"),
    LOCAL: _("Technicien local"),
    HEAD: pgettext_lazy("role", "Chef d’établissement"),
    AUTHORITY: _("Pouvoir organisateur"),
    OFFICER: _("Programme, SPW"),
    CONTACT: _("Personne de contact"),
    REVIEWER: _("Évaluateur, SPW"),
}


def resolve(entry: Entry) -> Entry | None:
    """The entry with its address, or None while no page answers to any of its names."""
    for name in entry.names:
        try:
            return replace(entry, url=reverse(name) + entry.query)
        except NoReverseMatch:
            continue
    return None


def sections_for(roles: Iterable[str], everything: bool = False) -> list[Section]:
    """The sections a person of these roles sees, without the pages that do not exist yet."""
    kinds = frozenset(roles)
    shown: list[Section] = []
    for section in MENU:
        entries = tuple(
            resolved
            for entry in section.entries
            if everything or kinds & entry.roles
            if (resolved := resolve(entry)) is not None
        )
        if entries:
            shown.append(replace(section, entries=entries))
    return shown


def bar_for(roles: Iterable[str], everything: bool = False) -> list[Entry]:
    """The phone's bottom bar: at most four entries, in a fixed order per kind of person."""
    kinds = set(roles)
    order = PHONE_BAR if kinds & {CONTACT, HEAD} and not kinds & {CENTRAL, LOCAL} else DESK_BAR
    by_key = {e.key: e for s in sections_for(kinds, everything) for e in s.entries}
    first = [by_key[key] for key in order if key in by_key]
    rest = [entry for key, entry in by_key.items() if key not in order]
    return (first + rest)[:4]
