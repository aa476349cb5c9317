"""One device through the API: entered, and corrected under the version that was read."""

from __future__ import annotations

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from rest_framework.test import APIClient

from inventory.models import Category, Device, DeviceMove, Product
from schools.actions.make_token import make_token
from schools.models import AuditEntry, User
from tests.architecture.query_counts import assert_query_count
from tests.cast import make_cast, make_device, make_room
from tests.world_devices import make_field

LIST = "/api/v1/devices/"


def patch(client, device, said, version: object = 1):
    headers = {} if version is None else {"if-match": f'"{version}"'}
    return client.patch(f"{LIST}{device.pk}/", said, format="json", headers=headers)


@pytest.fixture
def laptop(cast):
    return make_device(cast.tilleuls, "PC-1", Category.LAPTOP, serial="S-1", notes="rien")


def test_what_is_sent_changes_and_the_rest_stays(api, cast, laptop):
    make_field("ram", "Mémoire", "number", unit="Go")
    make_field("cover", "Housse", "text")
    Device.objects.filter(pk=laptop.pk).update(custom={"ram": 8, "cover": "bleue"})
    read = api(cast.claire).get(f"{LIST}{laptop.pk}/")
    said = {"serial": "", "mac": "00-1A-2B-3C-4D-5E", "warranty_until": "2030-08-31",
            "custom": {"ram": "16", "cover": None}}  # fmt: skip
    answer = patch(api(cast.claire), laptop, said, version=read.json()["version"])
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["serial"], told["mac"], told["notes"]) == (None, "00:1a:2b:3c:4d:5e", "rien")
    assert told["custom"] == {"ram": 16}
    assert told["version"] == read.json()["version"] + 1
    assert answer["ETag"] == f'"{told["version"]}"'
    entry = AuditEntry.objects.get(action="change_device")
    assert (entry.actor, entry.before["ram"], entry.after["ram"]) == (cast.claire, 8, 16)
    assert entry.after["warranty_until"] == "2030-08-31"


def test_what_already_stands_is_no_change(api, cast, laptop):
    answer = patch(api(cast.claire), laptop, {"serial": "S-1", "notes": "rien"})
    assert (answer.status_code, answer["ETag"]) == (200, '"1"')
    assert not AuditEntry.objects.filter(action="change_device").exists()


def test_without_the_version_nothing_is_written_and_what_to_do_is_said(api, cast, laptop):
    answer = patch(api(cast.claire), laptop, {"notes": "vu"}, version=None)
    assert answer.status_code == 428
    assert "If-Match" in answer.json()["detail"]
    assert "ETag" in answer.json()["how"]
    assert Device.objects.get().notes == "rien"


def test_who_read_an_older_version_is_told_the_one_of_today(api, cast, laptop):
    assert patch(api(cast.bernard), laptop, {"notes": "vitre"}).status_code == 200
    answer = patch(api(cast.claire), laptop, {"notes": "clavier"})
    assert (answer.status_code, answer["ETag"]) == (412, '"2"')
    assert answer["Content-Type"] == "application/problem+json"
    assert '"2"' in answer.json()["detail"]
    assert Device.objects.get().notes == "vitre"
    assert patch(api(cast.claire), laptop, {"notes": "clavier"}, version=2).status_code == 200


