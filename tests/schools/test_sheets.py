"""Lists leave as CSV, XLSX and ODS: typed cells, no formula, little memory, told to the journal."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
import tracemalloc
import zipfile
from decimal import Decimal

import odfdo
import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.asgi import ASGIRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from schools.models import AuditEntry, Site
from schools.sheets import FORMATS, sheet_response
from tests.cast import Cast, make_town

HEADS = ["Nom", "Élèves", "Part", "Le", "À", "Vide"]
AT = dt.datetime(2026, 1, 15, 9, 4, 30, tzinfo=dt.UTC)
ROW = ["École « été »", 612, Decimal("12.5"), dt.date(2026, 1, 15), AT, None]
"""09:04 in UTC is 10:04 in Brussels in January."""


def body(response) -> bytes:
    assert response.status_code == 200, response.status_code
    return b"".join(response.streaming_content)


def made(kind: str, *rows: object) -> bytes:
    request = RequestFactory().get("/", {"format": kind})
    request.user = AnonymousUser()
    return body(sheet_response(request, "essai", HEADS, [*rows]))


def read_csv(content: bytes) -> list[list[str]]:
    text = content.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:]), delimiter=";"))


def read_xlsx(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content)).active


def read_ods(content: bytes):
    return odfdo.Document(io.BytesIO(content)).body.tables[0]


def test_csv_is_written_as_french_spreadsheets_read_it():
    heads, row = read_csv(made("csv", ROW))
    assert heads == HEADS
    assert row == ["École « été »", "612", "12,5", "15/01/2026", "15/01/2026 10:04", ""]


def test_xlsx_keeps_types_local_time_and_its_first_row_in_view():
    sheet = read_xlsx(made("xlsx", ROW))
    assert [cell.value for cell in sheet[1]] == HEADS
    assert sheet.freeze_panes == "A2"
    name, pupils, share, day, at, empty = sheet[2]
    assert (name.value, pupils.value, share.value, empty.value) == (
        "École « été »",
        612,
        12.5,
        None,
    )
    assert (day.value.isoformat(), day.number_format) == ("2026-01-15T00:00:00", "dd/mm/yyyy")
    assert (at.value.isoformat(), at.number_format) == ("2026-01-15T10:04:00", "dd/mm/yyyy hh:mm")


def test_ods_keeps_types_local_time_and_its_first_row_in_view():
    content = made("ods", ROW)
    table = read_ods(content)
    assert [cell.value for cell in table.get_row(0).cells] == HEADS
    name, pupils, share, day, at, _empty = table.get_row(1).cells
    assert (name.value, pupils.value, share.value) == ("École « été »", 612, Decimal("12.5"))
    assert (day.type, at.type) == ("date", "date")
    assert "15/01/2026" in str(day)
    assert "15/01/2026 10:04" in str(at)
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.infolist()[0].filename == "mimetype"
    assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
    assert b'"VerticalSplitPosition" config:type="int">1<' in archive.read("settings.xml")


EVIL = ["=1+1", "+32 81 00 00 00", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]


def test_csv_disarms_formulas_and_leaves_numbers_alone():
    rows = read_csv(made("csv", *[[evil] for evil in EVIL], [-5]))
    assert [row[0] for row in rows[1:]] == [*(f"'{evil}" for evil in EVIL), "-5"]


def test_xlsx_and_ods_hold_formulas_as_text():
    rows = [[evil] for evil in (*EVIL, "#REF!", '=HYPERLINK("http://example.org")')]
    sheet = read_xlsx(made("xlsx", *rows))
    assert {row[0].data_type for row in sheet.iter_rows(min_row=2)} == {"s"}
    assert sheet["A2"].value == "=1+1"
    content = made("ods", *rows)
    table = read_ods(content)
    assert {table.get_row(n).cells[0].type for n in range(1, len(rows) + 1)} == {"string"}
    assert b"table:formula" not in zipfile.ZipFile(io.BytesIO(content)).read("content.xml")


def test_markup_blanks_and_forbidden_characters_do_not_break_a_file():
    text = "<b>&\x00\x0b  deux\nlignes\ud800"
    assert read_xlsx(made("xlsx", [text]))["A2"].value == "<b>&  deux\nlignes"
    assert str(read_ods(made("ods", [text])).get_row(1).cells[0]).strip() == "<b>&  deux\nlignes"
    assert read_csv(made("csv", [text]))[1] == ["<b>&  deux\nlignes"]


@pytest.mark.parametrize("kind", FORMATS)
def test_twenty_thousand_rows_fit_in_little_memory(kind):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    rows = ([f"École {n}", n, dt.date(2026, 1, 15)] for n in range(20_000))
    tracemalloc.start()
    answer = sheet_response(request, "essai", HEADS[:3], rows, ending=kind)
    size = sum(len(part) for part in answer.streaming_content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 100_000
    assert peak < 8_000_000, f"{peak / 1e6:.1f} MB"


def test_an_asgi_server_is_handed_part_by_part():
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    request = ASGIRequest(scope, io.BytesIO())
    request.user = AnonymousUser()
    answer = sheet_response(request, "essai", ["N"], ([n] for n in range(2_000)))

    async def read() -> list[bytes]:
        return [part async for part in answer]

    parts = asyncio.run(read())
    assert len(parts) == 5
    assert b"".join(parts).count(b"\r\n") == 2_001


LISTS = [
    "schools:sites_export",
    "inventory:devices_export",
    "helpdesk:queue-export",
    "helpdesk:incidents-export",
]


@pytest.mark.parametrize("name", LISTS)
def test_every_list_leaves_in_three_kinds(cast: Cast, name: str):
    client = Client()
    client.force_login(cast.sofia)
    for kind, told in FORMATS.items():
        url = reverse(name if kind == "csv" else f"{name}_{kind}")
        assert url.endswith(f"/export.{kind}")
        answer = client.get(url)
        assert answer["Content-Type"] == told
        assert f'.{kind}"' in answer["Content-Disposition"]
        assert body(answer)
    answer = client.get(reverse(name), {"format": "ods"})
    assert answer["Content-Type"] == FORMATS["ods"]
    assert client.get(reverse(name), {"format": "exe"})["Content-Type"] == FORMATS["csv"]


def test_filters_and_scope_hold_in_every_kind(cast: Cast):
    Site.objects.filter(pk=cast.saules.pk).update(municipality=make_town("namur", "=1+1"))
    client = Client()
    client.force_login(cast.thomas)
    answer = body(client.get(reverse("schools:sites_export_xlsx"), {"gestion": "decentralised"}))
    rows = list(read_xlsx(answer).iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in rows] == ["Saules"]
    assert "=1+1" in rows[0]
    everything = body(client.get(reverse("schools:sites_export_ods")))
    names = {row[1] for row in read_ods(everything).iter_values()} - {"Implantation"}
    assert names == {"Tilleuls", "Saules"}  # Thomas works in Namur


def test_a_list_of_people_leaves_a_line_in_the_journal(cast: Cast):
    client = Client()
    client.force_login(cast.sofia)
    client.get(reverse("schools:sites_export"))
    assert not AuditEntry.objects.filter(action="export_people").exists()
    client.get(reverse("helpdesk:queue-export_ods"), {"province": "namur"})
    entry = AuditEntry.objects.get(action="export_people")
    assert (entry.actor, entry.after["list"], entry.after["format"]) == (
        cast.sofia,
        "tickets",
        "ods",
    )
    assert entry.after["filters"] == {"province": "namur"}


def test_the_menu_keeps_the_filters_and_drops_the_page(cast: Cast):
    client = Client(headers={"accept-language": "fr"})
    client.force_login(cast.sofia)
    page = client.get(reverse("schools:sites"), {"province": "namur", "apres": "W10="}).content
    assert b'href="/implantations/export.ods?province=namur"' in page
    assert b'href="/implantations/export.xlsx?province=namur"' in page


@pytest.mark.parametrize("kind", list(FORMATS))
def test_a_file_that_was_cut_says_so_in_its_last_line(monkeypatch, kind):
    monkeypatch.setattr("schools.sheets.EXPORT_AT_MOST", 3)
    assert len(read_csv(made("csv", *[ROW] * 2))) == 3
    content = made(kind, *[ROW] * 3)
    if kind == "csv":
        last = read_csv(content)[-1][0]
    elif kind == "xlsx":
        last = str(list(read_xlsx(content).values)[-1][0])
    else:
        last = str(read_ods(content).get_row_values(-1)[0])
    assert last.startswith("Ce fichier s’arrête à 3 lignes")
