"""School calendars as files: what is read, what is refused and why, and back again unchanged."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from schools.calendars.files import RefusedLine, csv_rows, read, write_ical
from schools.calendars.school_year import Period, SchoolYear
from schools.calendars.timetables import school_years
from schools.models import SchoolCalendar
from tests.schools.openings import HEADS

D = dt.date


@pytest.fixture(autouse=True)
def in_french():
    with translation.override("fr"):
        yield


def csv(lines: str):
    return read("x.csv", (HEADS + lines).encode())


def test_a_line_is_read_in_french_or_by_the_names_of_the_fields() -> None:
    french = csv("FWB;2026-2027;Été;03/07/2027;;Grandes vacances\n")
    english = read(
        "x.csv",
        b"community,year,kind,first_on,last_on,name\n"
        b"fwb,2026,summer,2027-07-03,,Grandes vacances\n",
    )
    assert french.refused == english.refused == []
    assert french.lines == english.lines
    (line,) = french.lines
    assert (line.community, line.year) == ("fwb", 2026)
    assert line.period == Period("summer", D(2027, 7, 3), None, "Grandes vacances")


def test_one_day_needs_no_last_day_and_a_spreadsheet_s_encoding_is_read() -> None:
    text = HEADS + "fwb;2026-2027;rentrée;2026-08-24;;Première journée\n"
    (line,) = read("x.csv", text.encode("cp1252")).lines
    assert line.period == Period("term_start", D(2026, 8, 24), D(2026, 8, 24), "Première journée")


GOOD = "dg;2026-2027;hiver;2026-12-21;2027-01-02;\n"


@pytest.mark.parametrize(
    ("line", "column", "value", "why"),
    [
        ("vla;2026-2027;hiver;2026-12-21;2027-01-02;", "communaute", "vla", "« fwb »"),
        ("dg;26;hiver;2026-12-21;2027-01-02;", "annee", "26", "2026-2027"),
        ("dg;2026-2028;hiver;2026-12-21;2027-01-02;", "annee", "2026-2028", "2026-2027"),
        ("dg;2026-2027;hivers;2026-12-21;2027-01-02;", "type", "hivers", "automne"),
        ("dg;2026-2027;automne;2026-13-01;2026-12-02;", "premier_jour", "2026-13-01", "Une date"),
        ("dg;2026-2027;automne;2026-11-02;soon;", "dernier_jour", "soon", "Une date"),
        ("dg;2026-2027;automne;2026-11-02;2026-11-01;", "dernier_jour", "2026-11-01", "précède"),
        ("dg;2026-2027;automne;2026-11-02;;", "dernier_jour", "", "d’été"),
        ("dg;2026-2027;rentree;2026-09-01;2026-09-02;", "dernier_jour", "2026-09-02", "un jour"),
        ("dg;2026-2027;automne;2025-10-27;2025-11-01;", "premier_jour", "2025-10-27", "Hors"),
        ("dg;2026-2027;ete;2027-07-01;2027-09-01;", "dernier_jour", "2027-09-01", "Hors"),
        ("dg;2026-2027;hiver;2027-02-01;2027-02-02;", "type", "vacances d’hiver", "ligne 2"),
        ("dg;2026-2027;autre;2027-01-02;2027-01-04;", "premier_jour", "2027-01-02", "ligne 2"),
    ],
)
def test_a_bad_line_says_line_column_value_and_reason(line, column, value, why) -> None:
    reading = csv(GOOD + line + "\n")
    (refused,) = reading.refused
    assert (refused.row, refused.column, refused.value) == (3, column, value)
    assert why in refused.why


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("x.csv", b"", "Colonnes manquantes"),
        ("x.csv", b"\x00\x01\x02", "Colonnes manquantes"),
        ("x.csv", b"communaute;annee\nfwb;2026\n", "type, premier_jour"),
        ("x.csv", b"a" * 1_000_001, "trop long"),
        ("x.ics", b"not a calendar", "iCal"),
        ("x.ics", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "aucun"),
    ],
)
def test_what_is_no_calendar_is_refused_as_a_whole(name: str, content: bytes, why: str) -> None:
    reading = read(name, content, "fwb")
    assert reading.lines == []
    assert [why in line.why for line in reading.refused] == [True]


ICAL = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Exemple//FR
BEGIN:VEVENT
UID:1@example.org
SUMMARY:Vacances d'hiver (Noël)
DTSTART;VALUE=DATE:20261221
DTEND;VALUE=DATE:20270104
END:VEVENT
BEGIN:VEVENT
UID:2@example.org
SUMMARY:Herbstferien
DTSTART;VALUE=DATE:20261026
DTEND;VALUE=DATE:20261101
END:VEVENT
BEGIN:VEVENT
UID:3@example.org
SUMMARY:Rentrée scolaire
DTSTART;VALUE=DATE:20260824
END:VEVENT
BEGIN:VEVENT
UID:4@example.org
SUMMARY:Pont
DTSTART;VALUE=DATE:20270507
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def test_an_ical_tells_kinds_by_its_titles_and_ends_the_day_before() -> None:
    reading = read("x.ics", ICAL.encode(), "fwb")
    assert reading.refused == []
    assert {(line.community, line.year) for line in reading.lines} == {("fwb", 2026)}
    assert [line.period for line in reading.lines] == [
        Period("winter", D(2026, 12, 21), D(2027, 1, 3), "Vacances d'hiver (Noël)"),
        Period("autumn", D(2026, 10, 26), D(2026, 10, 31), "Herbstferien"),
        Period("term_start", D(2026, 8, 24), D(2026, 8, 24), "Rentrée scolaire"),
        Period("other", D(2027, 5, 7), D(2027, 5, 7), "Pont"),
    ]


def test_an_event_with_an_hour_is_refused() -> None:
    text = ICAL.replace("DTSTART;VALUE=DATE:20261221", "DTSTART:20261221T080000Z")
    reading = read("x.ics", text.encode(), "fwb")
    assert reading.refused == [
        RefusedLine(1, "DTSTART", "2026-12-21 08:00:00+00:00", "Un jour entier, sans heure.")
    ]


def test_a_broken_ical_is_refused_not_raised() -> None:
    for cut in range(0, len(ICAL), 17):
        read("x.ics", ICAL[:cut].encode(), "fwb")
    for bad in ("DTSTART;VALUE=DATE:20269921", "DTSTART:soon", "X-NONE:1"):
        reading = read("x.ics", ICAL.replace("DTSTART;VALUE=DATE:20261221", bad).encode(), "fwb")
        assert reading.refused


@pytest.mark.parametrize("community", ["fwb", "dg"])
def test_what_we_write_reads_back_the_same(community: str, calendars) -> None:
    rows = SchoolCalendar.objects.in_force().filter(community=community)
    years = list(school_years(rows.values_list("pk", flat=True)).values())
    assert len(years) == 3
    sheet = HEADS + "".join(";".join(row) + "\n" for row in csv_rows(years))
    stamp = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    for name, content in (("x.csv", sheet.encode()), ("x.ics", write_ical(years, stamp))):
        reading = read(name, content, community)
        assert reading.refused == []
        found: dict[int, set[Period]] = {}
        for line in reading.lines:
            found.setdefault(line.year, set()).add(line.period)
        assert found == {year.year: set(year.periods) for year in years}, name


def test_a_title_of_ours_stays_a_title_in_an_ical() -> None:
    year = SchoolYear("dg", 2026, 1, (Period("other", D(2027, 5, 7), D(2027, 5, 7), "Brückentag"),))
    content = write_ical([year], dt.datetime(2026, 11, 23, tzinfo=dt.UTC))
    (line,) = read("x.ics", content, "dg").lines
    assert line.period == year.periods[0]