@pytest.mark.parametrize("version", ['7"', "x", "99999999999", "*"])
def test_a_version_that_nobody_read_writes_nothing(api, cast, laptop, version):
    assert patch(api(cast.claire), laptop, {"notes": "vu"}, version).status_code in (412, 428)
    assert Device.objects.get().notes == "rien"


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"serail": "X"}, "serail", "serial"),
        ({"state": "retired"}, "state", "mouvement"),
        ({"room": 3}, "room", "mouvement"),
        ({"site": 3}, "site", "n’existe pas ici"),
        ({"owner": "mairie"}, "owner", "mairie"),
        ({"installed_on": "31/02/2026"}, "installed_on", "31/02/2026"),
        ({"mac": "00:1a:2b"}, "mac", "00:1a:2b"),
        ({"product": 2**70}, "product", str(2**70)),
        ({"name": "N" * 61}, "name", "NNN"),
        ({"name": ""}, "name", ""),
        ({"serial": "DEJA"}, "serial", "déjà"),
        ({"custom": {"ram": "beaucoup"}}, "custom.ram", "beaucoup"),
        ({"custom": {"couleur": "vert"}}, "custom.couleur", "n’existe pas"),
        ([{"notes": "vu"}], "non_field_errors", ""),
    ],
)
def test_a_wrong_field_is_named_with_its_value_and_why(api, cast, laptop, said, field, words):
    make_field("ram", "Mémoire", "number")
    make_device(cast.peupliers, "PC-9", Category.LAPTOP, serial="DEJA")
    answer = patch(api(cast.claire), laptop, said)
    assert answer.status_code == 400, answer.content
    assert list(answer.json()["errors"]) == [field]
    assert words in answer.json()["errors"][field][0]
    assert "PC-9" not in answer.content.decode()
    assert Device.objects.get(pk=laptop.pk).version == 1


def test_every_wrong_field_is_told_at_once(api, cast, laptop):
    answer = patch(api(cast.claire), laptop, {"serail": "X", "owner": "?", "notes": "vu"})
    assert set(answer.json()["errors"]) == {"serail", "owner"}


def test_a_school_changes_no_network_and_makes_none(api, cast, laptop):
    switch = make_device(cast.tilleuls, "SW-1")
    answer = patch(api(cast.claire), switch, {"notes": "vu"}, version=None)
    assert answer.status_code == 403
    assert "techniciens" in answer.json()["detail"]
    answer = patch(api(cast.claire), laptop, {"product": switch.product_id})
    assert answer.status_code == 403
    assert patch(api(cast.thomas), switch, {"notes": "vu"}).status_code == 200


def test_own_fields_follow_once_the_category_has_changed(api, cast, laptop):
    tablet = Product.objects.create(maker="Exemple", model="T1", category=Category.TABLET)
    both = {"product": tablet.pk, "custom": {"ram": 4}}
    assert list(patch(api(cast.claire), laptop, both).json()["errors"]) == ["custom"]
    assert patch(api(cast.claire), laptop, {"product": tablet.pk}).json()["product"]["id"] == (
        tablet.pk
    )


def test_who_may_and_who_may_not(api, cast, laptop):
    far = make_device(cast.peupliers, "PC-9", Category.LAPTOP)
    assert patch(api(cast.claire), far, {"notes": "vu"}).status_code == 404
    assert patch(api(cast.veronique), laptop, {"notes": "vu"}).status_code == 403
    assert patch(api(cast.odile), laptop, {"notes": "vu"}).status_code == 403
    assert patch(api(None), laptop, {"notes": "vu"}).status_code == 401
    assert api(cast.claire).delete(f"{LIST}{laptop.pk}/").status_code == 405
    assert api(cast.claire).put(f"{LIST}{laptop.pk}/", {}, format="json").status_code == 405


@pytest.mark.parametrize("scopes", [["read", "inventory"], ["write", "helpdesk"]])
def test_a_key_without_the_scope_writes_nothing(cast, laptop, scopes):
    _key, text = make_token(cast.claire, "essai", scopes)
    client = APIClient(headers={"Authorization": f"Token {text}"})
    assert patch(client, laptop, {"notes": "vu"}).status_code == 403
    assert client.post(LIST, {}, format="json").status_code == 403
    assert Device.objects.get().notes == "rien"


def test_a_key_that_writes_says_its_name_in_the_journal(cast, laptop):
    _key, text = make_token(cast.claire, "Tableur", ["write", "inventory"])
    client = APIClient(headers={"Authorization": f"Token {text}"})
    assert patch(client, laptop, {"notes": "vu"}).status_code == 200
    entry = AuditEntry.objects.get(action="change_device")
    assert (entry.actor, entry.door) == (cast.claire, "token")


