"""Which columns each kind of source has, and the names they go by. Data, not code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


def plain(text: str) -> str:
    """Lower case without accents; every run of other signs becomes one space."""
    flat = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    flat = "".join(sign for sign in flat if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", " ", flat).strip()


def header(text: str) -> str:
    """A column's name as the portal writes it: ``Ndeg FASE du PO`` → ``ndeg_fase_du_po``."""
    return plain(re.sub(r"[nN][°º]", "ndeg ", text)).replace(" ", "_")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: our key for it, the name we write, and those it also goes by."""

    key: str
    name: str
    also: tuple[str, ...] = ()
    required: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.also)


OURS = ("ligne", "raison")
"""What an export of refused rows adds: the corrected file comes back with it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a kind of source, those we know and leave, and rows for an example."""

    kind: str
    label: str | Promise
    columns: tuple[Column, ...]
    left: tuple[str, ...] = ()
    either: tuple[tuple[str, str], ...] = ()
    example: tuple[tuple[str, ...], ...] = field(default=())
    free: str = ""
    """``champ``: a heading ``champ:garantie`` is a column of the sender's own, kept by that key."""

    def match(self, heads: Sequence[str]) -> tuple[dict[str, int], list[str]]:
        """Our key → place in the row; and the headings that nobody knows."""
        known = {name: column.key for column in self.columns for name in column.names}
        places: dict[str, int] = {}
        unknown = []
        for place, head in enumerate(heads):
            name = header(head)
            key = known.get(name)
            if key is None and (own := self._own(head)):
                key = own
            if key and key not in places:
                places[key] = place
            elif name not in self.left and name not in OURS and head.strip():
                unknown.append(head.strip())
        return places, unknown

    def _own(self, head: str) -> str:
        """The key of a column of the sender's own; empty for any other heading."""
        before, colon, after = head.partition(":")
        own = self.free and colon and before.strip().lower() == self.free and after.strip()
        return f"{self.free}:{after.strip().lower()}" if own else ""

    def missing(self, places: dict[str, int]) -> list[str]:
        """The columns without which nothing can be read."""
        absent = [c.name for c in self.columns if c.required and c.key not in places]
        names = {c.key: c.name for c in self.columns}
        for one, other in self.either:
            if one not in places and other not in places:
                absent.append(f"{names[one]} / {names[other]}")
        return absent

    @property
    def either_names(self) -> list[tuple[str, str]]:
        """Pairs of columns of which one is needed."""
        names = {column.key: column.name for column in self.columns}
        return [(names[one], names[other]) for one, other in self.either]

    @property
    def expected(self) -> list[str]:
        return [column.name for column in self.columns if column.required]


_SITE = Column(
    "site_number",
    "ndeg_fase_de_l_implantation",
    (
        "numero_fase_de_l_implantation",
        "numero_d_implantation",
        "numero_de_l_implantation",
        "numero_implantation",
        "fase_implantation",
        "ndeg_fase_implantation",
    ),
    required=True,
)
_SCHEME = Column("scheme", "type_de_numero", ("scheme", "type_numero"))
_POSTCODE = Column(
    "postcode",
    "code_postal_de_l_implantation",
    ("code_postal", "code_postal_implantation"),
)
_TOWN = ("commune", "commune_implantation", "commune_de_l_implantation", "municipalite")
_PLACE = (
    _POSTCODE,
    Column("locality", "localite_de_l_implantation", ("localite", "localite_implantation")),
    Column("latitude", "latitude", ("lat",)),
    Column("longitude", "longitude", ("lon", "lng")),
    Column("phone", "telephone", ("telephone_de_l_implantation", "tel")),
)

REGISTER = Layout(
    "register",
    _("Registre des écoles (FWB)"),
    (
        Column("po_number", "ndeg_fase_du_po", ("numero_fase_du_po", "fase_po"), required=True),
        Column("po_name", "nom_du_po", ("denomination_du_po", "nom_po"), required=True),
        Column("po_bce", "numero_bce_du_po", ("ndeg_bce_du_po", "bce_du_po")),
        Column(
            "school_number",
            "ndeg_fase_de_l_etablissement",
            ("numero_fase_de_l_etablissement", "fase_etablissement"),
            required=True,
        ),
        Column(
            "school_name",
            "nom_de_l_etablissement",
            ("nom_d_etablissement", "nom_etablissement", "denomination_de_l_etablissement"),
            required=True,
        ),
        _SITE,
        Column("site_name", "nom_de_l_implantation", ("nom_d_implantation",)),
        Column("address", "adresse_de_l_implantation", ("adresse", "adresse_implantation")),
        *_PLACE,
        Column("municipality", "commune_de_l_implantation", _TOWN, required=True),
        Column("type", "type_d_enseignement", ("type_enseignement",), required=True),
        Column("level", "niveau", ("niveau_d_enseignement", "niveaux"), required=True),
        Column("network", "reseau", ("reseau_d_enseignement",), required=True),
    ),
    left=(
        "genre",
        "arrondissement_administratif",
        "province",
        "geo_point_2d",
        "coordonnees",
        "zone",
        "fax",
        "site_web",
        "adresse_mail",
    ),
    example=(
        (
            "700001", "AC de Marvelle", "0400000086", "800001", "École communale du Tilleul",
            "900001", "", "Rue du Tilleul 3", "5990", "Marvelle", "50,465", "4,867", "",
            "Marvelle", "Ordinaire", "Fondamental", "Officiel subventionné",
        ),
        (
            "700001", "AC de Marvelle", "0400000086", "800002", "Institut communal des Saules",
            "900002", "", "Place des Saules 12", "5990", "Marvelle", "50,467", "4,871", "",
            "Marvelle", "Ordinaire", "Secondaire", "Officiel subventionné",
        ),
    ),
)  # fmt: skip

