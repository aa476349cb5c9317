"""Devices are entered and corrected by those who keep them; who was slower is shown both values."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory.actions.add_device import add_device
from inventory.actions.change_device import ChangedMeanwhile, change_device
from inventory.actions.device_writing import FactsRefused
from inventory.actions.other_product import other_product
from inventory.models import Category, Device, DeviceMove, Product
from schools.keyset import PAGE
from schools.models import AuditEntry
from tests.architecture.query_counts import assert_query_count
from tests.cast import Cast, make_device, make_room

NEW, LIST = reverse("inventory:device_new"), reverse("inventory:devices")


def as_(user) -> Client:
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user)
    return client


def product_of(category: str = Category.LAPTOP, **extra: object) -> Product:
    return Product.objects.create(
        maker="Exemple", model=f"Modèle {category}", category=category, **extra
    )


def facts_of(product: Product, **more: object) -> dict[str, object]:
    return {"product": product, "owner": "school", "origin": "own", **more}


def fields_of(page: str) -> dict[str, str]:
    """What the browser would send back of a form."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return dict(hidden)


def test_a_contact_enters_a_laptop_in_four_screens(cast: Cast):
    product, room = product_of(), make_room(cast.tilleuls, "A.14")
    client = as_(cast.claire)
    kinds = client.get(NEW).content.decode()  # her only site is not asked
    assert "Quel genre" in kinds
    assert "par les techniciens" in kinds
    models = client.get(NEW, {"site": cast.tilleuls.pk, "genre": "laptop"}).content.decode()
    assert str(product) in models
    url = f"{NEW}?site={cast.tilleuls.pk}&produit={product.pk}"
    said = {"name": "", "serial": "S-1", "asset_number": "", "mac": "00-1A-2B-3C-4D-5E",
            "owner": "school", "origin": "gift", "state": "installed", "room": room.pk,
            "notes": ""}  # fmt: skip
    answer = client.post(url, said)
    device = Device.objects.get()
    assert answer.url == reverse("inventory:device", args=[device.pk])
    assert (device.name, device.serial, device.mac, device.room) == (
        "Portable 1",
        "S-1",
        "00:1a:2b:3c:4d:5e",
        room,
    )
    assert DeviceMove.objects.get().actor == cast.claire
    assert AuditEntry.objects.filter(action="add_device", actor=cast.claire).exists()


def test_a_form_sent_twice_adds_one_device(cast: Cast):
    product, client = product_of(), as_(cast.claire)
    url = f"{NEW}?site={cast.tilleuls.pk}&produit={product.pk}"
    sent = fields_of(client.get(url).content.decode())
    said = {"owner": "school", "origin": "own", "state": "in_stock", "envoi": sent["envoi"]}
    first, second = client.post(url, said), client.post(url, said)
    assert first.url == second.url
    assert Device.objects.count() == DeviceMove.objects.count() == 1
    client.post(url, said | {"envoi": "forgé:x:y"})
    assert Device.objects.count() == 2


def test_a_device_of_a_product_with_ports_gets_them(cast: Cast):
    lines = [
        {"name": "Gi1/0/[1-24]", "kind": "copper", "speed_mbps": 1000, "poe": True},
        {"name": "Te1/1/[1-4]", "kind": "fibre", "speed_mbps": 10000, "poe": False},
    ]
    product = product_of(Category.SWITCH, ports_template=lines)
    room = make_room(cast.tilleuls, "A.02")
    switch = add_device(cast.thomas, cast.tilleuls.pk, facts_of(product), room=room)
    ports = list(switch.ports.values_list("name", "number", "kind", "speed_mbps", "poe"))
    assert len(ports) == 28
    assert ports[0] == ("Gi1/0/1", 1, "copper", 1000, True)
    assert ports[-1] == ("Te1/1/4", 28, "fibre", 10000, False)


