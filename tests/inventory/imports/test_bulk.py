"""Changing many devices: a preview with its refusals, a yes, and taking the whole back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from inventory.models import Category, Device, DeviceMove, DeviceState
from schools.models import ImportRun
from tests.cast import make_device, make_room
from tests.inventory.imports.files import apply, number_sites, told

pytestmark = pytest.mark.django_db
URL = "/equipements/modifier/"


@pytest.fixture
def pcs(cast):
    number_sites()
    cast.tilleuls.refresh_from_db()
    return [make_device(cast.tilleuls, f"PC-{n}", Category.LAPTOP) for n in range(3)]


def preview(client, devices, **said):
    keys = [device.pk for device in devices]
    answer = client.post(URL, {"device": keys, "step": "preview", **said})
    assert answer.status_code == 302, answer.content.decode()
    run = ImportRun.objects.latest("pk")
    assert answer.url == reverse("schools:import", args=[run.pk])
    return run


def test_the_form_shows_what_was_chosen_and_an_empty_choice_is_told(client, cast, pcs):
    client.force_login(cast.claire)
    page = client.post(URL, {"device": [pc.pk for pc in pcs]}).content.decode()
    assert "Modifier 3 équipements" in page
    answer = client.post(URL, follow=True)
    assert "cochez au moins une ligne" in answer.content.decode()


def test_a_bulk_edit_is_previewed_written_and_taken_back(client, cast, pcs):
    make_room(cast.tilleuls, "A.12")
    client.force_login(cast.claire)
    run = preview(client, pcs, state="in_repair", room="a.12", warranty_until="31/08/2030")
    assert run.counts["outcomes"] == {"changed": 3}
    assert set(Device.objects.values_list("state", flat=True)) == {"installed"}
    apply(run, user=cast.claire)
    assert set(Device.objects.values_list("state", "room__name")) == {("in_repair", "A.12")}
    assert DeviceMove.objects.filter(device=pcs[0]).count() == 1
    page = client.get(reverse("schools:import", args=[run.pk])).content.decode()
    assert "Annuler ce qui a changé" in page

    Device.objects.filter(pk=pcs[0].pk).update(notes="un collègue")
    client.post(reverse("inventory:devices_undo", args=[run.pk]))
    back = ImportRun.objects.latest("pk")
    assert back.pk != run.pk
    assert [reason for _line, _column, reason in told(back)] == ["stale"]
    apply(back, user=cast.claire)
    found = dict(Device.objects.values_list("name", "state"))
    assert found == {"PC-0": "in_repair", "PC-1": "installed", "PC-2": "installed"}
    again = Device.objects.get(name="PC-1")
    assert (again.room, again.warranty_until) == (None, None)


def test_a_school_changes_neither_the_network_nor_anothers_devices(client, cast, pcs):
    switch = make_device(cast.tilleuls, "SW", Category.SWITCH)
    other = make_device(cast.peupliers, "PC-9", Category.LAPTOP)
    client.force_login(cast.claire)
    run = preview(client, [*pcs, switch, other], state="retired")
    assert [reason for _line, _column, reason in told(run)] == ["network_kept"]
    apply(run, user=cast.claire)
    states = dict(Device.objects.values_list("name", "state"))
    assert states == {
        "PC-0": "retired", "PC-1": "retired", "PC-2": "retired", "SW": "installed",
        "PC-9": "installed",
    }  # fmt: skip


def test_everything_that_the_filter_gives_is_chosen_at_once(client, cast, pcs):
    client.force_login(cast.sofia)
    Device.objects.filter(pk=pcs[0].pk).update(state=DeviceState.LOST)
    said = {"all": "1", "query": "situation=installed&type=laptop", "step": "preview"}
    client.post(URL, said | {"notes": "vu"})
    assert ImportRun.objects.latest("pk").counts["outcomes"] == {"changed": 2}


def test_what_is_written_wrongly_is_told_beside_its_field(client, cast, pcs):
    client.force_login(cast.claire)
    keys = [pc.pk for pc in pcs]
    for said, words in (
        ({"warranty_until": "31/02/2030"}, "Date attendue"),
        ({"own_key": "lot"}, "vont ensemble"),
        ({}, "au moins une valeur"),
    ):
        page = client.post(URL, {"device": keys, "step": "preview", **said})
        assert page.status_code == 200
        assert words in page.content.decode()
    assert not ImportRun.objects.exists()


def test_who_keeps_nothing_is_told_so(client, cast, pcs):
    client.force_login(cast.odile)
    answer = client.post(URL, {"device": [pcs[0].pk]})
    assert answer.status_code == 403
    assert "écoles et par les techniciens" in answer.content.decode()


def test_an_import_of_another_is_not_taken_back(client, cast, pcs):
    client.force_login(cast.claire)
    run = apply(preview(client, pcs, notes="vu"), user=cast.claire)
    client.force_login(cast.karl)
    assert client.post(reverse("inventory:devices_undo", args=[run.pk])).status_code == 404
