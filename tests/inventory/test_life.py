"""The life of a device: what may follow what, what each step needs, who may, and taking it back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory.access import DecisionImpossible, DecisionRefused
from inventory.actions.device_writing import FactsRefused
from inventory.actions.move_device import Asked, move_device, undo_move
from inventory.actions.note_moves import note_moves
from inventory.models import (
    Category,
    Device,
    DeviceMove,
    DeviceState,
    Link,
    RoomCoverage,
)
from inventory.rules.life import NEXT, Situation, State, Step, may_follow, objections, unplugs
from schools.models import AuditEntry, Site
from tests.cast import Cast, make_device, make_link, make_room, make_target

TODAY = dt.date(2026, 11, 23)
HERE = Situation(State.INSTALLED, site=1, room=7)


def against(before: Situation, after: Situation, network: bool = False, **said: object) -> set[str]:
    return {one.field for one in objections(before, Step(after, **said), TODAY, network)}


@pytest.mark.parametrize(
    ("before", "after", "may"),
    [
        ("ordered", "in_stock", True),
        ("ordered", "installed", True),
        ("installed", "in_repair", True),
        ("in_repair", "installed", True),
        ("installed", "ordered", False),
        ("installed", "lent", False),
        ("in_stock", "lent", False),
        ("lent", "in_stock", True),
        ("retired", "installed", False),
        ("retired", "in_stock", True),
        ("lost", "in_stock", True),
    ],
)
def test_what_may_follow(before: str, after: str, may: bool):
    assert may_follow(State(before), State(after)) is may


def test_every_situation_of_the_table_is_known_and_leads_somewhere():
    assert set(NEXT) == set(State) == {State(value) for value in DeviceState.values}
    assert all(NEXT.values())
    assert not any(State.LENT in after for after in NEXT.values())


def test_installed_needs_a_room_or_a_reason():
    stock = Situation(State.IN_STOCK, site=1)
    nowhere = Situation(State.INSTALLED, site=1)
    assert against(stock, nowhere) == {"room"}
    assert against(stock, nowhere, why="chariot mobile") == set()
    assert against(stock, HERE) == set()


def test_what_is_lost_needs_a_day_and_a_reason():
    lost = Situation(State.LOST, site=1)
    assert against(HERE, lost) == {"why", "happened_on"}
    assert against(HERE, lost, why="vol", happened_on=TODAY + dt.timedelta(1)) == {"happened_on"}
    assert against(HERE, lost, why="vol", happened_on=dt.date(1926, 11, 1)) == {"happened_on"}
    assert against(HERE, lost, why="vol", happened_on=TODAY, police_report="NA.11") == set()


def test_retired_and_back_need_a_reason():
    retired = Situation(State.RETIRED, site=1)
    assert against(HERE, retired) == {"why"}
    assert against(retired, Situation(State.IN_STOCK, site=1)) == {"why"}
    assert against(retired, Situation(State.IN_STOCK, site=1), why="erreur") == set()


def test_nothing_changes_nothing_and_the_gone_do_not_move():
    assert against(HERE, HERE) == {""}
    lost = Situation(State.LOST, site=1)
    assert against(lost, Situation(State.LOST, site=2)) == {"state"}
    assert against(lost, Situation(State.IN_STOCK, site=2), why="retrouvé") == {"site"}


def test_network_equipment_is_entrusted_to_nobody():
    held = Situation(State.INSTALLED, site=1, room=7, holder=3)
    assert against(HERE, held, network=True) == {"holder"}
    assert against(HERE, held) == set()


def test_what_leaves_for_good_is_unplugged():
    assert unplugs(HERE, Situation(State.INSTALLED, site=2))
    assert unplugs(HERE, Situation(State.RETIRED, site=1))
    assert not unplugs(HERE, Situation(State.IN_REPAIR, site=1, room=7))


# --- the action ---


@pytest.fixture
def laptop(cast: Cast) -> Device:
    device = make_device(
        cast.tilleuls, "PC-1", Category.LAPTOP, room=make_room(cast.tilleuls, "A.14")
    )
    note_moves([device.pk], None)
    return device


def test_a_step_is_told_in_the_history_and_in_the_journal(cast: Cast, laptop: Device):
    move = move_device(cast.claire, laptop.pk, Asked("in_repair", laptop.room_id, why="vitre"))
    assert (move.state, move.why, move.actor, move.room_text) == (
        "in_repair",
        "vitre",
        cast.claire,
        "A.14",
    )
    entry = AuditEntry.objects.get(action="move_device")
    assert (entry.before["state"], entry.after["state"], entry.why) == (
        "installed",
        "in_repair",
        "vitre",
    )


def test_a_theft_keeps_its_day_and_the_police_report(cast: Cast, laptop: Device):
    day = timezone.localdate() - dt.timedelta(days=3)
    asked = Asked("lost", why="effraction", happened_on=day, police_report="NA.11.L1.2026")
    move = move_device(cast.bernard, laptop.pk, asked)
    assert (move.happened_on, move.police_report) == (day, "NA.11.L1.2026")
    assert Device.objects.get(pk=laptop.pk).room is None


def test_a_refused_step_writes_nothing(cast: Cast, laptop: Device):
    before = DeviceMove.objects.count()
    for asked in (
        Asked("lost", why="vol"),
        Asked("lent", laptop.room_id),
        Asked("installed", make_room(cast.saules, "Z").pk),
        Asked("installed", laptop.room_id, holder=cast.karl.pk),
    ):
        with pytest.raises(FactsRefused):
            move_device(cast.claire, laptop.pk, asked)
    assert DeviceMove.objects.count() == before
    assert Device.objects.get(pk=laptop.pk).state == "installed"


def test_it_is_entrusted_to_somebody_of_the_school(cast: Cast, laptop: Device):
    move = move_device(
        cast.claire, laptop.pk, Asked("installed", laptop.room_id, holder=cast.bernard.pk)
    )
    assert move.holder == cast.bernard


def test_who_may_not_change_it_may_not_move_it(cast: Cast, laptop: Device):
    switch = make_device(cast.tilleuls, "SW-1")
    for person, device in ((cast.veronique, laptop), (cast.odile, laptop), (cast.claire, switch)):
        with pytest.raises(DecisionRefused):
            move_device(person, device.pk, Asked("in_repair"))
    with pytest.raises(Device.DoesNotExist):
        move_device(cast.karl, laptop.pk, Asked("in_repair"))


def test_a_transfer_needs_both_sides(cast: Cast, laptop: Device):
    second = Site.objects.create(
        school=cast.tilleuls.school,
        name="Annexe",
        scheme=cast.tilleuls.scheme,
        municipality=cast.tilleuls.municipality,
    )
    foreign = cast.saules
    make_device(second, "PC-1", Category.LAPTOP)
    with pytest.raises(FactsRefused):  # Claire does not see that school
        move_device(cast.claire, laptop.pk, Asked("installed", site=foreign.pk, why="don"))
    move_device(cast.claire, laptop.pk, Asked("installed", site=second.pk, why="réserve"))
    moved = Device.objects.get(pk=laptop.pk)
    assert (moved.site, moved.name, moved.room) == (second, "PC-1 2", None)
    move_device(cast.sofia, laptop.pk, Asked("installed", site=foreign.pk, why="prêt d’école"))
    assert not Device.objects.visible_to(cast.claire).filter(pk=laptop.pk).exists()
    with pytest.raises(Device.DoesNotExist):
        move_device(cast.claire, laptop.pk, Asked("in_repair"))


def test_supervision_follows_a_transfer_and_the_cables_go(cast: Cast):
    switch = make_device(cast.tilleuls, "SW-1", room=make_room(cast.tilleuls, "A.02"))
    point = make_device(cast.tilleuls, "AP-1", Category.ACCESS_POINT, room=switch.room)
    make_link(switch, point)
    RoomCoverage.objects.create(access_point=point, room=switch.room)
    target = make_target(point)
    move_device(cast.thomas, point.pk, Asked("installed", site=cast.saules.pk, why="remplacement"))
    target.refresh_from_db()
    assert target.site == cast.saules
    assert not Link.objects.exists()
    assert not RoomCoverage.objects.exists()
    assert "SW-1" in AuditEntry.objects.get(action="move_device").before["links"][0]


def test_the_last_step_is_taken_back_once(cast: Cast, laptop: Device):
    move = move_device(cast.claire, laptop.pk, Asked("in_stock"))
    undo_move(cast.claire, laptop.pk, move.pk)
    back = Device.objects.get(pk=laptop.pk)
    assert (back.state, back.room) == ("installed", laptop.room)
    assert [m.state for m in laptop.moves.all()] == ["installed", "in_stock", "installed"]
    with pytest.raises(DecisionImpossible):
        undo_move(cast.claire, laptop.pk, move.pk)


def test_nobody_takes_another_s_step_back(cast: Cast, laptop: Device):
    move = move_device(cast.claire, laptop.pk, Asked("in_stock"))
    with pytest.raises(DecisionImpossible):
        undo_move(cast.bernard, laptop.pk, move.pk)


# --- the pages ---


def as_(user) -> Client:
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user)
    return client


def test_one_click_sends_it_to_repair_and_the_toast_brings_it_back(cast: Cast, laptop: Device):
    client = as_(cast.claire)
    url = reverse("inventory:device_move", args=[laptop.pk])
    answer = client.post(url, {"vers": "in_repair"}, follow=True)
    page = answer.content.decode()
    assert "data-undo=" in page
    assert Device.objects.get(pk=laptop.pk).state == "in_repair"
    move = laptop.moves.first()
    undo = reverse("inventory:device_undo_move", args=[laptop.pk, move.pk])
    answer = client.post(undo, headers={"hx-request": "true"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == reverse("inventory:device", args=[laptop.pk])
    assert Device.objects.get(pk=laptop.pk).state == "installed"


def test_the_form_says_what_is_missing(cast: Cast, laptop: Device):
    url = f"{reverse('inventory:device_move', args=[laptop.pk])}?vers=lost"
    page = as_(cast.claire).post(url, {"vers": "lost", "why": ""}).content.decode()
    assert "Indiquez le jour de la perte ou du vol." in page
    assert "Dites pourquoi" in page


def test_a_blocked_move_is_visible_with_its_reason(cast: Cast):
    switch = make_device(cast.tilleuls, "SW-1")
    page = as_(cast.claire).get(reverse("inventory:device", args=[switch.pk])).content.decode()
    assert "data-blocked" in page
    assert "que par les techniciens" in page
    url = reverse("inventory:device_move", args=[switch.pk])
    assert as_(cast.claire).post(url, {"vers": "in_repair"}).status_code == 403
    assert as_(cast.karl).post(url, {"vers": "in_repair"}).status_code == 404


def test_moves_at_another_school_are_not_told(cast: Cast, laptop: Device):
    move_device(cast.sofia, laptop.pk, Asked("installed", site=cast.peupliers.pk, why="secret-1"))
    page = as_(cast.karl).get(reverse("inventory:device", args=[laptop.pk])).content.decode()
    assert "secret-1" in page
    assert "A.14" not in page
