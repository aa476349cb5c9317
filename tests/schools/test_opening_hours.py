"""A site's opening hours: entered by its school, versioned, undone; nobody else's to change."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from schools.access import OpeningRefused
from schools.actions.set_opening import restore_opening, set_opening
from schools.calendars.hours import Span
from schools.calendars.opening_shown import opening_of, today_words
from schools.calendars.timetables import hours_in_force, opening_in_force, site_weeks
from schools.calendars.year_words import week_words
from schools.models import AuditEntry, OpeningException, OpeningHours, OpeningSpan
from tests.cast import Cast, make_person
from tests.schools.openings import closed, enter, publish, spans, week
from tests.schools.test_site_pages import as_, text_of

USUAL = week("08:00-12:00 13:00-16:00", "08:00-12:00")


def url(cast: Cast, name: str = "schools:opening", *args: int) -> str:
    return reverse(name, args=[cast.tilleuls.pk, *args])


def in_force(cast: Cast):
    key = opening_in_force(cast.tilleuls.pk)
    return site_weeks([key])[key] if key else None


def posted(**changes: str) -> dict[str, str]:
    """What the page posts: 08:00 to 12:00 on Monday, one empty line of exception."""
    told = {"base": "0", "slots": "2", "x-TOTAL_FORMS": "1", "x-INITIAL_FORMS": "0"}
    told |= {"d0_0_from": "08:00", "d0_0_to": "12:00", "x-0-reason": "training"}
    return {**told, **changes}


# --- the action -----------------------------------------------------------------------------


def test_a_school_enters_its_hours_and_they_count_at_once(cast: Cast) -> None:
    made = enter(cast.claire, cast.tilleuls, USUAL, closed("2026-11-27", label="Concertation"))
    assert made is not None
    known = in_force(cast)
    assert (known.number, known.week) == (1, USUAL)
    assert known.exceptions[0].label == "Concertation"
    hours = hours_in_force(cast.tilleuls, dt.date(2026, 11, 23)).hours()
    assert hours.spans_of(dt.date(2026, 11, 25)) == spans("08:00-12:00")
    assert hours.spans_of(dt.date(2026, 11, 27)) == ()
    entry = AuditEntry.objects.get(action="set_opening")
    assert (entry.actor, entry.site) == (cast.claire, cast.tilleuls)


@pytest.mark.parametrize("who", ["sofia", "thomas", "veronique", "odile"])
def test_others_who_see_the_site_read_why_they_may_not(cast: Cast, who: str) -> None:
    person = getattr(cast, who)
    with pytest.raises(OpeningRefused, match="personne de contact"):
        enter(person, cast.tilleuls, USUAL)
    answer = as_(person).post(url(cast), posted())
    assert answer.status_code == 403
    assert "personne de contact" in answer.content.decode()
    assert in_force(cast) is None


def test_another_school_does_not_find_it(cast: Cast) -> None:
    assert as_(cast.karl).get(url(cast)).status_code == 404
    assert as_(cast.karl).post(url(cast), posted()).status_code == 404
    enter(cast.claire, cast.tilleuls, USUAL)
    assert as_(cast.karl).post(url(cast, "schools:opening_restore", 0)).status_code == 404
    assert in_force(cast).number == 1


def test_the_contact_of_one_site_changes_that_site_alone(cast: Cast) -> None:
    school = cast.tilleuls.school
    annexe = school.sites.create(name="Annexe", municipality=cast.tilleuls.municipality)
    paul = make_person("Paul Exemple", "contact", site=annexe)
    assert enter(paul, annexe, USUAL) is not None
    assert as_(paul).post(url(cast), posted()).status_code == 404


def test_saying_the_same_again_makes_no_version(cast: Cast) -> None:
    enter(cast.claire, cast.tilleuls, USUAL)
    assert enter(cast.bernard, cast.tilleuls, USUAL) is None
    assert OpeningHours.objects.filter(site=cast.tilleuls).count() == 1


def test_a_colleague_s_change_is_not_overwritten_unseen(cast: Cast) -> None:
    set_opening(cast.claire, cast.tilleuls, USUAL, [], base=0)
    with pytest.raises(OpeningRefused, match="entre-temps"):
        set_opening(cast.bernard, cast.tilleuls, week("09:00-15:00"), [], base=0)
    assert in_force(cast).week == USUAL


def test_a_former_version_comes_back_as_a_new_one(cast: Cast) -> None:
    enter(cast.claire, cast.tilleuls, USUAL, closed("2026-11-27"))
    enter(cast.claire, cast.tilleuls, week("09:00-15:00"))
    made = restore_opening(cast.bernard, cast.tilleuls, 1)
    assert made is not None
    assert (made.number, made.restored_from) == (3, 1)
    assert in_force(cast).week == USUAL
    assert len(in_force(cast).exceptions) == 1
    assert restore_opening(cast.bernard, cast.tilleuls, 1) is None  # a double click
    restore_opening(cast.bernard, cast.tilleuls, 0)
    assert not in_force(cast).entered


def test_a_span_may_end_at_midnight_or_after_it(cast: Cast) -> None:
    late = (spans("18:00-24:00"), (), (), (), spans("20:00-02:00"), (), ())
    enter(cast.claire, cast.tilleuls, late)
    assert in_force(cast).week == late
    rows = OpeningSpan.objects.values_list("opens_min", "closes_min")
    assert set(rows) == {(18 * 60, 24 * 60), (20 * 60, 26 * 60)}


def test_published_hours_are_frozen_in_the_database(cast: Cast) -> None:
    enter(cast.claire, cast.tilleuls, USUAL, closed("2026-11-27"))
    for statement in (
        "UPDATE schools_openinghours SET number = 9",
        "DELETE FROM schools_openinghours",
        "UPDATE schools_openingspan SET opens_min = 1",
        "DELETE FROM schools_openingspan",
        "UPDATE schools_openingexception SET label = 'x'",
        "DELETE FROM schools_openingexception",
    ):
        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_rows_that_overlap_cannot_be_stored(cast: Cast) -> None:
    opening = OpeningHours.objects.create(site=cast.tilleuls, number=1)
    day = dt.date(2026, 11, 27)
    exception = OpeningException.objects.create(
        opening=opening, first_on=day, last_on=day, reason="training"
    )
    told: dict[str, Any] = {"opening": opening, "weekday": 0}
    OpeningSpan.objects.create(**told, opens_min=480, closes_min=720)
    OpeningSpan.objects.create(**told, opens_min=720, closes_min=960)  # it may touch
    OpeningSpan.objects.create(opening=opening, exception=exception, opens_min=480, closes_min=720)
    wrong = [
        {**told, "opens_min": 700, "closes_min": 730},
        {**told, "opens_min": 1000, "closes_min": 1000},
        {**told, "opens_min": 1000, "closes_min": 1000 + 1441},
        {**told, "opens_min": 1440, "closes_min": 1500},
        {**told, "weekday": 7, "opens_min": 0, "closes_min": 10},
        {**told, "exception": exception, "opens_min": 0, "closes_min": 10},
        {"opening": opening, "opens_min": 0, "closes_min": 10},
        {"opening": opening, "exception": exception, "opens_min": 700, "closes_min": 730},
    ]
    for row in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            OpeningSpan.objects.create(**row)
    for first, last in ((day, day), (day, day - dt.timedelta(1)), (day, day.replace(year=2028))):
        with pytest.raises(IntegrityError), transaction.atomic():
            OpeningException.objects.create(
                opening=opening, first_on=first, last_on=last, reason="works"
            )


# --- the page -------------------------------------------------------------------------------


def test_the_page_saves_and_offers_to_undo(cast: Cast) -> None:
    client = as_(cast.claire)
    page = text_of(client.get(url(cast)))
    assert "les heures n’ont jamais été encodées" in page
    day = str(timezone.localdate() + dt.timedelta(days=3))
    told = posted(**{"x-0-first_on": day, "x-0-label": "Concertation", "d2_0_from": "08:00",
                     "d2_0_to": "00:00"})  # fmt: skip
    answer = client.post(url(cast), told, follow=True)
    page = text_of(answer)
    assert "Horaire enregistré." in page
    undo = url(cast, "schools:opening_restore", 0)
    assert f'data-undo="{undo}"' in page
    known = in_force(cast)
    assert known.week == (spans("08:00-12:00"), (), spans("08:00-24:00"), (), (), (), ())
    assert [(str(e.first_on), str(e.last_on), e.spans) for e in known.exceptions] == [
        (day, day, ())
    ]
    undone = client.post(undo, headers={"HX-Request": "true"})
    assert undone["HX-Redirect"] == url(cast)
    assert not in_force(cast).entered
    assert "Horaire enregistré." not in text_of(client.get(answer.redirect_chain[-1][0]))


def test_a_second_click_on_save_changes_nothing(cast: Cast) -> None:
    client = as_(cast.claire)
    client.post(url(cast), posted())
    assert "Rien n’a changé." in text_of(client.post(url(cast), posted(), follow=True))
    assert in_force(cast).number == 1


def test_monday_is_copied_to_the_other_weekdays_and_nothing_is_saved_yet(cast: Cast) -> None:
    told = posted(copier="1", d0_1_from="13:00", d0_1_to="15:30", d3_0_from="10:00")
    page = text_of(as_(cast.claire).post(url(cast), told))
    assert page.count('value="13:00"') == page.count('value="15:30"') == 5
    assert 'value="10:00"' not in page
    assert "Pas encore enregistré" in page
    assert in_force(cast) is None


def test_one_more_line_or_span_keeps_what_was_typed(cast: Cast) -> None:
    client = as_(cast.claire)
    page = text_of(client.post(url(cast), posted(ajouter="1", d0_0_to="11:45")))
    assert 'name="x-1-first_on"' in page
    assert 'value="11:45"' in page
    page = text_of(client.post(url(cast), posted(plage="1", d0_0_to="11:45")))
    assert 'name="d6_2_to"' in page
    assert 'value="11:45"' in page
    page = text_of(client.post(url(cast), posted(plage="1", slots="99")))
    assert 'name="d6_4_to"' not in page
    assert in_force(cast) is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"d1_0_from": "08:00"}, "L’autre heure manque."),
        ({"d1_0_to": "08:00"}, "L’autre heure manque."),
        ({"d1_0_from": "16:00", "d1_0_to": "08:00"}, "La fin précède le début."),
        ({"d1_0_from": "08:00", "d1_0_to": "08:00"}, "La fin précède le début."),
        ({"d0_1_from": "11:00", "d0_1_to": "15:00"}, "chevauche"),
        ({"d0_1_from": "07:00", "d0_1_to": "09:00"}, "chevauche"),
        ({"d0_0_to": "00:00", "d0_1_from": "13:00", "d0_1_to": "14:00"}, "chevauche"),
        ({"d1_0_from": "25:00", "d1_0_to": "26:00"}, "heure valide"),
        ({"x-0-first_on": "2026-02-30"}, "date valide"),
        ({"x-0-last_on": "2026-12-01"}, "obligatoire"),
        ({"x-0-first_on": "2030-12-02", "x-0-last_on": "2030-12-01"}, "précède le premier"),
        ({"x-0-first_on": "2030-12-02", "x-0-last_on": "2032-12-01"}, "un an au plus"),
        ({"x-0-first_on": "2030-12-02", "x-0-reason": "ennui"}, "choix valide"),
        ({"x-0-first_on": "2030-12-02", "x-0-at_0_from": "08:00"}, "L’autre heure manque."),
        (
            {
                "x-TOTAL_FORMS": "2",
                "x-0-first_on": "2030-12-02",
                "x-0-last_on": "2030-12-05",
                "x-1-first_on": "2030-12-05",
                "x-1-reason": "works",
            },
            "déjà dans une autre exception",
        ),
    ],
)
def test_what_is_wrong_is_told_where_it_is_and_nothing_is_saved(cast: Cast, changes, said) -> None:
    page = text_of(as_(cast.claire).post(url(cast), posted(**changes)))
    assert said in page
    assert "Rien n’est enregistré." in page
    assert in_force(cast) is None


@pytest.mark.parametrize(
    "bad",
    [
        {"x-TOTAL_FORMS": "x"},
        {"x-TOTAL_FORMS": "100000"},
        {"slots": "-3", "base": "-1"},
        {"base": "9" * 40},
        {"ajouter": "1", "x-TOTAL_FORMS": "x"},
    ],
)
def test_a_forged_form_breaks_nothing(cast: Cast, bad: dict[str, str]) -> None:
    assert as_(cast.claire).post(url(cast), posted(**bad)).status_code in {200, 302, 403}


def test_an_exception_that_is_over_stays_and_is_not_typed_again(cast: Cast) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    long_ago = yesterday - dt.timedelta(days=800)
    enter(cast.claire, cast.tilleuls, USUAL, closed(str(yesterday)), closed(str(long_ago)))
    client = as_(cast.claire)
    page = text_of(client.get(url(cast)))
    assert f'value="{yesterday}"' not in page
    client.post(url(cast), posted(base="1"))
    assert [str(e.first_on) for e in in_force(cast).exceptions] == [str(yesterday)]
    page = text_of(client.post(url(cast), posted(base="2", **{"x-0-first_on": str(yesterday)})))
    assert "Une exception passée tient déjà ces jours." in page


def test_a_form_opened_before_a_colleague_saved_is_refused(cast: Cast) -> None:
    enter(cast.bernard, cast.tilleuls, USUAL)
    answer = as_(cast.claire).post(url(cast), posted(base="0"))
    assert answer.status_code == 403
    assert "entre-temps" in answer.content.decode()
    assert in_force(cast).week == USUAL


# --- what the site's page says --------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-23", "08:00–12:00, 13:00–16:00"),
        ("2026-11-25", "08:00–12:00"),
        ("2026-11-28", "fermé"),
        ("2026-11-27", "Concertation"),
        ("2026-12-01", "09:00–10:00"),
        ("2026-12-22", "vacances d’hiver"),
        ("2027-04-01", "08:00–12:00, 13:00–16:00"),
        ("2027-05-17", "Lundi de Pentecôte"),
        ("2027-08-15", "vacances d’été"),
        ("2030-01-07", "implantation fermée"),
    ],
)
def test_the_page_says_today_s_hours_or_why_it_is_closed(cast: Cast, calendars, day, words) -> None:
    site = cast.tilleuls
    enter(cast.claire, site, USUAL, closed("2026-11-27", label="Concertation"),
          closed("2026-12-01", hours="09:00-10:00"))  # fmt: skip
    site.closed_on = dt.date(2030, 1, 1)
    at = dt.date.fromisoformat(day)
    with translation.override("fr"):
        assert today_words(site, hours_in_force(site, at), at) == words


def test_a_site_that_entered_nothing_says_what_counts(cast: Cast, calendars) -> None:
    page = text_of(as_(cast.sofia).get(reverse("schools:site", args=[cast.tilleuls.pk])))
    assert "L’école n’a pas encore encodé ses heures" in page
    assert "Modifier" not in page
    page = text_of(as_(cast.claire).get(reverse("schools:site", args=[cast.tilleuls.pk])))
    assert url(cast) in page


def test_what_comes_next_is_named_unless_nobody_knows(cast: Cast, calendars) -> None:
    with translation.override("fr"):
        shown = opening_of(cast.tilleuls, dt.date(2026, 11, 26))
        assert (shown.next_off_title, str(shown.next_off.first_on)) == (
            "vacances d’hiver", "2026-12-21",
        )  # fmt: skip
        german = opening_of(cast.peupliers, dt.date(2026, 11, 26))
        assert german.next_off is None  # winter is not entered: summer is not “next”
        assert "incomplet" in german.unknown[0]


def test_a_week_is_told_in_few_words() -> None:
    with translation.override("fr"):
        assert week_words(USUAL) == (
            "lundi à mardi : 08:00–12:00, 13:00–16:00 ; mercredi : 08:00–12:00 ;"
            " jeudi à vendredi : 08:00–12:00, 13:00–16:00"
        )
    assert str(Span(dt.time(18), dt.time(0))) == "18:00–24:00"


def test_the_site_s_page_costs_the_same_however_much_was_entered(cast: Cast, calendars) -> None:
    client, page = as_(cast.sofia), reverse("schools:site", args=[cast.tilleuls.pk])

    def cost() -> int:
        text_of(client.get(page))
        with CaptureQueriesContext(connection) as captured:
            text_of(client.get(page))
        return len(captured)

    today = timezone.localdate()
    enter(cast.claire, cast.tilleuls, USUAL, closed(str(today + dt.timedelta(days=1))))
    before = cost()
    more = [closed(str(today + dt.timedelta(days=n))) for n in range(2, 60, 2)]
    for n in range(3):
        enter(cast.claire, cast.tilleuls, week(f"0{n + 6}:00-16:00"), *more)
    publish("fwb;2027-2028;rentree;2027-08-30;;\n")
    assert cost() == before
