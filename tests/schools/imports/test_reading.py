"""Files as offices send them: any encoding, separator, JSON or XLSX; and what is no source."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from openpyxl import Workbook

from deploy.settings import env
from schools.imports.columns import LAYOUTS, header
from schools.imports.foreign import known_layouts
from schools.imports.reading import FileRefused, open_source
from schools.imports.values import bce, decimal, whole
from schools.models import Site
from tests.cast import make_town
from tests.schools.imports.sources import load, preview, row, sheet, told

REGISTER = LAYOUTS["register"]
ACCENTS = [row(name="École de l’Érable", address="Rue du Chêne 3")]


def xlsx(rows: list[dict]) -> bytes:
    book = Workbook()
    page = book.active
    page.append(list(rows[0]))
    for one in rows:
        page.append(list(one.values()))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def town(db):
    make_town("namur", "Bellerive")


@pytest.mark.parametrize("sep", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encoding_and_separator_are_guessed(tmp_path, sep, encoding):
    path = tmp_path / "source.csv"
    path.write_bytes(sheet(ACCENTS, sep=sep, encoding=encoding))
    source = open_source(path, REGISTER)
    [read] = source.rows
    assert read.cells[source.places["school_name"]] == "École de l’Érable"
    assert read.line == 2
    assert source.unknown == []


PORTAL = [
    ACCENTS,
    {"total_count": 1, "results": ACCENTS},
    [{"datasetid": "x", "fields": ACCENTS[0]}],
    {"records": [{"record": {"id": "1", "fields": ACCENTS[0]}}]},
]


@pytest.mark.parametrize("content", PORTAL, ids=["list", "results", "fields", "record"])
def test_json_of_the_portal_is_read_whatever_its_nesting(town, content):
    load(json.dumps(content).encode(), name="source.json")
    assert Site.objects.get().school.name == "École de l’Érable"


def test_a_long_json_is_read_object_by_object(town):
    rows = [row(site=str(2000 + n), school=str(1000 + n)) for n in range(600)]
    run = preview(json.dumps(rows, indent=2).encode(), name="source.json")
    assert run.counts["good_rows"] == 600


def test_a_spreadsheet_is_read_with_its_numbers_and_dates(town):
    cells = row(site=901.0, school=801, postcode=5990.0, latitude=50.46, longitude=4.86)
    load(xlsx([cells]), name="source.xlsx")
    site = Site.objects.get()
    assert (site.number, site.school.number, site.postcode) == ("901", "801", "5990")
    assert (site.latitude, site.longitude) == (50.46, 4.86)


def test_the_line_is_the_one_that_an_editor_shows_even_after_a_cell_of_two_lines(town):
    rows = [row(address="Rue du Tilleul 3\nbâtiment B"), row(site="902", town="Nulle-Part")]
    assert told(preview(rows), "refused")[0][0] == 4


@pytest.mark.parametrize(
    ("written", "number"),
    [("10238", "10238"), ("10238.0", "10238"), ("010238", "10238"), ("10 238", "10238"),
     ("10238,00", "10238"), ("", ""), ("1,02E+04", "1,02E+04")],
)  # fmt: skip
def test_a_number_survives_a_spreadsheet(written, number):
    assert whole(written) == number


def test_french_decimals_and_control_digits():
    assert decimal("50,46") == decimal("50.46") == 50.46
    assert decimal("cinquante") is None
    assert bce("BE 0400.000.086") == bce("400000086") == "0400000086"
    assert bce("0400000087") == ""


@pytest.mark.parametrize(
    "written",
    ["ndeg_fase_du_po", "N° FASE du PO", "NDEG-FASE-DU-PO", " Ndeg fase du PO "],
)
def test_a_heading_is_known_however_it_is_written(written):
    assert header(written) == "ndeg_fase_du_po"


def test_both_spellings_of_the_portal_are_the_same_column(tmp_path):
    one = {("nom_d_etablissement" if k == "nom_de_l_etablissement" else k): v
           for k, v in row().items()}  # fmt: skip
    path = tmp_path / "source.csv"
    path.write_bytes(sheet([one]))
    assert "school_name" in open_source(path, REGISTER).places


def test_unknown_columns_are_told_once(town):
    run = preview([row(humeur="bonne"), row(site="902", humeur="bonne")])
    assert run.unknown_columns == ["humeur"]
    assert run.counts["good_rows"] == 2


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("lisez-moi.txt", "rien")
    return out.getvalue()


WRONG = {
    "pdf": (b"%PDF-1.7\n%rien", "est un PDF"),
    "empty": (b"", "est vide"),
    "blank": (b"\xef\xbb\xbf  \r\n\r\n", "est vide"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1", "ancien classeur"),
    "picture": (b"\x89PNG\r\n\x1a\n", "est une image"),
    "page": (b"<!DOCTYPE html><html>", "page web"),
    "gzip": (b"\x1f\x8b\x08\x00", "décompressez-le"),
    "zip": (zipped(), "n’est pas un classeur XLSX lisible"),
    "cut workbook": (b"PK\x03\x04 rien", "n’est pas un classeur XLSX lisible"),
    "json value": (b'{"erreur": "404"}', "n’est pas une liste d’objets"),
    "json numbers": (b"[1, 2, 3]", "n’est pas une liste d’objets"),
    "other columns": (b"a;b\n1;2\n", "Il manque : ndeg_fase_du_po"),
    "ise": (
        b"numero_fase_de_l_implantation;numero_de_classe;annee_de_reference_de_la_donnee\n1;2;2026",
        "Ce fichier ressemble à « Classes ISE »",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_source_is_refused_with_one_sentence(db, name):
    content, words = WRONG[name]
    run = preview(content)
    assert run.state == "failed"
    assert words in run.failure
    assert not run.findings.exists()


def test_a_json_that_stops_in_the_middle_says_where(town):
    rows = [row(site=str(2000 + n), school=str(1000 + n)) for n in range(400)]
    run = preview(json.dumps(rows).encode()[:-5000])
    assert run.state == "failed"
    assert "Le fichier est coupé après l’objet" in run.failure


def test_a_file_of_300_megabytes_is_not_read(tmp_path):
    path = tmp_path / "source.csv"
    with path.open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    with pytest.raises(FileRefused, match="300 Mo, 60 Mo au plus"):
        open_source(path, REGISTER)


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "source.xlsx"
    path.write_bytes(xlsx([row()]))
    monkeypatch.setattr("schools.imports.reading.MAX_UNPACKED", 100)
    with pytest.raises(FileRefused, match="XLSX lisible"):
        open_source(path, REGISTER)


def test_rows_are_read_one_by_one(tmp_path):
    """Memory is bounded by a row: the reader has not gone further than it was asked."""
    path = tmp_path / "source.csv"
    rows = [row(site=str(n)) for n in range(1, 5000)]
    path.write_bytes(sheet(rows))
    source = open_source(path, REGISTER)
    assert next(source.rows).line == 2
    assert source.total == 4999


def test_the_document_of_the_sources_names_every_column():
    written = (env.ROOT / "docs" / "imports.md").read_text()
    for layout in known_layouts().values():
        assert f"## {layout.kind}\n" in written
        for column in layout.columns:
            names = ", ".join(f"`{name}`" for name in column.also) or "—"
            name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
            assert f"| {name} | {names} |" in written
