"""The columns of a class list, and the names that software of schools gives them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from schools.imports.columns import Column, Layout

CLASS_LIST = Layout(
    kind="class_list",
    label=_("Liste de classe"),
    columns=(
        Column(
            "number",
            "matricule",
            (
                "numero",
                "ndeg",
                "ndeg_eleve",
                "numero_eleve",
                "id_eleve",
                "id",
                "schulernummer",
                "schuelernummer",
                "nummer",
            ),
            required=True,
        ),
        Column(
            "family_name",
            "nom",
            ("nom_de_famille", "nom_eleve", "name", "nachname", "familienname"),
            required=True,
        ),
        Column("given_name", "prenom", ("prenom_eleve", "prenoms", "vorname"), required=True),
        Column("class", "classe", ("class", "groupe", "klasse")),
        Column("kind", "qualite", ("fonction", "role", "eigenschaft", "funktion")),
        Column("language", "langue", ("sprache",)),
        Column("adult", "majeur", ("eleve_majeur", "volljahrig", "volljaehrig")),
        Column(
            "born", "date_de_naissance", ("naissance", "date_naissance", "ne_le", "geburtsdatum")
        ),
        Column("email", "email", ("e_mail", "courriel", "adresse_e_mail", "mail")),
        Column(
            "guardian_name",
            "parent",
            ("nom_du_parent", "responsable", "tuteur", "nom_responsable", "elternteil", "eltern"),
        ),
        Column(
            "guardian_email",
            "email_parent",
            (
                "e_mail_parent",
                "email_du_parent",
                "courriel_parent",
                "mail_responsable",
                "email_responsable",
                "e_mail_eltern",
            ),
        ),
        Column(
            "guardian_phone",
            "telephone_parent",
            (
                "tel_parent",
                "gsm_parent",
                "telephone_du_parent",
                "telephone_responsable",
                "telefon_eltern",
            ),
        ),
    ),
    example=(
        (
            "matricule",
            "nom",
            "prenom",
            "classe",
            "qualite",
            "langue",
            "date_de_naissance",
            "parent",
            "email_parent",
            "telephone_parent",
        ),
        (
            "20260017",
            "Exemple",
            "Léa",
            "3B",
            "élève",
            "fr",
            "14/03/2011",
            "Marc Exemple",
            "marc@example.org",
            "0470 00 00 17",
        ),
        (
            "20260018",
            "Beispiel",
            "Jonas",
            "3B",
            "élève",
            "de",
            "02/11/2010",
            "Ute Beispiel",
            "ute@example.org",
            "",
        ),
        ("E204", "Modèle", "Anne", "", "enseignant", "fr", "", "", "", ""),
    ),
)
COLUMN_WORDS: dict[str, str | Promise] = {
    "number": _("matricule"),
    "given_name": _("prénom"),
    "family_name": _("nom"),
    "class": _("classe"),
    "email": _("e-mail"),
    "guardian_email": _("e-mail du parent"),
    "born": _("date de naissance"),
}
FAULT_WORDS: dict[str, str | Promise] = {
    "empty": _("est vide\u00a0: complétez la cellule"),
    "not_mail": _("n’est pas une adresse e-mail"),
    "not_day": _("n’est pas une date\u00a0: écrivez 31/12/2010"),
    "twice": _("se trouve deux fois\u00a0: gardez une seule ligne par personne"),
}