def test_names_are_given_one_after_the_other(cast: Cast):
    product = product_of()
    names = [add_device(cast.claire, cast.tilleuls.pk, facts_of(product)).name for _n in range(3)]
    assert names == ["Portable 1", "Portable 2", "Portable 3"]


def test_a_model_that_the_catalogue_lacks_is_told_later(cast: Cast):
    url = f"{NEW}?site={cast.tilleuls.pk}&genre=tablet&produit=autre"
    client = as_(cast.claire)
    assert client.get(url).status_code == 200
    assert not Product.objects.exists()
    client.post(url, {"owner": "school", "origin": "gift", "state": "in_stock", "notes": "Zed X1"})
    device = Device.objects.get()
    assert device.product == other_product("tablet", make=False)
    assert (device.product.maker, device.notes) == ("À préciser", "Zed X1")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"serial": "DEJA"}, "serial"),
        ({"name": "PC-1"}, "name"),
        ({"asset_number": "77"}, "asset_number"),
    ],
)
def test_what_another_device_has_is_told_beside_its_field(cast: Cast, said: dict, field: str):
    make_device(cast.tilleuls, "PC-1", Category.LAPTOP)
    make_device(cast.peupliers, "PC-9", Category.LAPTOP, serial="DEJA", asset_number="77")
    with pytest.raises(FactsRefused) as refused:
        add_device(cast.claire, cast.tilleuls.pk, facts_of(product_of(), **said))
    assert set(refused.value.errors) == {field}
    assert "PC-9" not in str(refused.value)
    assert Device.objects.count() == 2


def test_who_adds_where(cast: Cast):
    laptop, switch = product_of(), product_of(Category.SWITCH)
    here = f"{NEW}?site={cast.tilleuls.pk}&produit="
    codes = {
        (person.full_name.split()[0], product.category): as_(person)
        .get(f"{here}{product.pk}")
        .status_code
        for person in (
            cast.claire,
            cast.bernard,
            cast.thomas,
            cast.veronique,
            cast.odile,
            cast.karl,
        )
        for product in (laptop, switch)
    }
    assert codes == {
        ("Claire", "laptop"): 200, ("Claire", "switch"): 403,
        ("Bernard", "laptop"): 200, ("Bernard", "switch"): 403,
        ("Thomas", "laptop"): 200, ("Thomas", "switch"): 200,
        ("Véronique", "laptop"): 403, ("Véronique", "switch"): 403,
        ("Odile", "laptop"): 403, ("Odile", "switch"): 403,
        ("Karl", "laptop"): 404, ("Karl", "switch"): 404,
    }  # fmt: skip


def test_a_closed_site_takes_nothing(cast: Cast):
    cast.tilleuls.closed_on = timezone.localdate()
    cast.tilleuls.save()
    answer = as_(cast.sofia).get(f"{NEW}?site={cast.tilleuls.pk}")
    assert answer.status_code == 403
    assert "fermée" in answer.content.decode()


# --- corrections ---


def change_url(device: Device) -> str:
    return reverse("inventory:device_change", args=[device.pk])


def test_a_correction_writes_what_differs_alone(cast: Cast):
    device = make_device(cast.tilleuls, "PC-1", Category.LAPTOP, serial="A")
    client = as_(cast.claire)
    sent = fields_of(client.get(change_url(device)).content.decode())
    assert sent["version"] == "1"
    said = {"product": device.product_id, "name": "PC-1", "serial": "B", "owner": "school",
            "origin": "unknown"}  # fmt: skip
    assert client.post(change_url(device), sent | said).status_code == 302
    entry = AuditEntry.objects.get(action="change_device")
    assert entry.before == {"serial": "A", "owner": "authority"}
    assert entry.after == {"serial": "B", "owner": "school"}
    assert Device.objects.get().version == 2


def test_an_older_version_is_refused_by_the_action(cast: Cast):
    device = make_device(cast.tilleuls, "PC-1", Category.LAPTOP)
    change_device(cast.bernard, device.pk, {"notes": "vitre"}, seen=1)
    with pytest.raises(ChangedMeanwhile) as meanwhile:
        change_device(cast.claire, device.pk, {"notes": "clavier"}, seen=1)
    assert meanwhile.value.device.notes == "vitre"
    assert Device.objects.get().notes == "vitre"


