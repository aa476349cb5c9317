"""Each way in which a row of the register can be wrong: which column, which reason."""

from __future__ import annotations

import pytest

from schools.imports.findings import REASONS, sentence
from schools.models import Authority, School, Site
from tests.cast import make_site, make_town
from tests.schools.imports.sources import load, preview, row, sheet, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town():
    make_town("namur", "Bellerive")


ALONE = {
    "no number": (row(site=""), "ndeg_fase_de_l_implantation", "missing"),
    "letters": (row(site="12-bis"), "ndeg_fase_de_l_implantation", "not_fase"),
    "seven digits": (row(site="1234567"), "ndeg_fase_de_l_implantation", "not_fase"),
    "zero": (row(site="0"), "ndeg_fase_de_l_implantation", "not_fase"),
    "a number that a spreadsheet rounded": (
        row(school="1,02E+04"),
        "ndeg_fase_de_l_etablissement",
        "not_fase",
    ),
    "no PO": (row(po=""), "ndeg_fase_du_po", "missing"),
    "no name of PO": (row(po_name=""), "nom_du_po", "missing"),
    "no name": (row(name=""), "nom_de_l_etablissement", "missing"),
    "a name too long": (row(name="É" * 201), "nom_de_l_etablissement", "too_long"),
    "an address too long": (row(address="R" * 201), "adresse_de_l_implantation", "too_long"),
    "a sign that is none": (row(name="École\x00"), "nom_de_l_etablissement", "control"),
    "a postcode of five": (row(postcode="59901"), "code_postal_de_l_implantation", "not_postcode"),
    "an unknown town": (row(town="Atlantis"), "commune_de_l_implantation", "unknown_municipality"),
    "no town": (row(town=""), "commune_de_l_implantation", "missing"),
    "an unknown level": (row(level="Intermédiaire"), "niveau", "unknown_level"),
    "no level": (row(level="", type=""), "niveau", "missing"),
    "an unknown network": (row(network="Martien"), "reseau", "unknown_network"),
    "free, but which": (row(network="Libre subventionné"), "reseau", "vague_network"),
    "no network": (row(network=""), "reseau", "missing"),
}


@pytest.mark.parametrize("name", ALONE)
def test_a_bad_row_is_refused_and_the_good_one_beside_it_is_imported(name):
    bad, column, reason = ALONE[name]
    run = load([bad, row(site="950", school="850", name="Bonne")])
    assert told(run, "refused") == [(2, column, reason)]
    assert list(Site.objects.values_list("number", flat=True)) == ["950"]
    assert run.findings.get(outcome="refused").cells == [
        str(value).replace("\x00", "\ufffd") for value in bad.values()
    ]


def test_every_fault_of_a_row_is_told_at_once():
    run = preview([row(site="x", town="Atlantis", network="Libre")])
    assert len(told(run, "refused")) == 3
    assert run.counts["refused_rows"] == 1


def test_a_row_with_a_cell_too_many_is_refused_whole():
    content = sheet([row(), row(site="902")]).replace(b";902;", b";902;de trop;")
    run = preview(content)
    assert told(run, "refused") == [(3, "", "cells")]
    finding = run.findings.get(outcome="refused")
    assert sentence(finding.reason, finding.told).startswith("18 cellules au lieu de 17")


def test_two_addresses_for_one_site_refuse_both_rows_and_name_each_other():
    run = load([row(level="Maternel"), row(level="Primaire", address="Rue Haute 9"),
                row(site="950", school="850")])  # fmt: skip
    findings, column = list(run.findings.filter(outcome="refused")), "adresse_de_l_implantation"
    assert [(f.line, f.column, f.value, f.told) for f in findings] == [
        (2, column, "Rue du Tilleul 3", {"other": "3", "there": "Rue Haute 9"}),
        (3, column, "Rue Haute 9", {"other": "2", "there": "Rue du Tilleul 3"}),
    ]  # fmt: skip
    assert Site.objects.count() == 1


