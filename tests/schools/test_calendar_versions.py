"""Versions of a school calendar: published, frozen, corrected by the next one; who may, and how."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from schools.access import CalendarRefused
from schools.actions.pin_timetable import pin_timetable
from schools.actions.publish_calendar import publish_calendars
from schools.calendars.files import read_csv
from schools.calendars.plan import plan_of
from schools.calendars.timetables import school_years
from schools.models import AuditEntry, CalendarPeriod, SchoolCalendar, Timetable, User
from tests.cast import Cast
from tests.schools.openings import HEADS, known_lines, publish
from tests.schools.test_site_pages import as_, text_of

WINTER = "fwb;2026-2027;hiver;2026-12-21;2027-01-03;"
LATER = "fwb;2026-2027;hiver;2026-12-21;2027-01-05;"


def in_force(community: str = "fwb", year: int = 2026) -> SchoolCalendar:
    return SchoolCalendar.objects.in_force().get(community=community, year=year)


def corrected() -> str:
    """The year in force with a longer winter."""
    lines = known_lines("fwb", 2026)
    assert WINTER in lines
    return "\n".join(LATER if line == WINTER else line for line in lines) + "\n"


def test_the_same_again_changes_nothing(calendars) -> None:
    before = SchoolCalendar.objects.count(), AuditEntry.objects.count()
    assert publish("\n".join(known_lines("fwb", 2026)) + "\n") == []
    call_command("import_calendar", "--known", verbosity=0)
    assert (SchoolCalendar.objects.count(), AuditEntry.objects.count()) == before


def test_a_correction_is_a_new_version_and_the_old_one_stays(cast: Cast, calendars) -> None:
    old = in_force()
    (new,) = publish(corrected(), cast.odile, "deux jours de plus")
    assert (new.number, in_force()) == (old.number + 1, new)
    assert (new.made_by_text, new.source, new.note) == (
        "Odile Exemple", "Exemple", "deux jours de plus",
    )  # fmt: skip
    assert str(old.periods.get(kind="winter").last_on) == "2027-01-03"
    assert str(new.periods.get(kind="winter").last_on) == "2027-01-05"
    entry = AuditEntry.objects.get(action="publish_calendar", actor=cast.odile)
    assert (entry.before["version"], entry.after["version"]) == (old.number, new.number)


@pytest.mark.parametrize("who", ["sofia", "thomas", "claire", "bernard", "veronique"])
def test_only_an_officer_publishes(cast: Cast, calendars, who: str) -> None:
    person: User = getattr(cast, who)
    lines = corrected()
    with pytest.raises(CalendarRefused, match="agent du SPW"):
        publish(lines, person)
    client = as_(person)
    assert client.get(reverse("schools:calendar_import")).status_code == 403
    assert client.post(reverse("schools:calendar_publish")).status_code == 403
    assert in_force().number == 1


def frozen(statement: str, *values: object) -> None:
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)


def test_a_published_version_is_frozen_in_the_database(cast: Cast, calendars) -> None:
    calendar = in_force()
    period = calendar.periods.first()
    frozen("UPDATE schools_schoolcalendar SET note = 'x' WHERE id = %s", calendar.pk)
    frozen("UPDATE schools_schoolcalendar SET sealed = false WHERE id = %s", calendar.pk)
    frozen("DELETE FROM schools_schoolcalendar WHERE id = %s", calendar.pk)
    frozen("UPDATE schools_calendarperiod SET name = 'x' WHERE id = %s", period.pk)
    frozen("DELETE FROM schools_calendarperiod WHERE id = %s", period.pk)
    frozen(
        "INSERT INTO schools_calendarperiod (calendar_id, kind, first_on, last_on, name)"
        " VALUES (%s, 'other', '2026-11-12', '2026-11-12', '')",
        calendar.pk,
    )
    draft = SchoolCalendar.objects.create(community="fwb", year=2050, number=1)
    other = draft.periods.create(
        kind="other", first_on=dt.date(2050, 11, 12), last_on=dt.date(2050, 11, 12)
    )
    frozen(
        "UPDATE schools_calendarperiod SET calendar_id = %s WHERE id = %s", calendar.pk, other.pk
    )


def test_who_published_may_leave_and_stays_named(cast: Cast, calendars) -> None:
    (calendar,) = publish(corrected(), cast.odile)
    cast.odile.roles.all().delete()
    cast.odile.delete()
    calendar.refresh_from_db()
    assert (calendar.made_by, calendar.made_by_text) == (None, "Odile Exemple")


def test_a_timetable_holds_published_versions_and_is_never_changed(cast: Cast, calendars) -> None:
    timetable = pin_timetable(cast.tilleuls, dt.date(2026, 11, 23))
    assert pin_timetable(cast.saules, dt.date(2026, 11, 23)) == timetable  # one row for both
    assert pin_timetable(cast.peupliers, dt.date(2026, 11, 23)) != timetable
    frozen("UPDATE schools_timetable SET community = 'dg' WHERE id = %s", timetable.pk)
    frozen("DELETE FROM schools_timetable WHERE id = %s", timetable.pk)
    draft = SchoolCalendar.objects.create(community="fwb", year=2050, number=1)
    for wrong in ([draft.pk], [in_force("dg").pk], [0]):
        with pytest.raises(DatabaseError, match="published versions"), transaction.atomic():
            Timetable.objects.create(community="fwb", calendars=wrong)


@pytest.mark.parametrize(
    ("first", "last", "kind"),
    [
        ("2026-11-10", "2026-11-12", "other"),  # overlaps below
        ("2026-11-20", "2026-11-19", "other"),  # ends before it begins
        ("2026-11-20", None, "other"),  # only a summer is open
        ("2026-11-20", "2026-11-21", "community_day"),  # two days
        ("2026-12-20", "2026-12-21", "autumn"),  # twice in a year
    ],
)
def test_periods_that_make_no_sense_cannot_be_stored(db, first, last, kind) -> None:
    calendar = SchoolCalendar.objects.create(community="fwb", year=2050, number=1)
    day = dt.date(2026, 11, 11)
    calendar.periods.create(kind="autumn", first_on=day, last_on=day)
    with pytest.raises(IntegrityError), transaction.atomic():
        calendar.periods.create(kind=kind, first_on=first, last_on=last)
    calendar.periods.create(kind="other", first_on=day.replace(day=12), last_on=day.replace(day=12))


def test_a_preview_that_is_out_of_date_is_refused(cast: Cast, calendars) -> None:
    plans = plan_of(read_csv(HEADS + corrected()).lines, {})  # compared with nothing
    with pytest.raises(CalendarRefused, match="Entre-temps"):
        publish_calendars(cast.odile, plans)
    assert in_force().number == 1


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_publish_one_version() -> None:
    call_command("import_calendar", "--known", verbosity=0)
    lines, ready, said = corrected(), threading.Barrier(2), []

    def run(name: str) -> None:
        text = lines.replace(LATER, LATER.rstrip(";") + f";{name}")
        known = {("fwb", 2026): _value(in_force())}
        plans = plan_of(read_csv(HEADS + text).lines, known)
        ready.wait(10)
        try:
            said.append(len(publish_calendars(None, plans)))
        except CalendarRefused:
            said.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(name,)) for name in ("un", "deux")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(map(str, said)) == ["1", "refused"]
    assert SchoolCalendar.objects.filter(community="fwb", year=2026).count() == 2


def _value(calendar: SchoolCalendar):
    return school_years([calendar.pk])[calendar.pk]


# --- the command ----------------------------------------------------------------------------


def test_the_command_imports_previews_and_refuses(db, tmp_path, capsys) -> None:
    file = tmp_path / "suite.csv"
    file.write_text(HEADS + "dg;2027-2028;rentree;2027-09-01;;\n")
    call_command("import_calendar", str(file), "--preview")
    assert "added" in capsys.readouterr().out
    assert not SchoolCalendar.objects.filter(year=2027).exists()
    call_command("import_calendar", str(file), "--source", "Circulaire")
    assert in_force("dg", 2027).source == "Circulaire"
    assert in_force("dg", 2027).made_by_text == "Préau"
    file.write_text(HEADS + "dg;2027-2028;rentree;2027-09-01;;\ndg;2027-2028;vacances;x;;\n")
    with pytest.raises(CommandError, match="line 3, type, 'vacances'"):
        call_command("import_calendar", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_calendar", str(tmp_path / "absent.csv"))
    with pytest.raises(CommandError, match="Name a file"):
        call_command("import_calendar")
    assert in_force("dg", 2027).number == 1


def test_what_comes_with_us_never_undoes_what_an_officer_published(cast: Cast, calendars) -> None:
    (mine,) = publish(corrected(), cast.odile)
    call_command("import_calendar", "--known", verbosity=0)
    assert in_force() == mine


# --- the pages ------------------------------------------------------------------------------


def upload(client: Client, text: str, name: str = "x.csv", **more: str):
    file = SimpleUploadedFile(name, text.encode())
    told = {"file": file, "community": "fwb", "source": "Circulaire", "note": "", **more}
    return client.post(reverse("schools:calendar_import"), told)


def sealed_of(page: str) -> str:
    return page.split('name="apercu" value="')[1].partition('"')[0]


def test_an_officer_previews_then_publishes_and_a_double_click_publishes_once(
    cast: Cast, calendars
) -> None:
    client = as_(cast.odile)
    page = text_of(upload(client, HEADS + corrected()))
    assert "version 1 → 2" in page
    assert page.count("changée") == 1
    assert "21/12/2026 → 05/01/2027" in page
    assert in_force().number == 1  # nothing yet
    for _click in range(2):
        answer = client.post(reverse("schools:calendar_publish"), {"apercu": sealed_of(page)})
        assert answer.url == reverse("schools:calendar_year", args=["fwb", 2026])
    assert in_force().number == 2
    page = text_of(client.get(answer.url))
    assert "1 différence avec la version d’avant" in page
    assert "Odile Exemple" in page
    assert "en vigueur" in page


def test_a_file_that_says_the_same_offers_nothing_to_publish(cast: Cast, calendars) -> None:
    same = HEADS + "\n".join(known_lines("fwb", 2026))
    page = text_of(upload(as_(cast.odile), same))
    assert "Rien ne change." in page
    assert 'name="apercu"' not in page


def test_refused_lines_are_told_and_nothing_is_imported(cast: Cast, calendars) -> None:
    page = text_of(upload(as_(cast.odile), HEADS + corrected() + "fwb;2026;ski;x;;\n"))
    assert "1 ligne refusée : rien n’est importé." in page
    assert "ski" in page
    assert 'name="apercu"' not in page


def test_a_forged_or_old_preview_publishes_nothing(cast: Cast, calendars) -> None:
    client = as_(cast.odile)
    page = text_of(upload(client, HEADS + corrected()))
    for bad in ("", "x", sealed_of(page)[:-2] + "zz"):
        client.post(reverse("schools:calendar_publish"), {"apercu": bad})
    assert in_force().number == 1
    publish(corrected().replace("2027-01-05", "2027-01-04"))  # a colleague meanwhile
    answer = client.post(
        reverse("schools:calendar_publish"), {"apercu": sealed_of(page)}, follow=True
    )
    assert "une autre version" in text_of(answer)
    assert in_force().number == 2


def rows_of(calendar: SchoolCalendar, **changes: str) -> dict[str, str]:
    """What the page of correction posts."""
    periods = list(calendar.periods.all())
    told = {
        "p-TOTAL_FORMS": str(len(periods) + 2),
        "p-INITIAL_FORMS": str(len(periods)),
        "source": "Circulaire",
    }
    for n, period in enumerate(periods):
        told |= {
            f"p-{n}-kind": period.kind,
            f"p-{n}-first_on": str(period.first_on),
            f"p-{n}-last_on": str(period.last_on or ""),
            f"p-{n}-name": period.name,
        }
    for n in (len(periods), len(periods) + 1):
        told |= {f"p-{n}-kind": "other", f"p-{n}-first_on": "", f"p-{n}-last_on": ""}
    return {**told, **changes}


def test_a_year_is_corrected_line_by_line(cast: Cast, calendars) -> None:
    client, calendar = as_(cast.odile), in_force("dg")
    url = reverse("schools:calendar_correct", args=["dg", 2026])
    assert "rentrée" in text_of(client.get(url))
    count = calendar.periods.count()
    added = {
        f"p-{count}-kind": "winter",
        f"p-{count}-first_on": "2026-12-21",
        f"p-{count}-last_on": "2027-01-02",
        "p-1-DELETE": "on",
    }
    page = text_of(client.post(url, rows_of(calendar, **added)))
    assert "ajoutée" in page
    assert "retirée" in page
    client.post(reverse("schools:calendar_publish"), {"apercu": sealed_of(page)})
    kinds = list(in_force("dg").periods.values_list("kind", flat=True))
    assert "winter" in kinds
    assert len(kinds) == count


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"p-0-first_on": "2026-10-99"}, "date valide"),
        ({"p-0-first_on": "2020-09-01", "p-0-last_on": "2020-09-01"}, "Hors de l’année"),
        ({"p-2-last_on": "2027-06-01"}, "précède"),
        ({"p-3-first_on": "2026-11-15"}, "Chevauche"),
        ({"p-3-kind": "summer", "p-3-first_on": "2027-02-01"}, "Déjà donné"),
        ({"source": ""}, "obligatoire"),
    ],
)
def test_a_wrong_line_is_told_at_its_field(cast: Cast, calendars, changes, said) -> None:
    calendar = in_force("dg")
    url = reverse("schools:calendar_correct", args=["dg", 2026])
    page = text_of(as_(cast.odile).post(url, rows_of(calendar, **changes)))
    assert said in page
    assert "Rien n’est publié." in page
    assert 'name="apercu"' not in page
    assert CalendarPeriod.objects.filter(calendar__year=2026, calendar__community="dg").count() == 3