PLACES = Layout(
    "places",
    _("Autres lieux : germanophones, EPN, centres de formation"),
    (
        Column("scheme", "type_de_numero", ("scheme", "type_numero"), required=True),
        Column("kind", "genre", ("kind", "genre_de_lieu"), required=True),
        Column("po_name", "nom_du_po", ("po", "organisateur"), required=True),
        Column("po_bce", "numero_bce_du_po", ("ndeg_bce_du_po", "bce_du_po")),
        Column(
            "school_number",
            "numero_de_l_etablissement",
            ("ndeg_de_l_etablissement", "numero_etablissement"),
            required=True,
        ),
        Column(
            "school_name",
            "nom_de_l_etablissement",
            ("nom_d_etablissement", "nom_etablissement"),
            required=True,
        ),
        Column(
            "site_number", "numero_de_l_implantation", ("numero_d_implantation",), required=True
        ),
        Column("site_name", "nom_de_l_implantation", ("nom_d_implantation",)),
        Column("address", "adresse_de_l_implantation", ("adresse",)),
        *_PLACE,
        Column("municipality", "commune_de_l_implantation", _TOWN, required=True),
        Column("level", "niveaux", ("niveau",)),
        Column("network", "reseau"),
    ),
    example=(
        (
            "DG", "école", "Gemeinde Lindenfeld", "", "DG801", "Grundschule Lindenfeld", "DG901",
            "Kastanienhof", "Schulstraße 4", "4799", "Lindenfeld", "50,331", "6,102",
            "087 00 00 18", "Lindenfeld", "maternel, primaire", "DG",
        ),
        (
            "BCE", "EPN", "ASBL Clic et Clac", "0400000185", "2200000001", "EPN de Marvelle",
            "2200000001", "", "Place du Marché 1", "5990", "Marvelle", "50,466", "4,868", "",
            "Marvelle", "", "",
        ),
    ),
)  # fmt: skip

ISE = Layout(
    "ise",
    _("Classes ISE"),
    (
        _SITE,
        Column("value", "numero_de_classe", ("classe", "classe_ise"), required=True),
        Column(
            "year",
            "annee_de_reference_de_la_donnee",
            ("annee_de_reference", "annee"),
            required=True,
        ),
    ),
    left=("ise", "indice", "valeur_ise"),
    example=(("900001", "3a", "2026"), ("900002", "12", "2026")),
)

HEADCOUNTS = Layout(
    "headcounts",
    _("Comptages d’élèves"),
    (
        _SCHEME,
        _SITE,
        Column("level", "niveau", ("niveau_d_enseignement",), required=True),
        Column("year", "annee", ("annee_du_comptage", "annee_scolaire"), required=True),
        Column("pupils", "eleves", ("nombre_d_eleves", "nombre", "population"), required=True),
        _POSTCODE,
    ),
    example=(("FASE", "900001", "maternel", "2026", "84", "5990"),
             ("FASE", "900001", "primaire", "2026", "162", "5990")),
)  # fmt: skip

ROOMS = Layout(
    "rooms",
    _("Locaux"),
    (
        _SCHEME,
        _SITE,
        Column("name", "local", ("nom_du_local", "nom"), required=True),
        Column("use", "usage", ("type_de_local", "genre"), required=True),
        Column("building", "batiment", ("bloc",)),
        Column("floor", "etage", ("niveau_du_batiment",)),
    ),
    example=(("FASE", "900001", "A.01", "classe", "A", "0"),
             ("FASE", "900001", "A.12", "salle des professeurs", "A", "1")),
)  # fmt: skip

CONTACTS = Layout(
    "contacts",
    _("Personnes de contact et directions"),
    (
        _SCHEME,
        Column(
            "school_number",
            "ndeg_fase_de_l_etablissement",
            ("numero_fase_de_l_etablissement", "numero_de_l_etablissement", "ecole"),
        ),
        Column(_SITE.key, _SITE.name, (*_SITE.also, "implantation")),
        Column("name", "nom", ("nom_complet", "nom_de_la_personne"), required=True),
        Column("email", "adresse_electronique", ("e_mail", "email", "courriel"), required=True),
        Column("phone", "telephone", ("tel", "gsm")),
        Column("role", "fonction", ("role",), required=True),
        Column("from_on", "du", ("date_de_debut", "a_partir_du")),
        Column("to_on", "au", ("date_de_fin", "jusqu_au")),
    ),
    either=(("school_number", "site_number"),),
    example=(
        ("FASE", "", "900001", "Nadia Exemple", "nadia.exemple@ecole.example", "081 00 00 61",
         "contact", "01/09/2026", ""),
        ("FASE", "800001", "", "Luc Exemple", "luc.exemple@ecole.example", "", "direction",
         "01/09/2026", ""),
    ),
)  # fmt: skip

LAYOUTS: dict[str, Layout] = {
    layout.kind: layout for layout in (REGISTER, PLACES, ISE, HEADCOUNTS, ROOMS, CONTACTS)
}
"""Every kind of source, in the order in which they are imported."""
