"""The columns of a file of devices, and the names they go by in French, German and English."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from schools.imports.columns import Column, Layout

OWN = "champ"
"""``champ:imei`` is a field of the category's own."""

DEVICES = Layout(
    "devices",
    _("Équipements"),
    (
        Column(
            "code",
            "code",
            ("code_de_l_etiquette", "code_qr", "etikettencode", "label_code"),
        ),
        Column(
            "serial",
            "numero_de_serie",
            ("serie", "ndeg_de_serie", "seriennummer", "serial", "serial_number"),
        ),
        Column(
            "asset_number",
            "etiquette",
            ("numero_d_inventaire", "ndeg_d_inventaire", "inventarnummer", "etikett",
             "asset_number", "asset_tag", "label"),
        ),
        Column("mac", "adresse_mac", ("mac", "mac_adresse", "mac_address")),
        Column(
            "name",
            "nom",
            ("nom_de_l_equipement", "name", "bezeichnung", "device", "device_name", "hostname"),
        ),
        Column(
            "scheme",
            "type_de_numero",
            ("type_numero", "nummerntyp", "art_der_nummer", "scheme"),
        ),
        Column(
            "site_number",
            "ndeg_fase_de_l_implantation",
            ("numero_fase_de_l_implantation", "numero_d_implantation", "numero_implantation",
             "fase_implantation", "ndeg_fase_implantation", "fase", "standortnummer",
             "fase_nummer", "fase_nummer_des_standorts", "fase_nr_des_standorts", "site_number"),
        ),
        Column("room", "local", ("nom_du_local", "raum", "room")),
        Column("maker", "marque", ("fabricant", "hersteller", "marke", "maker", "manufacturer")),
        Column("model", "modele", ("modell", "model", "device_type")),
        Column("category", "type", ("categorie", "kategorie", "typ", "category")),
        Column("state", "situation", ("etat", "zustand", "status", "state")),
        Column("owner", "proprietaire", ("eigentumer", "besitzer", "owner")),
        Column("origin", "provenance", ("origine", "herkunft", "origin")),
        Column("holder", "confie_a", ("responsable", "anvertraut_an", "holder", "assigned_to")),
        Column("cloud_move", "passage_au_cloud", ("cloud", "wechsel_in_die_cloud", "cloud_move")),
        Column(
            "installed_on",
            "installe_le",
            ("date_d_installation", "installiert_am", "installed_on", "installed"),
        ),
        Column(
            "warranty_until",
            "garantie_jusqu_au",
            ("garantie", "fin_de_garantie", "garantie_bis", "warranty_until", "warranty"),
        ),
        Column("notes", "remarque", ("remarques", "bemerkung", "notes", "comments")),
        Column("version", "version", ("revision",)),
    ),
    left=("etablissement", "implantation", "schule", "standort", "school", "site", "site_name",
          "province",
          "fin_de_support", "supportende", "end_of_support", "passage_au_cloud_pourquoi",
          "wechsel_in_die_cloud_warum", "move_to_the_cloud_why"),
    either=(("code", "site_number"),),
    example=(
        ("", "EX-PF3-0001", "RW-2026-00117", "", "PC-A12-01", "FASE", "900001", "A.12", "Exemple",
         "Portable 14", "portable", "installé", "école", "appel à projets", "", "", "01/09/2026",
         "31/08/2030", "", ""),
        ("", "EX-IB-4410", "RW-2026-00118", "", "TBI-A12", "FASE", "900001", "A.12", "Exemple",
         "Écran 75", "écran interactif", "installé", "pouvoir organisateur", "don", "", "",
         "2026-09-01", "", "Offert par la commune", ""),
    ),
    free=OWN,
)  # fmt: skip
