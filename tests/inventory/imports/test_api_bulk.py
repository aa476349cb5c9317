"""``PATCH /api/v1/devices/bulk/``: good rows are written, the others say why not."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Category, CustomField, Device
from schools.models import AuditEntry
from tests.cast import make_device, make_room

pytestmark = pytest.mark.django_db
URL = "/api/v1/devices/bulk/"


def patch(client, rows, query=""):
    return client.patch(f"{URL}{query}", rows, content_type="application/json")


@pytest.fixture
def pcs(cast):
    return [
        make_device(cast.tilleuls, f"PC-{n}", Category.LAPTOP, serial=f"S{n}") for n in range(3)
    ]


def test_each_row_says_what_became_of_it(client, cast, pcs):
    far = make_device(cast.peupliers, "PC-9", Category.LAPTOP)
    switch = make_device(cast.tilleuls, "SW", Category.SWITCH)
    room, strange = make_room(cast.tilleuls, "A.12"), make_room(cast.peupliers, "Z.1")
    client.force_login(cast.claire)
    answer = patch(
        client,
        [
            {"id": pcs[0].pk, "version": 1, "state": "lent", "room": room.pk, "notes": "vu"},
            {"id": pcs[1].pk, "version": 7, "state": "lent"},
            {"id": pcs[2].pk, "state": "installed"},
            {"id": far.pk, "state": "lent"},
            {"id": switch.pk, "state": "lent"},
            {"id": 999_999, "state": "lent"},
        ],
    )
    assert answer.status_code == 200, answer.content
    told = [
        (one["status"], one["version"], [error["code"] for error in one["errors"]])
        for one in answer.json()
    ]
    assert told == [
        ("changed", 2, []),
        ("refused", None, ["stale"]),
        ("unchanged", 1, []),
        ("refused", None, ["gone"]),
        ("refused", None, ["network_kept"]),
        ("refused", None, ["gone"]),
    ]
    device = Device.objects.get(pk=pcs[0].pk)
    assert (device.state, device.room, device.notes, device.version) == ("lent", room, "vu", 2)
    assert AuditEntry.objects.filter(action="bulk_changed", actor=cast.claire).count() == 1
    answer = patch(client, [{"id": pcs[1].pk, "room": strange.pk}, {"id": pcs[0].pk, "room": None}])
    assert [one["status"] for one in answer.json()] == ["refused", "changed"]
    assert Device.objects.get(pk=pcs[0].pk).room is None


def test_all_or_none_writes_nothing_when_one_is_refused(client, cast, pcs):
    client.force_login(cast.claire)
    rows = [{"id": pc.pk, "state": "lent"} for pc in pcs] + [{"id": 999_999, "state": "lent"}]
    answer = patch(client, rows, "?all_or_none=1")
    assert answer.status_code == 409
    assert not Device.objects.filter(state="lent").exists()


def test_a_serial_already_taken_and_a_device_named_twice_are_refused(client, cast, pcs):
    client.force_login(cast.claire)
    answer = patch(
        client,
        [
            {"id": pcs[0].pk, "serial": "s1"},
            {"id": pcs[2].pk, "notes": "a"},
            {"id": pcs[2].pk, "notes": "b"},
        ],
    )
    codes = [[error["code"] for error in one["errors"]] for one in answer.json()]
    assert codes == [["contrary"], ["twice"], ["twice"]]


@pytest.mark.parametrize("body", [{}, [{"state": "lent"}], [{"id": 1, "state": "?"}]])
def test_a_body_of_another_shape_is_refused(client, cast, body):
    client.force_login(cast.claire)
    assert patch(client, body).status_code == 400


def test_who_keeps_nothing_may_not(client, cast, pcs):
    client.force_login(cast.odile)
    assert patch(client, [{"id": pcs[0].pk, "notes": "x"}]).status_code == 403


def test_the_queries_do_not_grow_with_the_devices(client, cast, pcs):
    client.force_login(cast.sofia)
    many = [make_device(cast.tilleuls, f"M-{n}", Category.LAPTOP) for n in range(60)]

    def cost(devices, word):
        with CaptureQueriesContext(connection) as queries:
            answer = patch(client, [{"id": one.pk, "notes": word} for one in devices])
        assert {one["status"] for one in answer.json()} == {"changed"}
        return len(queries)

    assert cost(many, "b") <= cost(pcs, "a")


def test_own_fields_are_read_as_their_category_says(client, cast, pcs):
    CustomField.objects.create(
        categories=[Category.LAPTOP], key="ram", label_fr="Mémoire", kind="number"
    )
    Device.objects.filter(pk=pcs[1].pk).update(custom={"ram": 8})
    client.force_login(cast.claire)
    rows = [
        {"id": pcs[0].pk, "custom": {"ram": "16"}},
        {"id": pcs[1].pk, "custom": {"ram": None}},
        {"id": pcs[2].pk, "custom": {"ram": "beaucoup"}},
        {"id": pcs[2].pk, "custom": {"couleur": "vert"}},
    ]
    told = [patch(client, [row]).json()[0] for row in rows]
    assert [one["status"] for one in told] == ["changed", "changed", "refused", "refused"]
    assert [Device.objects.get(pk=pc.pk).custom for pc in pcs] == [{"ram": 16}, {}, {}]
    assert [one["errors"][0]["field"] for one in told[2:]] == ["custom.ram", "custom.couleur"]
    assert "beaucoup" in told[2]["errors"][0]["detail"]
    assert "n’existe pas" in told[3]["errors"][0]["detail"]
