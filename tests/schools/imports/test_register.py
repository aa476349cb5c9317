"""The register of the FWB: repeated rows become places; a second run changes nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from schools.models import (
    AuditEntry,
    Authority,
    Consent,
    ImportRun,
    School,
    Site,
    Teaching,
)
from tests.cast import make_site, make_town
from tests.schools.imports.sources import AS_OF, apply, load, preview, row, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def towns():
    make_town("namur", "Bellerive")
    make_town("liege", "Sart-Évrard")


def test_rows_of_one_site_become_one_po_one_school_one_site():
    load([row(), row(level="Primaire", type="Spécialisé")])
    authority, school, site = Authority.objects.get(), School.objects.get(), Site.objects.get()
    assert (authority.name, authority.fase_number) == ("AC de Bellerive", "701")
    assert (school.number, school.network, school.authority) == ("801", "cecp", authority)
    assert (site.number, site.school, site.province) == ("901", school, "namur")
    assert (site.name, site.latitude, site.longitude) == ("Rue du Tilleul 3", 50.46, 4.86)
    levels = set(Teaching.objects.values_list("level", flat=True))
    assert levels == {"maternel", "primaire", "specialise"}


def test_the_same_file_twice_changes_nothing():
    rows = [row(), row(site="902", address="Rue Haute 1"), row(school="802", site="903")]
    load(rows)
    entries = AuditEntry.objects.filter(action__startswith="import_").count()
    again = preview(rows)
    assert again.counts["to_write"] == 0
    assert not again.findings.exists()
    assert again.counts["unchanged"] == 6  # 1 PO, 2 schools, 3 sites
    apply(again)
    assert AuditEntry.objects.filter(action__startswith="import_").count() == entries


def test_every_object_stands_in_the_journal_with_where_it_comes_from():
    run = load([row()])
    entries = AuditEntry.objects.filter(action="import_created")
    assert {e.object_type for e in entries} == {
        "schools.authority",
        "schools.school",
        "schools.site",
    }
    assert entries.get(site=Site.objects.get()).why == f"import {run.pk}, source.csv, ligne 2"


def test_what_changes_is_told_field_by_field():
    load([row()])
    run = preview([row(address="Rue du Tilleul 5", level="Maternel", name="École des Tilleuls")])
    site = run.findings.get(outcome="changed", object_type="site")
    assert site.before == {"address": "Rue du Tilleul 3", "levels": "maternel, primaire"}
    assert site.after == {"address": "Rue du Tilleul 5", "levels": "maternel"}
    school = run.findings.get(outcome="changed", object_type="school")
    assert (school.before, school.after) == (
        {"name": "École du Tilleul"},
        {"name": "École des Tilleuls"},
    )
    apply(run)
    assert Site.objects.get().address == "Rue du Tilleul 5"
    assert Teaching.objects.get(level="primaire").closed_on == AS_OF
    assert Teaching.objects.get(level="maternel").closed_on is None


def test_an_empty_cell_is_unknown_and_erases_nothing():
    load([row()])
    run = preview([row(latitude="", longitude="", address="", postcode="")])
    assert run.counts["to_write"] == 0


def test_a_name_given_here_is_not_the_source_s_to_change():
    load([row()])
    Site.objects.update(name="Moulin")
    assert preview([row()]).counts["to_write"] == 0


def test_a_site_that_moves_to_another_school_or_municipality_is_told_as_moved():
    load([row(), row(school="802", site="902", name="École Haute")])
    run = preview(
        [
            row(school="802", name="École Haute"),
            row(
                school="802",
                site="902",
                name="École Haute",
                town="Sart-Evrard",
                latitude="50.6",
                longitude="5.5",
            ),
        ]
    )
    moved = run.findings.filter(outcome="moved").order_by("line")
    assert moved[0].before["school"] == "École du Tilleul"
    assert moved[0].after["school"] == "École Haute"
    assert moved[1].after["municipality"] == "Sart-Évrard"


def test_a_school_all_of_whose_sites_went_to_one_other_is_merged_into_it():
    load([row(), row(site="905", address="Rue Neuve 2"), row(school="802", site="902", name="B")])
    run = load(
        [
            row(school="802", name="B"),
            row(school="802", site="905", name="B", address="Rue Neuve 2"),
            row(school="802", site="902", name="B"),
        ]
    )
    gone = School.objects.get(number="801")
    assert gone.closed_on == AS_OF
    assert gone.merged_into == School.objects.get(number="802")
    assert run.findings.get(outcome="closed").reason == "merged"
    assert Site.objects.open().count() == 3
    assert (
        preview(
            [
                row(school="802", name="B"),
                row(school="802", site="905", name="B", address="Rue Neuve 2"),
                row(school="802", site="902", name="B"),
            ]
        ).counts["to_write"]
        == 0
    )


def many(count: int) -> list[dict]:
    return [row(school=str(1000 + n), site=str(2000 + n), name=f"École {n}") for n in range(count)]


def test_what_a_complete_source_lacks_is_closed_on_its_day_and_kept():
    load(many(30))
    run = load(many(29), as_of=dt.date(2026, 11, 3))
    site = Site.objects.get(number="2029")
    assert (site.closed_on, site.school.closed_on) == (dt.date(2026, 11, 3),) * 2
    assert run.counts["guarded"] is False
    assert Site.objects.count() == 30


def test_a_place_that_comes_back_is_reopened():
    load(many(30))
    load(many(29))
    run = load(many(30))
    assert {f.object_type for f in run.findings.filter(outcome="reopened")} == {"school", "site"}
    assert Site.objects.get(number="2029").closed_on is None


def test_a_file_that_looks_partial_closes_nothing_without_an_explicit_yes():
    load(many(30))
    run = preview(many(20))
    assert run.counts["guarded"] is True
    assert run.counts["closing_sites"] == 10
    apply(run)
    assert Site.objects.open().count() == 30
    load(many(20), closing=True)
    assert Site.objects.open().count() == 20
    assert School.objects.open().count() == 20


def test_a_file_closes_only_the_places_it_speaks_for(cast):
    """Peupliers bears a DG number; the cast's sites without a number are unknown to any source."""
    epn = make_site("Clic", "namur")
    epn.school.kind = "epn"
    epn.school.save()
    Site.objects.filter(pk=epn.pk).update(scheme="bce", number="2000000001")
    Site.objects.filter(pk=cast.peupliers.pk).update(scheme="dg", number="DG1")
    load([row()], closing=True)
    assert Site.objects.open().count() == 6


