"""The plan of rooms: kept by the school, one room at a time or a floor in one line, undone."""

from __future__ import annotations

import json
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from schools.access_rooms import RoomRefused
from schools.actions.add_rooms import add_rooms
from schools.actions.close_room import close_room
from schools.actions.withdraw_rooms import withdraw_rooms
from schools.models import AuditEntry, Room, Site, User
from schools.room_names import room_names
from schools.rooms_shown import rooms_shown
from tests.cast import Cast, make_cast, make_device, make_room


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("B.01", ["B.01"]),
        ("B.01-B.04", ["B.01", "B.02", "B.03", "B.04"]),
        ("B.08-11", ["B.08", "B.09", "B.10", "B.11"]),
        ("B.98 – B.101", ["B.98", "B.99", "B.100", "B.101"]),
        ("Labo 1-Labo 2, Profs; CDI", ["Labo 1", "Labo 2", "Profs", "CDI"]),
        ("Mi-temps", ["Mi-temps"]),
        ("A.1-B.2", ["A.1-B.2"]),  # two buildings are no range
        ("C.01, C.01 ,  c   d ", ["C.01", "c d"]),
    ],
)
def test_a_line_names_one_room_or_many(line, names):
    assert room_names(line) == names


@pytest.mark.parametrize("line", ["", " ,; ", "B.12-B.01", "B.1-B.1000", "x" * 61])
def test_a_line_that_cannot_be_meant_says_why(line):
    with pytest.raises(ValueError, match=r"\w{3}"):
        room_names(line)


def as_(user: User, **headers: str) -> Client:
    client = Client(headers={"accept-language": "fr", **headers})
    client.force_login(user)
    return client


def url(cast: Cast, name: str, *args: int) -> str:
    return reverse(f"schools:{name}", args=[cast.tilleuls.pk, *args])


def place(**more: str) -> dict[str, str]:
    return {"usage": "classroom", "batiment": "Bloc B", "etage": "1er", **more}


def toast(answer) -> dict[str, str]:
    return json.loads(answer["HX-Trigger"])["toast"]


def test_a_contact_adds_a_floor_in_one_line_and_takes_it_back(cast: Cast):
    client = as_(cast.claire, **{"hx-request": "true"})
    answer = client.post(url(cast, "add_rooms"), place(noms="B.01-B.12"))
    assert Room.objects.filter(site=cast.tilleuls, building="Bloc B", floor="1er").count() == 12
    assert AuditEntry.objects.filter(action="add_room", actor=cast.claire).count() == 12
    assert toast(answer)["text"] == "12 locaux ajoutés."
    assert "B.12" in answer.content.decode()
    client.post(toast(answer)["undo"])
    assert not Room.objects.exists()
    assert AuditEntry.objects.filter(action="withdraw_room").count() == 12


def test_a_second_click_adds_nothing(cast: Cast):
    client = as_(cast.bernard, **{"hx-request": "true"})
    for _twice in range(2):
        answer = client.post(url(cast, "add_rooms"), place(noms="B.01-B.03"))
    assert Room.objects.count() == 3
    assert AuditEntry.objects.filter(action="add_room").count() == 3
    assert toast(answer)["text"] == "Rien à ajouter. Déjà là : B.01, B.02, B.03."
    assert toast(answer)["undo"] == ""


def test_a_room_is_renamed_and_given_back_its_name(cast: Cast):
    room = make_room(cast.tilleuls, "B.01")
    client = as_(cast.claire, **{"hx-request": "true"})
    answer = client.post(url(cast, "change_room", room.pk), place(nom="Labo", usage="teaching"))
    room.refresh_from_db()
    assert (room.name, room.kind, room.building) == ("Labo", "teaching", "Bloc B")
    entry = AuditEntry.objects.get(action="change_room")
    assert (entry.before["name"], entry.after["name"]) == ("B.01", "Labo")
    client.post(toast(answer)["undo"])
    room.refresh_from_db()
    assert (room.name, room.kind, room.building, room.floor) == ("B.01", "classroom", "", "")


def test_two_rooms_cannot_bear_one_name(cast: Cast):
    make_room(cast.tilleuls, "B.01")
    other = make_room(cast.tilleuls, "B.02")
    client = as_(cast.claire, **{"hx-request": "true"})
    answer = client.post(url(cast, "change_room", other.pk), place(nom="B.01"))
    assert toast(answer) == {"text": "L’implantation a déjà un local « B.01 ».", "error": True}
    plain = as_(cast.claire).post(url(cast, "change_room", other.pk), place(nom="B.01"))
    assert plain.status_code == 403
    other.refresh_from_db()
    assert other.name == "B.02"


def test_a_room_is_closed_once_and_reopened(cast: Cast):
    room = make_room(cast.tilleuls, "B.01")
    client = as_(cast.claire, **{"hx-request": "true"})
    for _twice in range(2):
        answer = client.post(url(cast, "close_room", room.pk))
    room.refresh_from_db()
    assert room.closed_on == timezone.localdate()
    assert AuditEntry.objects.filter(action="close_room").count() == 1
    assert "1 local fermé" in answer.content.decode()
    refused = client.post(url(cast, "add_rooms"), place(noms="B.01"))
    assert "Rouvrez-le plutôt" in toast(refused)["text"]
    client.post(toast(answer)["undo"])
    room.refresh_from_db()
    assert room.closed_on is None


