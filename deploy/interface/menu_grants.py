"""The menu of who receives what: calls for officers, the right and its use for schools."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deploy.interface.menu_parts import AUTHORITY, HEAD, OFFICER, REVIEWER, SCHOOL, Section, entry

GRANTS: tuple[Section, ...] = (
    Section(
        _("Appels à projets"),
        (
            entry("calls", "speakerphone", _("Appels"), "grants:calls", roles=OFFICER),
            entry(
                "applications",
                "clipboard-list",
                _("Dossiers"),
                "grants:applications",
                roles=OFFICER,
            ),
            entry(
                "reviews",
                "eye-check",
                _("Mes examens"),
                "grants:reviews",
                roles=f"{OFFICER} {REVIEWER}",
            ),
            entry("rankings", "list-numbers", _("Classement"), "grants:rankings", roles=OFFICER),
            entry("decisions", "file-check", _("Décisions"), "grants:decisions", roles=OFFICER),
        ),
    ),
    Section(
        pgettext_lazy("menu", "Suivre"),
        (
            entry("board", "chart-dots", _("Tableau de bord"), "grants:board", roles=OFFICER),
            entry("rights", "coin-euro", _("Droits de tirage"), "grants:rights", roles=OFFICER),
            entry("market", "package", _("Marché et kits"), "grants:market", roles=OFFICER),
            entry(
                "orders",
                "truck-delivery",
                _("Commandes"),
                "grants:orders",
                roles=OFFICER,
            ),
            entry(
                "resources",
                "book",
                _("Ressources rendues"),
                "grants:resources",
                roles=f"{OFFICER} {REVIEWER}",
            ),
        ),
    ),
    Section(
        pgettext_lazy("menu", "Équiper"),
        (
            entry(
                "my_right",
                "coin-euro",
                _("Droit de tirage"),
                "grants:my_right",
                roles=f"{HEAD} {AUTHORITY}",
            ),
            entry(
                "open_calls",
                "speakerphone",
                _("Appels à projets"),
                "grants:open_calls",
                roles=f"{SCHOOL} {AUTHORITY}",
            ),
            entry(
                "my_applications",
                "clipboard-list",
                _("Dossiers"),
                "grants:my_applications",
                roles=f"{SCHOOL} {AUTHORITY}",
            ),
            entry(
                "my_deliveries",
                "truck-delivery",
                _("Livraisons"),
                "grants:my_deliveries",
                roles=f"{SCHOOL} {AUTHORITY}",
            ),
            entry(
                "purchasing",
                "package",
                _("Centrale d’achat"),
                "grants:purchasing",
                roles=f"{SCHOOL} {AUTHORITY}",
            ),
            entry(
                "my_resources",
                "book",
                _("Ressources à rendre"),
                "grants:my_resources",
                roles=f"{SCHOOL} {AUTHORITY}",
            ),
        ),
    ),
)
