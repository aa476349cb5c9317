"""Words of the sources → ours: levels, networks, municipalities."""

from __future__ import annotations

import pytest

from schools.imports.towns import Gazetteer, Town, outside_wallonia, point_problem
from schools.imports.words import levels_of, network_of


@pytest.mark.parametrize(
    ("kind", "level", "ours"),
    [
        ("Ordinaire", "Fondamental", {"maternel", "primaire"}),
        ("Ordinaire", "Maternel", {"maternel"}),
        ("ORDINAIRE", "primaire", {"primaire"}),
        ("Ordinaire", "Maternel et primaire", {"maternel", "primaire"}),
        ("Ordinaire", "Secondaire", {"secondaire"}),
        ("Plein exercice", "Secondaire", {"secondaire"}),
        ("Spécialisé", "Primaire", {"specialise"}),
        ("Enseignement spécialisé", "", {"specialise"}),
        ("Enseignement en alternance", "Secondaire", {"cefa"}),
        ("CEFA", "Secondaire", {"cefa"}),
        ("Promotion sociale", "Secondaire", {"promotion-sociale"}),
        ("Enseignement pour adultes", "", {"promotion-sociale"}),
        ("Ordinaire", "Intermédiaire", set()),
        ("", "", set()),
    ],
)
def test_types_and_levels(kind, level, ours):
    assert set(levels_of(kind, level)) == ours


@pytest.mark.parametrize(
    ("name", "kind", "level", "ours"),
    [
        ("Wallonie-Bruxelles Enseignement", "", "Primaire", "wbe"),
        ("WBE", "", "Secondaire", "wbe"),
        ("Officiel subventionné", "Ordinaire", "Fondamental", "cecp"),
        ("Officiel subventionné", "Spécialisé", "Primaire", "cecp"),
        ("Officiel subventionné", "Ordinaire", "Secondaire", "cpeons"),
        ("Officiel subventionné", "Spécialisé", "Secondaire", "cpeons"),
        ("Officiel subventionné", "Promotion sociale", "", "cpeons"),
        ("Officiel subventionné", "Alternance", "Secondaire", "cpeons"),
        ("Libre confessionnel", "", "Primaire", "segec"),
        ("Libre subventionné confessionnel", "", "Primaire", "segec"),
        ("Libre non confessionnel", "", "Primaire", "felsi"),
        ("SeGEC", "", "", "segec"),
        ("FELSI", "", "", "felsi"),
        ("CPEONS", "", "Primaire", "cpeons"),
        ("Libre", "", "Primaire", "?"),
        ("Martien", "", "Primaire", ""),
    ],
)
def test_networks(name, kind, level, ours):
    assert network_of(name, kind, level) == ours


TOWNS = Gazetteer(
    [
        Town("92094", "Namur"),
        Town("63023", "Eupen", "Eupen"),
        Town("63049", "Malmedy", "Malmünd"),
        Town("82003", "Bastogne", closed=True, successor="82039"),
        Town("82005", "Bertogne", closed=True, successor="82039"),
        Town("82039", "Bastogne"),
        Town("25023", "Court-Saint-Etienne"),
        Town("25014", "Braine-l’Alleud"),
    ]
)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("NAMUR", "92094"),
        ("Court-St-Étienne", "25023"),
        ("COURT SAINT ETIENNE", "25023"),
        ("Braine-l'Alleud", "25014"),
        ("Malmünd", "63049"),
        ("Bertogne", "82039"),
        ("Bastogne", "82039"),
        ("92094", "92094"),
        ("82005", "82039"),
    ],
)
def test_a_municipality_is_found_by_any_of_its_names_even_the_former_ones(written, code):
    assert TOWNS.find(written) == (code,)


@pytest.mark.parametrize("written", ["Nulle-Part", "", "99999"])
def test_what_is_no_municipality_is_not_found(written):
    assert TOWNS.find(written) == ()


@pytest.mark.parametrize(
    ("town", "postcode", "outside"),
    [
        ("Ixelles", "1050", True),
        ("SAINT-GILLES", "", True),
        ("Rhode-Saint-Genèse", "1640", True),
        ("", "1050", True),
        ("Wavre", "1300", False),
        ("", "1300", False),
        ("Forest", "1190", True),
        ("Namur", "5000", False),
    ],
)
def test_brussels_and_flanders_are_outside(town, postcode, outside):
    assert outside_wallonia(town, postcode) is outside


@pytest.mark.parametrize(
    ("latitude", "longitude", "problem"),
    [(50.46, 4.86, ""), (4.86, 50.46, "swapped"), (48.8, 2.3, "far_away"), (0.0, 0.0, "far_away")],
)
def test_a_point_lies_in_the_province_of_its_municipality(latitude, longitude, problem):
    assert point_problem(latitude, longitude, "92094") == problem