def test_a_room_that_serves_is_not_taken_back(cast: Cast):
    added = add_rooms(cast.claire, cast.tilleuls.pk, ["B.01", "B.02"])
    make_device(cast.tilleuls, "AP-1", room=added.rooms[0])
    with pytest.raises(RoomRefused, match=r"B\.01 sert déjà"):
        withdraw_rooms(cast.claire, cast.tilleuls.pk, [room.pk for room in added.rooms])
    assert Room.objects.count() == 2


@pytest.mark.parametrize("who", ["sofia", "thomas", "veronique", "odile"])
def test_others_read_the_plan_and_change_nothing(cast: Cast, who: str):
    room = make_room(cast.tilleuls, "B.01")
    client = as_(getattr(cast, who))
    page = client.get(url(cast, "site_rooms")).content.decode()
    assert "B.01" in page
    assert "Ajouter des locaux" not in page
    for name, args in (("add_rooms", ()), ("change_room", (room.pk,)), ("close_room", (room.pk,))):
        answer = client.post(url(cast, name, *args), place(noms="X", nom="X"))
        assert answer.status_code == 403, name
        assert "La direction et la personne de contact" in answer.content.decode()
    assert list(Room.objects.values_list("name", "closed_on")) == [("B.01", None)]


def test_another_school_finds_neither_plan_nor_room(cast: Cast):
    mine, theirs = make_room(cast.tilleuls, "B.01"), make_room(cast.peupliers, "P.01")
    client = as_(cast.karl)
    assert client.get(url(cast, "site_rooms")).status_code == 404
    assert client.post(url(cast, "add_rooms"), place(noms="X")).status_code == 404
    assert client.post(url(cast, "close_room", mine.pk)).status_code == 404
    assert as_(cast.claire).post(url(cast, "close_room", theirs.pk)).status_code == 404
    as_(cast.claire).post(f"{url(cast, 'withdraw_rooms')}?ids={theirs.pk}")
    assert Room.objects.filter(closed_on=None).count() == 2


def test_a_closed_site_keeps_its_rooms_as_they_were(cast: Cast):
    Site.objects.filter(pk=cast.tilleuls.pk).update(closed_on=timezone.localdate())
    answer = as_(cast.claire).post(url(cast, "add_rooms"), place(noms="B.01"))
    assert answer.status_code == 403
    assert "fermée" in answer.content.decode()


def test_a_wrong_line_stays_in_its_field_with_the_reason(cast: Cast):
    answer = as_(cast.claire).post(url(cast, "add_rooms"), place(noms="B.12-B.01"))
    page = answer.content.decode()
    assert "va à reculons" in page
    assert 'value="B.12-B.01"' in page
    assert not Room.objects.exists()


def test_the_plan_is_read_from_the_top_floor_down_and_searched(cast: Cast):
    for name, building, floor in (
        ("A.10", "Bloc A", "rez"),
        ("A.2", "Bloc A", "rez"),
        ("A.11", "Bloc A", "1er"),
        ("Cave", "Bloc A", "cave"),
        ("B.1", "Bloc B", "rez"),
    ):
        make_room(cast.tilleuls, name, building=building, floor=floor)
    make_room(cast.tilleuls, "Serveurs", kind="technical", building="Bloc A", floor="rez")
    plan = rooms_shown(cast.tilleuls)
    told = [(line.floor, [room.name for room, _icon, _cover in line.rooms]) for line in plan.lines]
    assert told == [
        ("1er", ["A.11"]),
        ("rez", ["A.2", "A.10", "Serveurs"]),
        ("cave", ["Cave"]),
        ("rez", ["B.1"]),
    ]
    assert (plan.total, plan.to_cover) == (6, 5)
    found = rooms_shown(cast.tilleuls, "bloc b")
    assert [room.name for line in found.lines for room, _i, _c in line.rooms] == ["B.1"]
    assert found.total == 6


@pytest.mark.django_db(transaction=True)
def test_two_people_add_the_same_floor_at_once():
    cast = make_cast()
    told: list[int] = []
    together = threading.Barrier(2)

    def add(user: User) -> None:
        together.wait(10)
        try:
            told.append(len(add_rooms(user, cast.tilleuls.pk, ["B.01", "B.02"]).rooms))
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=(user,)) for user in (cast.claire, cast.bernard)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(told) == [0, 2]
    assert Room.objects.count() == 2


def test_closing_twice_from_code_keeps_the_first_day(cast: Cast):
    room = make_room(cast.tilleuls, "B.01")
    first = close_room(cast.claire, cast.tilleuls.pk, room.pk).closed_on
    Room.objects.filter(pk=room.pk).update(closed_on="2025-01-15")
    again = close_room(cast.claire, cast.tilleuls.pk, room.pk).closed_on
    assert first == timezone.localdate()
    assert str(again) == "2025-01-15"
