"""The menu of every pupil connected: strategies, devices, sessions, loans."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deploy.interface.menu_parts import AUTHORITY, DESK, HEAD, OFFICER, SCHOOL, Section, entry

BYOD: tuple[Section, ...] = (
    Section(
        pgettext_lazy("menu", "Connecter"),
        (
            entry("loan_desk", "scan", _("Guichet de prêt"), "byod:loan_desk", roles=SCHOOL),
            entry("loans", "device-laptop", _("Prêts"), "byod:loans", roles=SCHOOL),
            entry(
                "loan_pools",
                "packages",
                _("Réserves de prêt"),
                "byod:loan_pools",
                roles=f"{SCHOOL} {AUTHORITY} {OFFICER}",
            ),
            entry(
                "loan_region_terms",
                "writing-sign",
                _("Conditions de prêt"),
                "byod:loan_region_terms",
                roles=OFFICER,
            ),
            entry(
                "strategies",
                "device-tablet",
                pgettext_lazy("menu", "Stratégie BYOD"),
                "byod:strategies",
                roles=f"{SCHOOL} {AUTHORITY} {OFFICER}",
            ),
            entry(
                "policies",
                "list-check",
                pgettext_lazy("menu", "Accès au réseau"),
                "byod:policies",
                roles=f"{SCHOOL} {AUTHORITY} {DESK}",
            ),
            entry(
                "byod_people",
                "users-group",
                pgettext_lazy("menu", "Personnes et appareils"),
                "byod:people_home",
                roles=SCHOOL,
            ),
            entry(
                "byod_guests",
                "user-star",
                pgettext_lazy("menu", "Invités"),
                "byod:guests",
                roles=SCHOOL,
            ),
            entry(
                "byod_mine",
                "devices",
                pgettext_lazy("menu", "Mes appareils"),
                "byod:my_devices",
                roles=SCHOOL,
            ),
            entry(
                "byod_charter",
                "file-text",
                pgettext_lazy("menu", "Charte BYOD"),
                "byod:my_charter",
                roles=f"{HEAD} {OFFICER}",
            ),
            entry(
                "loan_requests",
                "heart-handshake",
                pgettext_lazy("menu", "Demandes de prêt"),
                "byod:loan_requests",
                roles=SCHOOL,
            ),
            entry(
                "lent_lines",
                "access-point",
                pgettext_lazy("menu", "Connexions prêtées"),
                "byod:lines",
                roles=f"{SCHOOL} {AUTHORITY} {OFFICER}",
            ),
            entry(
                "equity",
                "scale",
                pgettext_lazy("menu", "Équité des prêts"),
                "byod:equity",
                roles=f"{SCHOOL} {AUTHORITY} {OFFICER}",
            ),
            entry(
                "privacy",
                "shield-lock",
                pgettext_lazy("menu", "Vie privée"),
                "byod:privacy",
                roles=f"{HEAD} {AUTHORITY} {OFFICER}",
            ),
        ),
    ),
)
