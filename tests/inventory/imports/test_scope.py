"""Whose files: a school for its own sites, a technician for theirs, nobody for another's."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import translation

from inventory.device_sheet import sheet_heads
from inventory.imports.columns import DEVICES
from inventory.models import Category, Device, Product
from schools.actions.read_import import read_import
from schools.models import ImportRun
from tests.cast import make_device
from tests.inventory.imports.files import apply, full, load, number_sites, preview, row, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(cast):
    number_sites()
    for site in (cast.tilleuls, cast.peupliers):
        site.refresh_from_db()
    Product.objects.create(maker="Exemple", model="Portable 14", category="laptop")
    Product.objects.create(maker="Exemple", model="Commuta 48", category="switch")
    return cast


def new(site, name, model="Portable 14", **cells):
    return row(site, name=name, maker="Exemple", model=model, **cells)


def test_anothers_site_is_unknown_not_forbidden(places):
    there, nowhere = new(places.peupliers, "PC-1"), new(places.peupliers, "PC-2")
    nowhere["ndeg_fase_de_l_implantation"] = "999998"
    run = preview([there, nowhere, new(places.tilleuls, "PC-3")], places.claire)
    reasons = [reason for _line, _column, reason in told(run)]
    assert reasons == ["unknown_place", "unknown_place"]
    assert run.counts["outcomes"]["created"] == 1


def test_anothers_code_is_unknown_and_anothers_serial_is_said_without_a_name(places):
    far = make_device(places.peupliers, "SECRET", Category.LAPTOP, serial="FAR-1")
    run = preview(
        [row(code=far.code, notes="à moi"), new(places.tilleuls, "PC-1", serial="far-1")],
        places.claire,
    )
    assert [reason for _l, _c, reason in told(run)] == ["unknown_code", "serial_elsewhere"]
    assert "SECRET" not in str(list(run.findings.values()))


def test_a_school_does_not_add_or_change_what_carries_the_network(places):
    switch = make_device(places.tilleuls, "SW", Category.SWITCH)
    rows = [new(places.tilleuls, "SW-2", "Commuta 48"), row(code=switch.code, notes="déplacé")]
    assert [r for _l, _c, r in told(preview(rows, places.claire))] == ["network_kept"] * 2
    assert told(preview(rows, places.sofia)) == []


def test_an_unchanged_row_of_the_network_is_no_fault(places):
    switch = make_device(places.tilleuls, "SW", Category.SWITCH)
    assert told(preview([row(code=switch.code, name="SW")], places.claire)) == []


def test_what_is_exported_comes_back_edited(client, places):
    load([new(places.tilleuls, f"PC-{n}", serial=f"S{n}", notes="n") | {"champ:lot": "L1"}
          for n in range(3)])  # fmt: skip
    client.force_login(places.claire)
    sheet = b"".join(client.get("/equipements/export.csv").streaming_content).decode("utf-8-sig")
    untouched = preview(sheet.encode(), places.claire)
    assert (untouched.state, untouched.counts["refused_rows"]) == ("previewed", 0)
    assert (untouched.counts["to_write"], untouched.unknown_columns) == (0, [])
    Device.objects.filter(serial="S2").update(notes="un collègue, entre-temps")
    edited = sheet.replace(";n;1;", ";vu;1;").replace(";L1", ";L2")
    run = preview(edited.encode(), places.claire)
    assert [reason for _l, _c, reason in told(run)] == ["stale"]
    apply(run, user=places.claire)
    assert set(Device.objects.exclude(serial="S2").values_list("notes", "custom__lot")) == {
        ("vu", "L2")
    }


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_file_is_sent_previewed_and_its_refused_rows_come_back(client, places, ending):
    client.force_login(places.claire)
    if ending == "csv":
        content = full([new(places.tilleuls, "PC-1"), new(places.tilleuls, "PC-2", state="?")])
    else:
        content = workbook([new(places.tilleuls, "PC-1"), new(places.tilleuls, "PC-2", state="?")])
    file = io.BytesIO(content)
    file.name = f"mat.{ending}"
    answer = client.post(reverse("inventory:devices_import"), {"file": file})
    run = ImportRun.objects.get()
    assert answer.url == reverse("schools:import", args=[run.pk])
    read_import(run.pk)
    run.refresh_from_db()
    assert run.counts["refused_rows"] == 1, run.failure
    page = client.get(answer.url).content.decode()
    assert "situation inconnue" in page.lower()
    back = b"".join(client.get(f"{answer.url}refusees.csv").streaming_content).decode()
    assert "PC-2" in back
    assert "PC-1" not in back
    assert zipfile.is_zipfile(
        io.BytesIO(b"".join(client.get(f"{answer.url}refusees.csv?format=xlsx").streaming_content))
    )


def workbook(rows):
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook()
    heads = list(dict.fromkeys(key for one in rows for key in one))
    book.active.append(heads)
    for one in rows:
        book.active.append([one.get(head, "") for head in heads])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_template_has_lists_and_its_columns_are_all_known(client, places):
    from openpyxl import load_workbook  # noqa: PLC0415

    client.force_login(places.claire)
    answer = client.get(reverse("inventory:devices_template"))
    book = load_workbook(io.BytesIO(answer.content))
    heads = [cell.value for cell in book.worksheets[0][1]]
    found, unknown = DEVICES.match(heads)
    assert unknown == []
    assert {"code", "serial", "site_number", "model", "version"} <= set(found)
    assert len(book.worksheets[0].data_validations.dataValidation) >= 8
    listed = {cell.value for column in book.worksheets[1].columns for cell in column}
    assert places.tilleuls.number in listed
    assert places.peupliers.number not in listed


def test_an_officer_is_told_who_imports_equipment(client, places):
    client.force_login(places.odile)
    answer = client.get(reverse("inventory:devices_import"))
    assert answer.status_code == 403


def test_each_sees_their_own_files_and_the_region_sees_all(places):
    run = preview([new(places.tilleuls, "PC-1")], places.claire)
    seen = {
        name: ImportRun.objects.visible_to(getattr(places, name)).filter(pk=run.pk).exists()
        for name in ("claire", "karl", "odile", "sofia")
    }
    assert seen == {"claire": True, "karl": False, "odile": False, "sofia": True}


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_an_export_in_any_language_comes_back(language):
    with translation.override(language):
        found, unknown = DEVICES.match(sheet_heads(["lot"]))
    assert (unknown, len(found)) == ([], 21)