def test_one_site_in_two_schools_is_refused():
    run = preview([row(), row(school="802", name="Autre")])
    assert told(run, "refused") == [
        (2, "ndeg_fase_de_l_etablissement", "contradiction"),
        (3, "ndeg_fase_de_l_etablissement", "contradiction"),
    ]


def test_one_school_with_two_names_or_two_pos_is_refused():
    assert len(told(preview([row(), row(site="902", name="Autre")]), "refused")) == 2
    run = preview([row(), row(site="902", po="702", po_name="Autre PO")])
    assert {column for _line, column, _reason in told(run, "refused")} == {"ndeg_fase_du_po"}


def test_a_site_that_agrees_but_for_case_and_accents_is_no_contradiction():
    run = preview([row(level="Maternel"), row(level="Primaire", address="RUE DU TILLEUL, 3")])
    assert run.counts["refused_rows"] == 0


def test_a_number_that_an_epn_bears_is_refused():
    epn = make_site("Clic", "liege")
    School.objects.filter(pk=epn.school_id).update(kind="epn", number="801")
    run = preview([row()])
    assert told(run, "refused") == [(2, "", "other_kind")]
    assert run.counts["to_write"] == 1  # the PO


def test_two_towns_of_one_name_are_not_guessed_between():
    make_town("hainaut", "Bellerive")
    run = preview([row()])
    assert told(run, "refused") == [
        (2, "commune_de_l_implantation", "ambiguous_municipality"),
    ]


WARNED = {
    "swapped": (row(latitude="4.86", longitude="50.46"), "swapped"),
    "far away": (row(latitude="50.46", longitude="6.9"), "far_away"),
    "another province": (row(latitude="50.6", longitude="5.9"), "far_away"),
    "words": (row(latitude="ici", longitude="4.86"), "not_decimal"),
    "half a point": (row(latitude="50.46", longitude=""), "not_decimal"),
}


@pytest.mark.parametrize("name", WARNED)
def test_a_doubtful_point_is_left_out_and_the_row_stays(name):
    bad, reason = WARNED[name]
    run = load([bad])
    assert told(run, "warned") == [(2, "latitude", reason)]
    site = Site.objects.get()
    assert (site.latitude, site.longitude) == (None, None)


def test_a_doubtful_point_does_not_erase_a_known_one():
    load([row()])
    load([row(latitude="4.86", longitude="50.46")])
    assert Site.objects.get().latitude == 50.46


def test_two_points_for_one_site_are_none():
    run = load([row(level="Maternel"), row(level="Primaire", latitude="50.5")])
    assert told(run, "warned") == [(3, "latitude", "two_points")]
    assert Site.objects.get().latitude is None


def test_a_bce_number_with_wrong_control_digits_is_left_out():
    run = load([row(bce="0400000087")])
    assert told(run, "warned") == [(2, "numero_bce_du_po", "not_bce")]
    assert Authority.objects.get().bce_number is None


def test_a_bce_number_of_another_po_is_left_out():
    run = load([row(bce="0400000086"), row(po="702", po_name="B", school="802", site="902",
                bce="0400000086")])  # fmt: skip
    assert [reason for _l, _c, reason in told(run, "warned")] == ["bce_twice"]
    assert Authority.objects.filter(bce_number="0400000086").count() == 1


def test_two_names_for_one_po_keep_the_first():
    run = load([row(), row(po_name="Commune de Bellerive", school="802", site="902")])
    assert [reason for _l, _c, reason in told(run, "warned")] == ["two_names"]
    assert Authority.objects.get().name == "AC de Marvelle".replace("Marvelle", "Bellerive")


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_a_sentence(reason):
    told_all = dict.fromkeys(
        ("found", "expected", "longest", "other", "there", "codes", "day", "into"), "7"
    )
    assert "%(" not in sentence(reason, told_all)