def test_who_was_slower_sees_both_and_chooses(cast: Cast):
    device = make_device(cast.tilleuls, "PC-1", Category.LAPTOP, notes="rien")
    client = as_(cast.claire)
    sent = fields_of(client.get(change_url(device)).content.decode())
    change_device(cast.bernard, device.pk, {"notes": "vitre fendue", "serial": "S-9"}, seen=1)
    mine = {"product": device.product_id, "name": "PC-1", "owner": "school", "origin": "unknown",
            "serial": "", "notes": "clavier cassé"}  # fmt: skip
    answer = client.post(change_url(device), sent | mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("vitre fendue", "clavier cassé", "S-9", "Bernard Exemple", "Rien de ce que"):
        assert words in page, words
    rows = {row.name: row.take for row in answer.context["rows"]}
    # only Bernard touched the serial, only Claire the owner; both wrote the remark
    assert rows == {"serial": "theirs", "owner": "mine", "notes": "mine"}
    again = fields_of(page) | {
        "garder-serial": "theirs",
        "garder-owner": "mine",
        "garder-notes": "theirs",
    }
    assert client.post(change_url(device), again).status_code == 302
    now = Device.objects.get()
    assert (now.serial, now.owner, now.notes) == ("S-9", "school", "vitre fendue")


def test_a_wrong_mac_says_what_is_expected(cast: Cast):
    device = make_device(cast.tilleuls, "PC-1", Category.LAPTOP)
    said = {"version": 1, "product": device.product_id, "name": "PC-1", "owner": "school",
            "origin": "own", "mac": "00:1a:2b"}  # fmt: skip
    page = as_(cast.claire).post(change_url(device), said).content.decode()
    assert "douze chiffres ou lettres" in page
    assert Device.objects.get().mac is None


def test_a_school_turns_no_laptop_into_a_switch(cast: Cast):
    device, switch = (
        make_device(cast.tilleuls, "PC-1", Category.LAPTOP),
        product_of(Category.SWITCH),
    )
    said = {"version": 1, "product": switch.pk, "name": "PC-1", "owner": "school", "origin": "own"}
    as_(cast.claire).post(change_url(device), said)
    assert Device.objects.get().product.category == Category.LAPTOP


def test_who_may_not_change_is_told_why(cast: Cast):
    switch = make_device(cast.tilleuls, "SW-1")
    for method in ("get", "post"):
        answer = getattr(as_(cast.claire), method)(change_url(switch))
        assert answer.status_code == 403
        assert "techniciens" in answer.content.decode()
    assert as_(cast.karl).get(change_url(switch)).status_code == 404


# --- the list ---


def found(client: Client, **query) -> set[str]:
    return {device.name for device, *_rest in client.get(LIST, query).context["rows"]}


def test_the_list_narrows_by_warranty_age_owner_holder_and_support(cast: Cast):
    today = timezone.localdate()

    def make(name: str, **extra) -> Device:
        return make_device(cast.tilleuls, name, Category.LAPTOP, **extra)

    make("ENDED", warranty_until=today - dt.timedelta(1), owner="region", origin="grant")
    make("LAST", warranty_until=today, installed_on=today - dt.timedelta(400))
    make("SOON", warranty_until=today + dt.timedelta(90))
    make("LATER", warranty_until=today + dt.timedelta(91), installed_on=dt.date(2015, 2, 1))
    make("HELD", holder=cast.bernard)
    make_device(cast.tilleuls, "SRV", Category.SERVER, cloud_move="candidate")
    Product.objects.filter(category="server").update(support_ends_on=today - dt.timedelta(1))
    client = as_(cast.sofia)
    assert found(client, garantie="finie") == {"ENDED"}
    assert found(client, garantie="bientot") == {"LAST", "SOON"}
    assert found(client, garantie="encours") == {"LAST", "SOON", "LATER"}
    assert found(client, garantie="inconnue") == {"HELD", "SRV"}
    assert found(client, age="3") == {"LAST"}
    assert found(client, age="vieux") == {"LATER"}
    assert found(client, proprietaire="region") == {"ENDED"}
    assert found(client, provenance="grant") == {"ENDED"}
    assert found(client, confie="oui") == {"HELD"}
    assert found(client, support="fini") == {"SRV"}
    assert found(client, cloud="candidate") == {"SRV"}
    assert found(client, produit=Product.objects.get(category="server").pk) == {"SRV"}


@pytest.mark.parametrize("sort", ["nom", "modele", "ecole", "situation", "garantie", "age"])
def test_every_order_pages_without_gap_or_repetition(cast: Cast, sort: str):
    for n in range(PAGE + 7):
        day = dt.date(2027, 1, 1) + dt.timedelta(n % 5) if n % 3 else None
        make_device(cast.tilleuls, f"D{n:03d}", warranty_until=day, installed_on=day)
    client = as_(cast.sofia)
    first = client.get(LIST, {"tri": sort})
    second = client.get(LIST, {"tri": sort, "apres": first.context["after"]})
    names = [d.name for d, *_r in (*first.context["rows"], *second.context["rows"])]
    assert len(names) == len(set(names)) == PAGE + 7
    if sort == "garantie":
        days = [d.warranty_until for d, *_r in (*first.context["rows"], *second.context["rows"])]
        assert days == sorted(days, key=lambda day: day or dt.date.max)


def test_a_cursor_that_nobody_of_ours_wrote_is_the_first_page(cast: Cast):
    make_device(cast.tilleuls, "PC-1")
    for sort in ("nom", "garantie"):
        answer = as_(cast.sofia).get(LIST, {"tri": sort, "apres": "WyJ4Il0="})
        assert len(answer.context["rows"]) == 1


def test_the_list_costs_the_same_with_more_devices(cast: Cast):
    client = as_(cast.sofia)

    def grow(start: int, end: int) -> None:
        for n in range(start, end):
            room = make_room(cast.tilleuls, f"R{n}")
            make_device(cast.tilleuls, f"PC{n}", room=room, holder=cast.bernard)

    grow(0, 2)
    client.get(LIST)
    with assert_query_count("devices"):
        client.get(LIST)
    grow(2, 30)
    with assert_query_count("devices"):
        client.get(LIST)


def test_servers_are_listed_with_what_speaks_for_the_cloud(cast: Cast):
    make_device(
        cast.tilleuls, "SRV-1", Category.SERVER, cloud_move="candidate", cloud_why="dossiers seuls"
    )
    make_device(cast.peupliers, "NAS-P", Category.NAS)
    make_device(cast.tilleuls, "PC-1", Category.LAPTOP)
    page = as_(cast.sofia).get(reverse("inventory:cloud")).content.decode()
    assert "SRV-1" in page
    assert "dossiers seuls" in page
    assert "NAS-P" in page
    assert "PC-1" not in page
    mine = as_(cast.claire).get(reverse("inventory:cloud")).content.decode()
    assert "NAS-P" not in mine
    narrowed = as_(cast.sofia).get(reverse("inventory:cloud"), {"cloud": "rien"})
    assert [d.name for d, _icon in narrowed.context["rows"]] == ["NAS-P"]


def test_a_school_adds_from_its_own_page(cast: Cast):
    make_device(cast.tilleuls, "PC-1", Category.LAPTOP)
    url = reverse("helpdesk:equipment")
    mine = as_(cast.claire).get(url).content.decode()
    assert f"{NEW}?site={cast.tilleuls.pk}" in mine
    assert reverse("inventory:device", args=[Device.objects.get().pk]) in mine
    read = as_(cast.veronique).get(url).content.decode()
    assert f"{NEW}?site={cast.tilleuls.pk}" not in read
    assert "data-blocked" in read
