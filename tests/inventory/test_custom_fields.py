"""Own fields: one pure function reads every value; the list compares by type; nothing is lost."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from inventory.access import DecisionRefused
from inventory.actions.add_device import add_device
from inventory.actions.change_device import change_device
from inventory.actions.device_writing import FactsRefused
from inventory.actions.write_custom_field import (
    add_custom_field,
    archive_custom_field,
    change_custom_field,
)
from inventory.models import Category, CustomField, Device, Product
from inventory.rules.custom import (
    Field,
    FieldKind,
    comparison,
    read_custom,
    read_value,
    shown_value,
)
from tests.architecture.query_counts import assert_query_count
from tests.cast import Cast, body_of, make_device
from tests.world_devices import make_field

RAM = Field("ram", "Mémoire", FieldKind.NUMBER, unit="Go")
DAY = Field("bought", "Achat", FieldKind.DATE)
OS = Field("os", "Système", FieldKind.CHOICE, choices=("Windows 11", "Linux"))
PEN = Field("pen", "Stylet", FieldKind.YES_NO)
NOTE = Field("note", "Note", FieldKind.TEXT, required=True)


@pytest.mark.parametrize(
    ("field", "said", "stored"),
    [
        (RAM, "16", 16),
        (RAM, "1\u202f024", 1024),
        (RAM, "15,6", 15.6),
        (RAM, 8, 8),
        (RAM, "", None),
        (DAY, "2026-08-31", "2026-08-31"),
        (DAY, "31/08/2026", "2026-08-31"),
        (DAY, dt.date(2026, 8, 31), "2026-08-31"),
        (OS, "linux", "Linux"),
        (PEN, "Oui", True),
        (PEN, "nein", False),
        (PEN, True, True),
        (NOTE, "  deux   mots ", "deux mots"),
    ],
)
def test_what_is_said_becomes_what_is_stored(field: Field, said: object, stored: object):
    value = read_value(field, said)
    assert value == stored
    assert type(value) is type(stored)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (RAM, "beaucoup"), (RAM, "NaN"), (RAM, "1e999"), (RAM, True), (RAM, "inf"),
        (DAY, "32/08/2026"), (DAY, "hier"), (OS, "BeOS"), (PEN, "peut-être"), (NOTE, "x" * 201),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_words(field: Field, said: object):
    with pytest.raises(ValueError, match=r".{8,}"):
        read_value(field, said)


def test_errors_are_told_by_key_together():
    read = read_custom([RAM, NOTE], {"ram": "x", "rma": "8"})
    assert set(read.errors) == {"ram", "rma", "note"}
    assert read.values == {}


def test_values_are_shown_with_their_unit():
    assert shown_value(RAM, 15.6) == "15,6\u00a0Go"
    assert shown_value(DAY, "2026-08-31") == "31/08/2026"
    assert shown_value(PEN, False) == "non"


def test_a_comparison_runs_nothing_that_was_typed():
    assert comparison(RAM, "min", "8") == '$."ram" >= 8'
    assert comparison(DAY, "max", "31/08/2026") == '$."bought" <= "2026-08-31"'
    assert comparison(RAM, "min", '8 || $.x == "1"') is None
    assert comparison(Field('x" == 1 || $."y', "", FieldKind.NUMBER), "min", "8") is None
    assert comparison(OS, "min", "Linux") is None


# --- in the register ---


@pytest.fixture
def fields(cast: Cast) -> dict[str, CustomField]:
    return {
        "ram": make_field("ram", "Mémoire", "number", unit="Go", required=True),
        "os": make_field("os", "Système", "choice", choices=["Windows 11", "Linux"]),
        "pen": make_field("pen", "Stylet", "yes_no"),
        "bought": make_field("bought", "Acheté le", "date"),
    }


def laptop(cast: Cast, name: str, **own: object) -> Device:
    return make_device(cast.tilleuls, name, Category.LAPTOP, custom=own)


def as_(user) -> Client:
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user)
    return client


def found(client: Client, **query) -> set[str]:
    url = reverse("inventory:devices")
    return {device.name for device, *_rest in client.get(url, query).context["rows"]}


def test_a_device_takes_typed_values_and_keeps_archived_ones(cast: Cast, fields):
    product = Product.objects.create(maker="E", model="L", category="laptop")
    said = {"product": product, "custom": {"ram": "16", "os": "linux"}}
    device = add_device(cast.claire, cast.tilleuls.pk, said)
    assert device.custom == {"ram": 16, "os": "Linux"}
    archive_custom_field(cast.sofia, fields["os"].pk)
    change_device(cast.claire, device.pk, {"custom": {"ram": "32"}}, seen=1)
    assert Device.objects.get().custom == {"ram": 32, "os": "Linux"}
    page = as_(cast.claire).get(reverse("inventory:device", args=[device.pk])).content.decode()
    assert "32\u00a0Go" in page
    assert "champ archivé" in page


def test_a_wrong_or_missing_value_is_told_beside_its_field(cast: Cast, fields):
    product = Product.objects.create(maker="E", model="L", category="laptop")
    with pytest.raises(FactsRefused) as refused:
        add_device(cast.claire, cast.tilleuls.pk, {"product": product, "custom": {"os": "BeOS"}})
    assert set(refused.value.errors) == {"cf_ram", "cf_os"}
    assert not Device.objects.exists()
    url = f"{reverse('inventory:device_new')}?site={cast.tilleuls.pk}&produit={product.pk}"
    said = {"owner": "school", "origin": "own", "state": "in_stock", "cf_ram": "beaucoup"}
    page = as_(cast.claire).post(url, said).content.decode()
    assert "« beaucoup » n’est pas un nombre." in page


def test_the_list_compares_by_type(cast: Cast, fields):
    laptop(cast, "SMALL", ram=4, os="Linux", bought="2024-01-01", pen=False)
    laptop(cast, "BIG", ram=16, os="Linux", bought="2026-05-01", pen=True)
    laptop(cast, "HUGE", ram=128.5, os="Windows 11")
    laptop(cast, "TEXT", ram="16")
    client = as_(cast.sofia)
    assert found(client, cf_ram="16") == {"BIG"}
    assert found(client, cf_ram_min="9") == {"BIG", "HUGE"}  # as text 16 and 128 come before 9
    assert found(client, cf_ram_max="16") == {"SMALL", "BIG"}
    assert found(client, cf_ram_min="5", cf_ram_max="20") == {"BIG"}
    assert found(client, cf_os="Linux", cf_pen="oui") == {"BIG"}
    assert found(client, cf_pen="non") == {"SMALL"}
    assert found(client, cf_bought_min="2025-01-01") == {"BIG"}
    assert len(found(client, cf_ram="beaucoup", cf_inconnu="1")) == 4


def test_filters_of_own_fields_come_with_the_category(cast: Cast, fields):
    client, url = as_(cast.sofia), reverse("inventory:devices")
    assert client.get(url).context["own"] == []
    names = [one.name for one in client.get(url, {"type": "laptop"}).context["own"]]
    assert names == ["cf_bought", "cf_ram", "cf_pen", "cf_os"]
    assert client.get(url, {"type": "board"}).context["own"] == []


def test_equality_is_answered_by_the_index(cast: Cast, fields):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        rows = Device.objects.filter(custom__contains={"ram": 16}).order_by()
        assert "device_by_custom" in rows.explain()


def test_the_export_has_a_column_for_each_that_the_import_reads_back(cast: Cast, fields):
    laptop(cast, "BIG", ram=16, pen=True, bought="2026-05-01")
    url = reverse("inventory:devices_export")
    told = body_of(as_(cast.sofia).get(url, {"type": "laptop"})).decode()
    head, row = told.splitlines()[:2]
    assert head.split(";")[-3:] == ["champ:bought", "champ:pen", "champ:ram"]
    assert row.split(";")[-3:] == ["2026-05-01", "oui", "16"]


def test_values_cost_one_query_for_any_number_of_devices(cast: Cast, fields):
    client, url = as_(cast.sofia), reverse("inventory:devices_export")
    for n in range(3):
        laptop(cast, f"PC-{n}", ram=n)
    body_of(client.get(url))
    with assert_query_count("devices_export"):
        body_of(client.get(url))
    for n in range(3, 40):
        laptop(cast, f"PC-{n}", ram=n)
    with assert_query_count("devices_export"):
        body_of(client.get(url))


# --- the fields themselves ---

FACTS = {"label_fr": "Lampe", "categories": ["projector"], "choices": [], "unit": "h"}


def test_who_keeps_the_catalogue_keeps_its_fields(cast: Cast):
    for person in (cast.sofia, cast.odile):
        add_custom_field(person, f"lamp_{person.pk}", "number", FACTS)
    for person in (cast.thomas, cast.claire, cast.bernard, cast.veronique):
        with pytest.raises(DecisionRefused):
            add_custom_field(person, "lamp", "number", FACTS)


def test_a_key_is_taken_for_good(cast: Cast):
    row = add_custom_field(cast.sofia, "lamp", "number", FACTS)
    archive_custom_field(cast.sofia, row.pk)
    with pytest.raises(FactsRefused):
        add_custom_field(cast.sofia, "lamp", "text", FACTS)


@pytest.mark.parametrize("change", [{"key": "autre"}, {"kind": "text"}])
def test_key_and_type_never_change_by_any_door(cast: Cast, fields, change: dict):
    with pytest.raises(DatabaseError, match="keeps its key"), transaction.atomic():
        CustomField.objects.filter(key="ram").update(**change)


def test_a_field_with_values_is_archived_and_never_deleted(cast: Cast, fields):
    laptop(cast, "PC", ram=8)
    with pytest.raises(DatabaseError, match="archive it"), transaction.atomic():
        CustomField.objects.filter(key="ram").delete()
    CustomField.objects.filter(key="pen").delete()
    assert set(CustomField.objects.values_list("key", flat=True)) == {"ram", "os", "bought"}


def test_a_choice_that_devices_have_stays(cast: Cast, fields):
    laptop(cast, "PC", os="Linux")
    with pytest.raises(FactsRefused, match="Linux"):
        change_custom_field(cast.sofia, fields["os"].pk, {"choices": ["Windows 11"]})
    change_custom_field(cast.sofia, fields["os"].pk, {"choices": ["Linux", "ChromeOS"]})
    assert CustomField.objects.get(key="os").choices == ["Linux", "ChromeOS"]


def test_the_form_adds_and_archives(cast: Cast):
    client = as_(cast.sofia)
    said = {"label_fr": "Lampe", "key": "lamp", "kind": "choice", "categories": ["projector"],
            "choices": "neuve\nusée\nneuve\n", "position": "0"}  # fmt: skip
    assert client.post(reverse("inventory:custom_field_new"), said).status_code == 302
    row = CustomField.objects.get()
    assert row.choices == ["neuve", "usée"]
    client.post(reverse("inventory:custom_field_archive", args=[row.pk]))
    assert CustomField.objects.live().count() == 0
    assert as_(cast.claire).get(reverse("inventory:custom_field_new")).status_code == 403