def test_a_correction_costs_the_same_at_any_school(api, cast, laptop):
    client = api(cast.claire)
    with assert_query_count("api:device-patch"):
        assert patch(client, laptop, {"notes": "vu"}).status_code == 200
    for n in range(20):
        make_device(cast.tilleuls, f"M-{n}", Category.LAPTOP)
    client = api(cast.claire)
    with assert_query_count("api:device-patch"):
        assert patch(client, laptop, {"notes": "revu"}, version=2).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_clerks_at_once_one_writes():
    cast, clerks = make_cast(), 6
    device = make_device(cast.tilleuls, "PC-1", Category.LAPTOP)
    together = Barrier(clerks)

    def clerk(rank: int) -> int:
        try:
            client = APIClient()
            client.force_authenticate(User.objects.get(pk=(cast.claire, cast.bernard)[rank % 2].pk))
            together.wait(timeout=30)
            return patch(client, device, {"notes": f"clerk {rank}"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(clerks) as pool:
        told = Counter(pool.map(clerk, range(clerks)))
    assert told == {200: 1, 412: clerks - 1}
    assert Device.objects.get().version == 2


# --- a new one ---


def new(cast, **more) -> dict[str, object]:
    product, _new = Product.objects.get_or_create(maker="Exemple", model="L14", category="laptop")
    return {"site": cast.tilleuls.pk, "product": product.pk, **more}


def test_a_device_is_entered_with_its_place_and_its_name(api, cast):
    room = make_room(cast.tilleuls, "A.14")
    said = new(cast, serial="S-7", room=room.pk, holder=cast.bernard.pk, owner="school")
    answer = api(cast.claire).post(LIST, said, format="json")
    assert answer.status_code == 201, answer.content
    device = Device.objects.get()
    assert (device.name, device.room, device.holder) == ("Portable 1", room, cast.bernard)
    assert answer["ETag"] == f'"{device.version}"'
    assert answer.json()["id"] == device.pk
    assert DeviceMove.objects.get().actor == cast.claire
    assert AuditEntry.objects.filter(action="add_device", actor=cast.claire).count() == 1


def test_the_same_request_twice_enters_one(api, cast):
    said = new(cast, request_key=str(uuid.uuid4()))
    first, second = (api(cast.claire).post(LIST, said, format="json") for _n in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert Device.objects.count() == DeviceMove.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"site": 999_999}, "site"),
        ({"product": 999_999}, "product"),
        ({"room": 999_999}, "room"),
        ({"holder": 999_999}, "holder"),
        ({"state": "lent"}, "state"),
        ({"custom": {"ram": 8}}, "custom.ram"),
        ({"serial": "DEJA"}, "serial"),
        ({"fase": 1}, "fase"),
    ],
)
def test_what_cannot_be_entered_is_told_by_field(api, cast, more, field):
    make_device(cast.peupliers, "PC-9", Category.LAPTOP, serial="DEJA")
    answer = api(cast.claire).post(LIST, new(cast) | more, format="json")
    assert answer.status_code == 400, answer.content
    assert list(answer.json()["errors"]) == [field]
    assert Device.objects.count() == 1


def test_who_enters_where(api, cast):
    far = new(cast) | {"site": cast.peupliers.pk}
    assert list(api(cast.claire).post(LIST, far, format="json").json()["errors"]) == ["site"]
    switch = Product.objects.create(maker="Exemple", model="SW", category=Category.SWITCH)
    said = new(cast) | {"product": switch.pk, "state": "in_stock"}
    assert api(cast.claire).post(LIST, said, format="json").status_code == 403
    assert api(cast.thomas).post(LIST, said, format="json").status_code == 201
    for person in (cast.odile, cast.veronique):  # before the body is read
        assert api(person).post(LIST, {}, format="json").status_code == 403
    assert api(cast.claire).post(LIST, {}, format="json").status_code == 400
