"""The columns of a file of lines and of a report of use, and the names they go by."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from schools.imports.columns import Column, Layout

LINES = Layout(
    "loan_lines",
    _("Connexions prêtées"),
    (
        Column("label", "repere", ("nom", "label", "kennzeichen", "bezeichnung"), required=True),
        Column("kind", "genre", ("type", "art", "kind"), required=True),
        Column("iccid", "iccid", ("sim", "numero_de_carte", "kartennummer"), required=True),
        Column("number", "numero", ("msisdn", "numero_d_appel", "rufnummer", "number")),
        Column("operator", "operateur", ("operator", "anbieter"), required=True),
        Column("plan", "formule", ("plan", "tarif"), required=True),
        Column("pool", "reserve", ("pool", "bestand"), required=True),
        Column("expires_on", "expire_le", ("expiration", "ablauf", "expires_on")),
    ),
    example=(
        (
            *("BORNE-01", "borne 4G", "8944502002004001426", "0470 00 00 01"),
            *("Opérateur exemple", "40 Go", "Réserve exemple", "30/06/2027"),
        ),
    ),
)
"""Cards and hotspots. Vouchers are typed: a file that is kept would hold their codes in clear."""
USAGE = Layout(
    "line_usage",
    _("Relevé de consommation"),
    (
        Column("iccid", "iccid", ("sim", "numero_de_carte"), required=True),
        Column("mb", "mo", ("mb", "megaoctets", "volume_mo", "volume", "data_mb"), required=True),
    ),
)
