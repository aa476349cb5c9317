"""What a fault is in a teacher's words, in French and in German."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from helpdesk.plain_steps import DONE, NEXT, TODO, Fact, Story, steps
from helpdesk.plain_words import Fault, Part, before, extent, headline, still_working

ZONE = ZoneInfo("Europe/Brussels")
NOW = dt.datetime(2026, 11, 23, 10, 58, tzinfo=ZONE)
SINCE = dt.datetime(2026, 11, 23, 10, 4, tzinfo=ZONE)
ROOMS = tuple(f"B.{n:02d}" for n in range(1, 12))
BLOCK = Fault("lan", "down", SINCE, rooms=ROOMS, classes=11, building="Bloc B", whole_building=True)


@pytest.fixture(autouse=True)
def _in_french():
    with translation.override("fr"):
        yield


def at(hour: int, minute: int) -> dt.datetime:
    return dt.datetime(2026, 11, 23, hour, minute, tzinfo=ZONE)


def test_a_dead_switch_is_a_building_without_wifi():
    assert headline(BLOCK) == "Pas de WiFi dans le bloc B"
    assert extent(BLOCK, NOW) == "11 classes sont touchées depuis 10:04."


def test_what_still_works_is_said():
    parts = [
        Part("internet", "Internet", "ok", "world"),
        Part("wifi:Bloc A", "WiFi du bloc A", "ok", "wifi"),
        Part("wifi:Bloc B", "WiFi du bloc B", "down", "wifi-off"),
    ]
    assert still_working(parts) == "Internet et le bloc A fonctionnent."
    assert still_working(parts[1:]) == "Le bloc A fonctionne."
    assert still_working(parts[2:]) == ""


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("internet", "down", SINCE), "Pas d’Internet à l’école"),
        (Fault("internet", "degraded", SINCE), "Internet est perturbé"),
        (
            Fault("wifi", "down", SINCE, rooms=("A.01",), classes=1),
            "Pas de WiFi dans le local A.01",
        ),
        (
            Fault("wifi", "down", SINCE, rooms=("A.01", "A.02", "CDI")),
            "Pas de WiFi dans les locaux A.01, A.02 et CDI",
        ),
        (
            Fault("wifi", "down", SINCE, rooms=ROOMS, building="Bloc B"),
            "Pas de WiFi dans une partie du bloc B",
        ),
        (Fault("wifi", "down", SINCE, rooms=ROOMS), "Pas de WiFi dans 11 locaux"),
        (
            Fault("lan", "down", SINCE, rooms=ROOMS, whole_site=True),
            "Pas de WiFi dans toute l’école",
        ),
        (
            Fault("wifi", "degraded", SINCE, rooms=("A.01",)),
            "Le WiFi est perturbé dans le local A.01",
        ),
        (Fault("wifi", "down", SINCE), "Pas de WiFi"),
        (Fault("printing", "down", SINCE, device="IMP-B1"), "L’imprimante IMP-B1 ne répond pas"),
        (
            Fault("lan", "down", SINCE, building="Annexe"),
            "Le réseau câblé est coupé dans le bâtiment Annexe",
        ),
        (Fault("power", "degraded", SINCE), "Le réseau est fragile"),
        (Fault("power", "down", SINCE), "Le réseau n’a plus de courant"),
        (Fault("server", "down", SINCE), "Un serveur de l’école ne répond pas"),
    ],
)
def test_headlines(fault: Fault, words: str):
    assert headline(fault) == words


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (
            Fault("wifi", "down", SINCE, rooms=("A.01",), classes=1),
            "1 classe est touchée depuis 10:04.",
        ),
        (Fault("wifi", "down", SINCE, rooms=("Profs",)), "1 local est touché depuis 10:04."),
        (
            Fault("wifi", "down", SINCE, rooms=(*ROOMS, "Profs"), classes=11),
            "11 classes et 1 autre local sont touchés depuis 10:04.",
        ),
        (Fault("internet", "down", SINCE), "Toute l’école est touchée depuis 10:04."),
        (Fault("printing", "down", SINCE - dt.timedelta(days=1)), "Depuis hier à 10:04."),
        (Fault("printing", "down", SINCE - dt.timedelta(days=4)), "Depuis le 19/11 à 10:04."),
    ],
)
def test_who_is_touched(fault: Fault, words: str):
    assert extent(fault, NOW) == words


def test_no_technical_word_reaches_a_teacher():
    for service in ("internet", "lan", "wifi", "power", "printing", "server"):
        for severity in ("down", "degraded"):
            words = headline(Fault(service, severity, SINCE, device="IMP-B1")).lower()
            assert not any(w in words for w in ("switch", "snmp", "port", "commutateur", "borne"))


def test_a_deadline_tomorrow_is_said_so():
    assert before(at(12, 28), NOW) == "12:28"
    assert before(at(12, 28) + dt.timedelta(days=1), NOW) == "demain 12:28"


def test_the_same_in_german():
    with translation.override("de"):
        assert headline(BLOCK) == "Kein WLAN im Block B"
        assert extent(BLOCK, NOW) == "11 Klassen sind seit 10:04 betroffen."
        assert headline(Fault("internet", "down", SINCE)) == "Kein Internet in der Schule"
        house = Fault("wifi", "down", SINCE, rooms=("1", "2"), building="Haupthaus",
                      whole_building=True)  # fmt: skip
        assert headline(house) == "Kein WLAN im Haupthaus"


SEEN = Fact("opened", at(10, 9))
REPORTED = Fact("joined", at(10, 21), "Claire Delcourt", mine=True)
TAKEN = Fact("taken", at(10, 20), "Sofia Lambrecht")
ANSWERED = Fact("answered", at(10, 47), "Claire Delcourt", mine=True)


def told(story: Story) -> list[tuple[str, str]]:
    return [(step.state, step.words) for step in steps(story, NOW)]


def test_the_steps_of_the_story():
    story = Story(
        "in_progress",
        (SEEN, REPORTED, TAKEN, ANSWERED),
        assignee="Sofia Lambrecht",
        due_at=at(13, 34),
        lamps=True,
        wifi=True,
    )
    assert told(story) == [
        (DONE, "Nous avons vu la panne"),
        (DONE, "Vous avez signalé le problème"),
        (DONE, "Vous avez vérifié les lampes"),
        (NEXT, "Sofia Lambrecht s’en occupe"),
        (TODO, "WiFi rétabli, vous confirmez"),
    ]
    assert steps(story, NOW)[3].hint == "Réparation promise avant 13:34."


def test_a_visual_check_is_the_next_step_while_it_waits():
    story = Story("waiting", (SEEN, TAKEN), assignee="Sofia", asked=True)
    assert told(story)[-2:] == [(NEXT, "Regardez pour nous"), (TODO, "Rétabli, vous confirmez")]


def test_a_colleague_is_named():
    fact = Fact("opened", at(10, 0), "Bernard Hanquet")
    assert told(Story("new", (fact,)))[0] == (DONE, "Bernard Hanquet a signalé le problème")


def test_once_back_the_school_confirms():
    story = Story("in_progress", (SEEN, TAKEN, Fact("recovered", at(10, 50))), assignee="Sofia")
    assert told(story)[-2:] == [
        (DONE, "Le service est revenu"),
        (NEXT, "Confirmez que tout fonctionne"),
    ]


def test_a_relapse_takes_the_good_news_back():
    facts = (SEEN, Fact("recovered", at(10, 50)), Fact("relapsed", at(10, 55)))
    words = [words for _state, words in told(Story("new", facts))]
    assert "Le service est revenu" not in words
    assert words[1] == "La panne est revenue"
    assert words[-1] == "Rétabli, vous confirmez"


def test_a_broken_promise_is_admitted():
    story = Story("new", (SEEN,), due_at=at(10, 30))
    assert "plus long que promis" in steps(story, NOW)[1].hint


def test_a_closed_ticket_has_no_next_step():
    story = Story("closed", (SEEN, Fact("resolved", at(10, 40)), Fact("closed", at(10, 50))))
    assert [state for state, _words in told(story)] == [DONE, DONE, DONE]
