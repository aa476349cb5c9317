"""The infrastructure register comes from a file; what it does not say changes nothing."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from inventory.models import Infrastructure
from schools.access import ImportRefused
from schools.actions.apply_import import apply_import
from schools.actions.confirm_import import confirm_import
from schools.actions.read_import import read_import
from schools.actions.start_import import start_import
from schools.models import Site

HEADS = (
    "type_de_numero;ndeg_fase_de_l_implantation;fibre;fibre_prevue_le;debit_maximal;giga_quartier"
)


def bring(user, *lines):
    file = io.BytesIO("\n".join([HEADS, *lines]).encode())
    run = start_import(user, "cadastre", file, "cadastre.csv", dt.date(2026, 11, 1))
    return read_import(run.pk)


def write(user, run):
    confirm_import(user, run.pk, run.fingerprint)
    return apply_import(run.pk)


@pytest.fixture
def site(cast):
    Site.objects.filter(pk=cast.tilleuls.pk).update(scheme="fase", number="900001")
    return cast.tilleuls


def test_a_second_file_updates_and_deletes_nothing(cast, site):
    assert write(cast.odile, bring(cast.odile, "FASE;900001;prévue;01/09/2027;;non")).done == 1
    row = Infrastructure.objects.get(site=site)
    assert (row.fibre, row.planned_on, row.version) == ("planned", dt.date(2027, 9, 1), 1)
    write(cast.odile, bring(cast.odile, "FASE;900001;oui;;1000;oui"))
    row.refresh_from_db()
    assert (row.fibre, row.max_down_mbps, row.giga, row.version) == ("now", 1000, True, 2)
    assert bring(cast.odile, "FASE;900001;oui;;1000;oui").counts["unchanged"] == 1


def test_a_bad_row_is_told_by_line_and_column_and_only_officers_import(cast, site):
    run = bring(cast.odile, "FASE;900001;peut-être;;vite;oui", "FASE;123456;oui;;;non")
    told = {(one.line, one.reason) for one in run.findings.all()}
    assert told == {(2, "unknown_reach"), (2, "not_speed"), (3, "unknown_site")}
    assert not Infrastructure.objects.exists()
    with pytest.raises(ImportRefused):
        bring(cast.claire, "FASE;900001;oui;;;non")