def test_a_refused_row_still_names_its_site_which_is_not_closed():
    load(many(30))
    rows = many(30)
    rows[29]["commune_de_l_implantation"] = "Nulle-Part"
    load(rows, closing=True)
    assert Site.objects.open().count() == 30


def test_a_refused_row_without_a_readable_number_asks_before_anything_closes():
    load(many(30))
    rows = many(30)
    rows[29]["ndeg_fase_de_l_implantation"] = "29-bis"
    run = preview(rows)
    assert (run.counts["unreadable"], run.counts["guarded"]) == (1, True)


def test_what_hangs_on_a_closing_place_is_told_before(cast):
    Site.objects.filter(pk=cast.tilleuls.pk).update(number="2029")
    school = cast.tilleuls.school
    School.objects.filter(pk=school.pk).update(number="1029")
    load(many(30))
    run = preview(many(29))
    told_now = dict(run.counts["consequences"])
    assert told_now["fonctions en cours"] == 2  # Claire and Bernard
    assert told_now["accords en vigueur"] == Consent.objects.filter(school=school).count() == 1


def test_the_preview_itself_writes_nothing_of_the_register():
    preview(many(5))
    assert not Site.objects.exists()
    assert ImportRun.objects.get().state == "previewed"


def test_brussels_and_higher_education_are_ignored_not_refused():
    run = preview([
        row(),
        row(school="810", site="910", town="Ixelles", postcode="1050"),
        row(school="811", site="911", level="Supérieur", type="Haute école"),
    ])  # fmt: skip
    assert run.counts["refused_rows"] == 0
    assert sorted(told(run, "ignored")) == [
        (3, "commune_de_l_implantation", "outside"),
        (4, "niveau", "other_field"),
    ]
