"""A fictitious Region: any size, the same for the same seed, loaded through the real imports."""

from __future__ import annotations

import csv
import datetime as dt
import time

import pytest
from django.core.management import CommandError, call_command

from deploy.bench import register as bench
from deploy.interface.provinces import OUTLINES
from deploy.lab.fiction.files import FWB, register_rows, write_sources
from deploy.lab.fiction.load import load_region
from deploy.lab.fiction.region import make_region, valid_bce
from deploy.lab.fiction.towns import within
from deploy.lab.fiction.words import town_names
from schools.imports.towns import town_key
from schools.imports.values import bce
from schools.models import (
    Headcount,
    ImportRun,
    IseClass,
    Level,
    Municipality,
    Role,
    RoleKind,
    Room,
    School,
    Site,
    supervised_sites,
)


def test_it_has_the_size_that_was_asked_and_the_pupils_that_go_with_it():
    region = make_region(350)
    assert len(region.sites) == 350
    assert 73_000 < region.pupils() < 77_000
    assert {town.province for town in region.towns} == set(OUTLINES)
    assert {school.network for school in region.schools} == {
        "wbe", "officiel", "libre", "felsi", "dg", "none",
    }  # fmt: skip


def test_a_school_has_one_to_six_sites_and_sizes_are_spread():
    region = make_region(700)
    of_a_school = [len(school.sites) for school in region.schools]
    assert (min(of_a_school), max(of_a_school)) == (1, 6)
    sizes = sorted(sum(s.pupils[2026].values()) for s in region.sites if s.pupils)
    assert sizes[0] < 40
    assert sizes[-1] > 900


def test_the_same_seed_gives_the_same_files(tmp_path):
    for name in ("a", "b"):
        write_sources(make_region(40, seed=7), tmp_path / name)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()
    assert register_rows(make_region(40, 8)) != register_rows(make_region(40, 7))


def test_places_lie_where_they_say():
    for town in make_region(350).towns:
        if not town.german:
            assert within((town.longitude, town.latitude), OUTLINES[town.province])


@pytest.mark.django_db
def test_no_invented_town_bears_the_name_or_the_code_of_a_real_one():
    real = {town_key(name) for name in Municipality.objects.values_list("name", flat=True)}
    invented = {town_key(name) for name in (*town_names(), *town_names(german=True))}
    assert real & invented == set()
    codes = {town.nis_code for town in make_region(3500).towns}
    assert all(int(code[2:]) >= 900 for code in codes)


def test_invented_bce_numbers_pass_the_control():
    assert bce(valid_bce(12)) == valid_bce(12)


def test_a_small_region_is_complete(fictitious_region):
    assert Site.objects.open().count() == 30
    assert set(Site.objects.values_list("scheme", flat=True)) == {"fase", "dg", "bce"}
    assert set(School.objects.values_list("kind", flat=True)) >= {"school", "epn"}
    assert Room.objects.count() > 200
    assert Headcount.objects.filter(year=2026).exists()
    assert Headcount.objects.filter(year=2025).exists()
    assert IseClass.objects.exists()
    assert set(Role.objects.values_list("kind", flat=True)) == set(RoleKind.values)
    assert 10 < supervised_sites(dt.date(2026, 9, 1)).count() < 30
    assert set(Headcount.objects.values_list("level", flat=True)) <= set(Level.values)
    assert not ImportRun.objects.exclude(state="applied").exists()


def test_loading_twice_changes_nothing(fictitious_region):
    before = (Site.objects.count(), Room.objects.count(), Role.objects.count())
    load_region(make_region(30))
    assert (Site.objects.count(), Room.objects.count(), Role.objects.count()) == before


@pytest.mark.django_db
def test_a_small_region_is_loaded_in_a_moment():
    began = time.process_time()
    load_region(make_region(30))
    assert time.process_time() - began < 2


@pytest.mark.django_db
def test_the_demo_beside_it_stays_open(cast):
    Site.objects.filter(pk=cast.tilleuls.pk).update(number="10238")
    load_region(make_region(30))
    assert Site.objects.get(pk=cast.tilleuls.pk).closed_on is None


def test_the_command_writes_the_files(tmp_path, capsys):
    call_command("generate_region", "--sites", "30", "--out", str(tmp_path))
    with (tmp_path / "etablissements-fwb.csv").open(encoding="utf-8-sig") as file:
        assert next(csv.reader(file, delimiter=";")) == list(FWB)
    assert "30 sites" in capsys.readouterr().out


def test_it_is_refused_where_nothing_is_invented(settings, tmp_path):
    settings.DEMO_PASSWORDS = False
    with pytest.raises(CommandError, match="DEMO_PASSWORDS"):
        call_command("generate_region", "--sites", "30", "--out", str(tmp_path))


@pytest.mark.django_db
def test_the_bench_keeps_its_promises_small(capsys):
    """``./preau bench register``, on this database instead of one of its own."""
    assert bench._Bench(60, 18, 1).run() == 0
    assert "every promise kept" in capsys.readouterr().out
