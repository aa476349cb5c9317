"""The people of the demo: one of each kind, all with the same public password."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PASSWORD = "demo"  # noqa: S105  printed on the sign-in page of a demo, refused in production


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody to sign in as, and what is worth a look. ``scope``: a role's field and its key."""

    kind: Promise
    name: str
    email: str
    look_at: Promise
    role: str = ""
    scope: tuple[str, str] = ("region", "")
    language: str = "fr"
    phone: str = ""
    password: str = PASSWORD


DEMO_ACCOUNTS: list[DemoAccount] = [
    DemoAccount(
        _("Helpdesk régional"), "Sofia Lambrecht", "sofia@preau.example",
        _("le mur, la file, puis le labo : débranchez une borne"),
        "central_technician", phone="081 00 00 10",
    ),
    DemoAccount(
        _("Helpdesk régional"), "Mehdi Dardenne", "mehdi@preau.example",
        _("une seconde personne à la file"), "central_technician", phone="081 00 00 11",
    ),
    DemoAccount(
        _("Technicien local, Namur"), "Thomas Noël", "thomas@preau.example",
        _("les tickets et les implantations de sa province"),
        "local_technician", ("province", "namur"), phone="081 00 00 20",
    ),
    DemoAccount(
        _("Technicienne locale, Liège"), "Karin Radermacher", "karin@preau.example",
        _("la province voisine, écoles germanophones comprises"),
        "local_technician", ("province", "liege"), phone="087 00 00 20",
    ),
    DemoAccount(
        _("Personne de contact"), "Claire Delcourt", "claire@preau.example",
        _("sur un téléphone : mon école, signaler un problème"),
        "contact", ("site", "moulin"), phone="081 00 00 42",
    ),
    DemoAccount(
        _("Personne de contact, en allemand"), "Karl Heinen", "karl@preau.example",
        _("l’autre école : rien de Moulin ne s’y voit"),
        "contact", ("site", "kastanienhof"), "de", "087 00 00 18",
    ),
    DemoAccount(
        _("Personne de contact, réseau géré par l’école"), "Anne Rossignon",
        "anne@preau.example", _("supervisée, mais sans action à distance"),
        "contact", ("site", "fontaine"), phone="063 00 00 13",
    ),
    DemoAccount(
        _("Direction d’école"), "Bernard Hanquet", "bernard@preau.example",
        _("les deux implantations de son école"),
        "head", ("school", "10238"), phone="081 00 00 39",
    ),
    DemoAccount(
        _("Pouvoir organisateur"), "Véronique Maréchal", "veronique@preau.example",
        _("les écoles de WBE et leurs accords"),
        "authority", ("authority", "90001"), phone="081 00 00 30",
    ),
    DemoAccount(
        _("Agent du SPW"), "Odile Warnant", "odile@preau.example",
        _("la Région, sans les conversations des tickets"), "officer", phone="081 00 00 05",
    ),
    DemoAccount(
        _("Évaluateur, SPW"), "Nadia Warnier", "nadia@preau.example",
        _("les dossiers qui lui sont confiés, leur grille au clavier"), "reviewer",
        phone="081 00 00 06",
    ),
    DemoAccount(
        _("Administration technique"), "Administration", "admin@preau.example",
        _("les tables, sous /admin/"),
    ),
]  # fmt: skip
"""The account without a role administers the platform and sees no school by that alone."""
