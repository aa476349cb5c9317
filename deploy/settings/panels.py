"""Panels that other apps show on the pages of a site, a school, a device; ``base`` takes it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

# Panels that apps to the left show on pages of apps to the right: URL name (it takes the object's
# key and answers with an HTML fragment, loaded by htmx), title, and column: main or aside.
SITE_PANELS: list[tuple[str, Any, str]] = [
    ("supervision:site_network", _("Réseau"), "main"),
    ("supervision:site_rooms", _("Couverture WiFi"), "main"),
    ("supervision:site_devices", _("Équipements"), "main"),
    ("helpdesk:site_now", _("En ce moment"), "aside"),
    ("inventory:site_differences", _("Écarts"), "aside"),
    ("inventory:site_changes", _("Changements"), "aside"),
    ("inventory:site_declaration", _("Inventaire déclaré"), "aside"),
    ("inventory:connection_panel", _("Connexion"), "aside"),
    ("grants:site_right", _("Droit de tirage"), "aside"),
    ("grants:site_returns", _("Ressources à rendre"), "aside"),
    ("grants:site_deliveries", _("Livraisons attendues"), "main"),
    ("byod:sessions_panel", _("Appareils personnels"), "aside"),
    ("byod:site_people", _("Personnes et appareils"), "aside"),
    ("supervision:site_discovery", _("Découverte"), "aside"),
]
SCHOOL_PANELS: list[tuple[str, Any, str]] = [
    ("byod:strategy_panel", _("Stratégie BYOD"), "aside"),
    ("byod:equity_panel", _("Prêts aux élèves"), "aside"),
]
# On a school's page of its drawing right: URL name (it takes the school's key), title, and the URL
# name of the whole list.
RIGHT_PANELS: list[tuple[str, Any, str]] = [
    ("grants:right_applications", _("Mes dossiers"), "grants:my_applications"),
    ("grants:right_deliveries", _("Mes livraisons"), "grants:my_deliveries"),
    ("grants:school_returns", _("Ressources à rendre"), "grants:my_resources"),
]
DEVICE_PANELS: list[tuple[str, Any, str]] = [
    ("supervision:device_graph", _("Temps de réponse, 24 heures"), "main"),
    ("supervision:device_ports", _("Ports en direct"), "main"),
    ("supervision:device_live", _("En direct"), "aside"),
    ("inventory:device_configuration", _("Configuration"), "aside"),
    ("inventory:device_observed", _("Vu sur le réseau"), "aside"),
    ("inventory:device_label", _("Étiquette et comptages"), "aside"),
    ("grants:device_warranty", _("Achat et garantie"), "aside"),
    ("byod:device_loans", _("Prêts"), "aside"),
    ("supervision:device_readings", _("Relevés"), "aside"),
]
