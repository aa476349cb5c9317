"""Places without a FASE number: German-speaking schools, EPN, training centres."""

from __future__ import annotations

import pytest

from schools.models import School, Site
from tests.cast import make_town
from tests.schools.imports.sources import load, preview, row, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def towns():
    make_town("namur", "Bellerive")
    make_town("liege", "Lindenfeld")


def place(**cells):
    return {
        "type_de_numero": "DG",
        "genre": "école",
        "nom_du_po": "Gemeinde Lindenfeld",
        "numero_de_l_etablissement": "DG801",
        "nom_de_l_etablissement": "Grundschule Lindenfeld",
        "numero_de_l_implantation": "DG901",
        "nom_de_l_implantation": "Kastanienhof",
        "adresse": "Schulstraße 4",
        "commune": "Lindenfeld",
        "niveaux": "maternel, primaire",
        "reseau": "",
    } | cells


EPN = place(
    type_de_numero="BCE", genre="EPN", nom_du_po="ASBL Clic",
    numero_de_l_etablissement="2200000001",
    nom_de_l_etablissement="EPN de Bellerive", numero_de_l_implantation="2.200.000.001",
    nom_de_l_implantation="", commune="Bellerive", niveaux="",
)  # fmt: skip


def test_a_german_speaking_school_bears_its_own_number_and_network():
    load([place()], "places")
    school, site = School.objects.get(), Site.objects.get()
    assert (school.scheme, school.number, school.network, school.community) == (
        "dg",
        "DG801",
        "dg",
        "dg",
    )
    assert (site.name, site.number, site.scheme) == ("Kastanienhof", "DG901", "dg")


def test_an_epn_is_no_school_and_teaches_no_level():
    load([EPN], "places")
    school = School.objects.get()
    assert (school.kind, school.scheme, school.network) == ("epn", "bce", "none")
    assert Site.objects.get().number == "2200000001"
    assert not Site.objects.get().teachings.exists()


def test_a_list_closes_only_places_of_its_own_scheme_and_kind():
    load([row(), row(site="902", school="802")])
    load([place(), EPN], "places")
    load([place(numero_de_l_implantation="DG902")], "places", closing=True)
    closed = Site.objects.exclude(closed_on=None)
    assert [site.number for site in closed] == ["DG901"]


def test_the_register_of_the_fwb_never_closes_them():
    load([place(), EPN], "places")
    load([row()], closing=True)
    assert Site.objects.open().count() == 3


def test_a_source_that_names_sites_may_rename_them():
    load([place()], "places")
    run = load([place(nom_de_l_implantation="Lindenhof")], "places")
    assert run.findings.get().after == {"name": "Lindenhof"}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"type_de_numero": "ISO"}, "unknown_scheme"),
        ({"genre": "château"}, "unknown_kind"),
        ({"genre": ""}, "missing"),
        ({"niveaux": ""}, "missing"),
        ({"numero_de_l_implantation": "beaucoup trop long"}, "not_number"),
        ({"telephone": "appelez-moi"}, None),
    ],
)
def test_a_wrong_row_is_refused(cells, reason):
    run = preview([place(**cells)], "places")
    assert [found for *_r, found in told(run, "refused")] == ([reason] if reason else [])
    assert [found for *_r, found in told(run, "warned")] == ([] if reason else ["not_phone"])
