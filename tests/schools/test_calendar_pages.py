"""The pages of school calendars: a year at a glance, exports, the feed of a diary, their cost."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from schools.calendars import timetables
from schools.calendars.files import read
from schools.calendars.school_year import usual_year
from schools.models import SchoolCalendar
from schools.views.calendars import feed_url
from tests.cast import Cast, body_of
from tests.schools.openings import known_lines, publish
from tests.schools.test_site_pages import as_, text_of

URL = "/calendriers/"


def test_a_year_is_drawn_and_told_in_a_table(cast: Cast, calendars) -> None:
    page = text_of(as_(cast.sofia).get(URL, {"annee": 2025}))
    assert "Fédération Wallonie-Bruxelles" in page
    assert "Communauté germanophone" in page
    assert page.count("<svg viewBox") >= 2
    assert "lun 20/10/2025" in page
    assert "dim 02/11/2025" in page
    assert "lun 27/10/2025" in page
    assert "Lundi de Pâques" in page


def test_a_year_that_nobody_knows_says_so_and_what_clocks_do(cast: Cast, calendars) -> None:
    client = as_(cast.sofia)
    page = text_of(client.get(URL, {"annee": 2027}))
    assert page.count("Le calendrier 2027-2028 n’est pas encore connu") == 2
    page = text_of(client.get(URL, {"annee": 2026}))
    assert "Le calendrier 2026-2027 est incomplet (à encoder : congé d’automne" in page
    detail = text_of(client.get(reverse("schools:calendar_year", args=["dg", 2030])))
    assert "Cette année n’est pas encore connue." in detail
    assert client.get("/calendriers/dg/1850/").status_code == 404
    assert client.get("/calendriers/vla/2026/").status_code == 404


@pytest.mark.parametrize("asked", ["", "x", "99", "20266", "2026'"])
def test_a_strange_year_shows_the_current_one(cast: Cast, calendars, asked: str) -> None:
    answer = as_(cast.sofia).get(URL, {"annee": asked})
    assert answer.status_code == 200
    assert answer.context["year"] == usual_year(timezone.localdate())


def test_a_school_sees_the_calendar_of_its_community_alone(cast: Cast, calendars) -> None:
    page = text_of(as_(cast.claire).get(URL))
    assert "Fédération Wallonie-Bruxelles" in page
    assert "Communauté germanophone" not in page
    assert "Importer" not in page
    assert "Communauté germanophone" in text_of(as_(cast.karl).get(URL))
    assert as_(cast.claire).get("/calendriers/dg/2026/").status_code == 404


def test_the_export_reads_back_and_narrows(cast: Cast, calendars) -> None:
    client = as_(cast.odile)
    whole = body_of(client.get(reverse("schools:calendars_export"))).decode()
    rows = list(csv.reader(io.StringIO(whole.removeprefix("\ufeff")), delimiter=";"))
    assert {row[0] for row in rows[1:]} == {"fwb", "dg"}
    assert not read("x.csv", whole.encode()).refused
    one = client.get(reverse("schools:calendars_export"), {"communaute": "dg", "annee": "2025"})
    rows = list(csv.reader(io.StringIO(body_of(one).decode()), delimiter=";"))
    assert {(row[0], row[1]) for row in rows[1:]} == {("dg", "2025-2026")}


def test_a_diary_subscribes_with_a_key_of_its_owner(cast: Cast, calendars) -> None:
    diary = Client()
    url = feed_url(cast.claire, "fwb")
    answer = diary.get(url)
    assert answer["Content-Type"].startswith("text/calendar")
    assert b"SUMMARY:Vacances d\xe2\x80\x99hiver" in answer.content
    assert not read("x.ics", answer.content, "fwb").refused
    # the key opens what the person sees, nothing else, and no longer than the account
    assert diary.get(url.replace("fwb", "dg")).status_code == 404
    assert diary.get(url[:-2]).status_code == 302
    assert diary.get("/calendriers/fwb.ics").status_code == 302
    cast.claire.is_active = False
    cast.claire.save()
    assert diary.get(url).status_code == 302


def test_a_correction_shows_at_once(cast: Cast, calendars) -> None:
    client = as_(cast.sofia)
    assert "dim 03/01/2027" in text_of(client.get(URL, {"annee": 2026}))
    lines = "\n".join(known_lines("fwb", 2026)).replace("2027-01-03", "2027-01-05")
    publish(lines + "\n")
    page = text_of(client.get(URL, {"annee": 2026}))
    assert "mar 05/01/2027" in page
    assert "version 2" in page


def cost(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        text_of(client.get(url))
    return len(captured)


def test_pages_cost_the_same_with_more_years_and_versions(cast: Cast, calendars) -> None:
    client, detail = as_(cast.sofia), reverse("schools:calendar_year", args=["fwb", 2026])

    def costs() -> tuple[int, int, int, int]:
        """Both pages with nothing in memory, then with all of it."""
        found = []
        for url in (URL, detail):
            timetables._years.clear()
            found += [cost(client, url), cost(client, url)]
        return tuple(found)

    publish("\n".join(known_lines("fwb", 2026)).replace("2027-01-03", "2027-01-05") + "\n")
    costs()
    few = costs()
    for n in range(4):
        lines = "\n".join(known_lines("fwb", 2026))
        publish(lines + f"\nfwb;2026-2027;autre;2026-12-0{n + 1};2026-12-0{n + 1};\n")
        publish(f"dg;203{n};rentree;203{n}-09-01;;\n")
    assert costs() == few
    assert few[1] < few[0]
    assert SchoolCalendar.objects.filter(community="fwb", year=2026).count() == 6
