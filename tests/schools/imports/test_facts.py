"""ISE classes, headcounts, rooms: facts of known sites."""

from __future__ import annotations

import pytest

from schools.models import AuditEntry, Headcount, IseClass, Room, Site
from tests.cast import make_room, make_town
from tests.schools.imports.sources import AS_OF, load, preview, row, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sites():
    make_town("namur", "Bellerive")
    load([row(), row(site="902", address="Rue Haute 1")])
    return {site.number: site for site in Site.objects.all()}


def ise(site="901", value="3a", year="2026"):
    return {
        "numero_fase_de_l_implantation": site,
        "numero_de_classe": value,
        "annee_de_reference_de_la_donnee": year,
    }


def count(site="901", level="maternel", year="2026", pupils="84", **more):
    return {"numero_d_implantation": site, "niveau": level, "annee": year, "eleves": pupils} | more


def room(name="A.01", use="classe", site="901", building="A", floor="0"):
    return {
        "numero_d_implantation": site,
        "local": name,
        "usage": use,
        "batiment": building,
        "etage": floor,
    }


@pytest.mark.parametrize(
    ("written", "stored"), [("3a", "3a"), ("3B", "3b"), ("12", "12"), ("12.0", "12"), ("01", "1")]
)
def test_a_class_is_a_string_of_1_to_20(written, stored):
    load([ise(value=written)], "ise")
    assert IseClass.objects.get().value == stored


@pytest.mark.parametrize("written", ["0", "21", "3c", "x", "-1"])
def test_another_class_is_refused(written):
    assert told(preview([ise(value=written)], "ise"), "refused") == [
        (2, "numero_de_classe", "not_ise")
    ]


def test_a_site_that_the_register_does_not_list_is_ignored_for_ise_and_refused_for_pupils():
    """The list of ISE classes covers Brussels and has no column that says so."""
    run = preview([ise(), ise(site="5555")], "ise")
    assert told(run, "ignored") == [(3, "numero_fase_de_l_implantation", "unlisted_site")]
    run = preview([count(), count(site="5555")], "headcounts")
    assert told(run, "refused") == [(3, "numero_d_implantation", "unknown_site")]


def test_facts_change_and_a_second_run_changes_nothing():
    load([ise(), ise(site="902", value="7")], "ise")
    run = load([ise(value="4"), ise(site="902", value="7")], "ise")
    finding = run.findings.get()
    assert (finding.outcome, finding.before, finding.after) == (
        "changed",
        {"value": "3a"},
        {"value": "4"},
    )
    assert preview([ise(value="4")], "ise").counts["to_write"] == 0


def test_another_year_is_another_fact():
    load([count(pupils="80", year="2025")], "headcounts")
    load([count()], "headcounts")
    assert list(Headcount.objects.values_list("year", "pupils")) == [(2026, 84), (2025, 80)]


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"pupils": "beaucoup"}, "eleves", "not_count"),
        ({"pupils": "-4"}, "eleves", "not_count"),
        ({"pupils": "10000"}, "eleves", "not_count"),
        ({"pupils": ""}, "eleves", "missing"),
        ({"year": "26"}, "annee", "not_year"),
        ({"year": "1880"}, "annee", "not_year"),
        ({"level": "fondamental"}, "niveau", "unknown_level"),
        ({"level": ""}, "niveau", "missing"),
        ({"site": "abc"}, "numero_d_implantation", "not_fase"),
    ],
)
def test_a_wrong_count_is_refused(cells, column, reason):
    assert told(preview([count(**cells)], "headcounts"), "refused") == [(2, column, reason)]


def test_a_school_year_is_that_of_its_january():
    load([count(year="2025-2026")], "headcounts")
    assert Headcount.objects.get().year == 2026


def test_a_row_of_brussels_is_ignored():
    run = preview([count(code_postal="1050", site="5555")], "headcounts")
    assert told(run, "ignored") == [(2, "code_postal", "outside")]


def test_two_numbers_for_one_count_refuse_both():
    run = preview([count(), count(pupils="90"), count(site="902")], "headcounts")
    assert told(run, "refused") == [
        (2, "eleves", "contradiction"),
        (3, "eleves", "contradiction"),
    ]
    assert run.counts["to_write"] == 1


def test_a_closed_site_takes_no_facts(sites):
    Site.objects.filter(number="902").update(closed_on=AS_OF)
    run = preview([count(site="902")], "headcounts")
    assert told(run, "refused") == [(2, "numero_d_implantation", "closed_site")]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("classe", "classroom"),
        ("Salle des professeurs", "staff"),
        ("Laboratoire", "teaching"),
        ("local technique", "technical"),
        ("Bureau", "other"),
    ],
)
def test_a_room_s_use_is_read_in_french(written, kind):
    load([room(use=written)], "rooms")
    stored = Room.objects.get()
    assert (stored.kind, stored.building, stored.floor) == (kind, "A", "0")


def test_a_room_of_unknown_use_is_refused():
    assert told(preview([room(use="donjon")], "rooms"), "refused") == [(2, "usage", "unknown_use")]


def test_rooms_that_a_site_s_list_lacks_are_closed_and_those_of_other_sites_are_not(sites):
    make_room(sites["902"], "B.01")
    load([room(), room("A.02")], "rooms")
    run = load([room()], "rooms")
    assert run.findings.get().object_text == "École du Tilleul, Rue du Tilleul 3 · A.02"
    assert Room.objects.get(name="A.02").closed_on == AS_OF
    assert Room.objects.open().count() == 2
    load([room(), room("A.02")], "rooms")
    assert Room.objects.open().count() == 3


def test_a_refused_row_of_a_site_keeps_its_rooms_open(sites):
    load([room(), room("A.02")], "rooms")
    load([room(), room("", use="classe")], "rooms")
    assert Room.objects.open().count() == 2


def test_a_site_s_rooms_are_one_line_of_its_journal_that_names_each(sites):
    load([room(), room("A.02"), room("B.01", site="902")], "rooms")
    entry = AuditEntry.objects.get(action="import_rooms", site=sites["901"])
    assert set(entry.after) == {"A.01", "A.02"}
    assert AuditEntry.objects.filter(action="import_rooms").count() == 2
