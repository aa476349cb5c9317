"""The catalogue: products, their ports, and two that are told to be one."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory.access import DecisionImpossible, DecisionRefused
from inventory.actions.accept import product_of
from inventory.actions.device_writing import FactsRefused
from inventory.actions.merge_products import merge_products
from inventory.actions.write_product import ProductChanged, add_product, change_product
from inventory.models import Device, KitItem, Product, ProductAlias
from inventory.rules.ports_template import expand, names_of, read_template, written
from schools.models import AuditEntry
from tests.architecture.query_counts import assert_query_count
from tests.cast import Cast, body_of, make_device
from tests.world_devices import make_kit

LIST = reverse("inventory:catalogue")


def as_(user) -> Client:
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user)
    return client


def make(model: str, category: str = "laptop", **extra: object) -> Product:
    return Product.objects.create(maker="Exemple", model=model, category=category, **extra)


# --- templates of ports ---


def test_a_pattern_stands_for_its_ports():
    assert names_of("Gi1/0/[1-3]") == ["Gi1/0/1", "Gi1/0/2", "Gi1/0/3"]
    assert names_of("[1-2]/[1-2]") == ["1/1", "1/2", "2/1", "2/2"]
    assert names_of("eth[08-10]") == ["eth08", "eth09", "eth10"]
    assert names_of("console") == ["console"]


@pytest.mark.parametrize("pattern", ["Gi[1-", "Gi[24-1]", "Gi[1-9999]", "x" * 41, "Gi[a-b]", ""])
def test_a_pattern_that_makes_no_sense_is_refused(pattern: str):
    with pytest.raises(ValueError, match=r".{8,}"):
        names_of(pattern)


def test_lines_are_read_and_written_back():
    text = "Gi1/0/[1-24] cuivre 1000 PoE\nTe1/1/[1-4] fibre 10000"
    lines = [line.as_json() for line in read_template(text)]
    assert written(lines) == text
    ports = expand(lines)
    assert (len(ports), ports[24].name, ports[24].kind, ports[24].speed_mbps) == (
        28, "Te1/1/1", "fibre", 10000,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1 cuivre\n1 fibre", "Ligne 2 : Le port « 1 » est là deux fois"),
        ("1\n2 bois", "Ligne 2 : « bois »"),
        ("[1-500]\n1/[1-200]", "Ligne 2 : 600 ports au plus"),
    ],
)
def test_a_wrong_line_is_named(text: str, why: str):
    with pytest.raises(ValueError, match=why):
        read_template(text)


# --- entries ---


def test_who_keeps_the_catalogue(cast: Cast):
    for n, person in enumerate((cast.sofia, cast.odile)):
        add_product(person, {"maker": "Exemple", "model": f"M{n}", "category": "laptop"})
    for person in (cast.thomas, cast.claire, cast.bernard, cast.veronique):
        with pytest.raises(DecisionRefused):
            add_product(person, {"maker": "Exemple", "model": "M9", "category": "laptop"})
        assert as_(person).get(reverse("inventory:product_new")).status_code == 403
        page = as_(person).get(LIST).content.decode()
        assert "tiennent le catalogue" in page


def test_a_product_is_there_once_whatever_the_case(cast: Cast):
    make("Pro 14")
    with pytest.raises(FactsRefused, match="Exemple Pro 14"):
        add_product(cast.sofia, {"maker": "EXEMPLE", "model": "pro 14", "category": "laptop"})


def test_who_was_slower_is_told_and_loses_nothing(cast: Cast):
    product = make("Pro 14")
    change_product(cast.odile, product.pk, {"power_w": 65}, seen=1)
    with pytest.raises(ProductChanged):
        change_product(cast.sofia, product.pk, {"power_w": 90}, seen=1)
    url = reverse("inventory:product_change", args=[product.pk])
    said = {"maker": "Exemple", "model": "Pro 14", "category": "laptop", "power_w": "90",
            "version": "1"}  # fmt: skip
    answer = as_(cast.sofia).post(url, said)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert ("Consommation (W)", "65") in answer.context["theirs"]
    assert 'name="version" value="2"' in page
    assert as_(cast.sofia).post(url, said | {"version": "2"}).status_code == 302
    assert Product.objects.get().power_w == 90


def test_a_product_in_use_does_not_change_sides(cast: Cast):
    laptop = make_device(cast.tilleuls, "PC", "laptop").product
    with pytest.raises(FactsRefused, match="réseau"):
        change_product(cast.sofia, laptop.pk, {"category": "switch"}, seen=1)
    change_product(cast.sofia, laptop.pk, {"category": "tablet"}, seen=1)


def test_the_form_reads_ports_and_refuses_a_strange_address(cast: Cast):
    client, url = as_(cast.sofia), reverse("inventory:product_new")
    said = {"maker": "Exemple", "model": "SW", "category": "switch",
            "documents_url": "javascript:alert(1)", "ports_template": "Gi[1-2] bois"}  # fmt: skip
    page = client.post(url, said).content.decode()
    assert "Ligne 1" in page
    assert not Product.objects.exists()
    said |= {"documents_url": "https://example.org/sw", "ports_template": "Gi[1-2] cuivre 1000"}
    client.post(url, said)
    assert Product.objects.get().ports_template == [
        {"name": "Gi[1-2]", "kind": "copper", "speed_mbps": 1000, "poe": False}
    ]


# --- the list and the page ---


def found(client: Client, **query) -> set[str]:
    return {product.model for product, _icon in client.get(LIST, query).context["rows"]}


def test_the_list_narrows(cast: Cast):
    today = timezone.localdate()
    make("OLD", support_ends_on=today - dt.timedelta(1))
    make("SOON", support_ends_on=today + dt.timedelta(30))
    make("SW", "switch", part_number="REF-77")
    make_device(cast.peupliers, "PC")
    client = as_(cast.sofia)
    assert found(client, support="fini") == {"OLD"}
    assert found(client, support="bientot") == {"SOON"}
    assert found(client, categorie="switch") == {"SW", "switch 1"}
    assert found(client, usage="oui") == {"switch 1"}
    assert found(client, q="ref-77") == {"SW"}
    counts = {p.model: p.count for p, _i in as_(cast.claire).get(LIST).context["rows"]}
    assert counts["switch 1"] == 0  # hers are counted, not those of Peupliers


def test_a_product_tells_where_it_is_as_far_as_one_sees(cast: Cast):
    make_device(cast.tilleuls, "PC-T", "laptop")
    make_device(cast.peupliers, "PC-P", "laptop", state="in_repair")
    product = Product.objects.get()
    make_kit("Chariot", product)
    url = reverse("inventory:product", args=[product.pk])
    mine = as_(cast.claire).get(url)
    assert (mine.context["devices"], len(mine.context["sites"])) == (1, 1)
    assert "Peupliers" not in mine.content.decode()
    assert [str(i.version) for i in mine.context["items"]] == ["Chariot, version 1"]
    assert as_(cast.sofia).get(url).context["devices"] == 2
    assert len(as_(cast.odile).get(url).context["items"]) == 2


def test_the_catalogue_costs_the_same_with_more_products(cast: Cast):
    client = as_(cast.sofia)
    make("A")
    client.get(LIST)
    with assert_query_count("catalogue"):
        client.get(LIST)
    for n in range(12):
        make(f"B{n}")
    with assert_query_count("catalogue"):
        client.get(LIST)


def test_the_catalogue_leaves_as_a_sheet(cast: Cast):
    make("SW", "switch", ports_template=[{"name": "[1-2]", "kind": "copper"}])
    told = body_of(as_(cast.claire).get(reverse("inventory:catalogue_export"))).decode()
    assert "Exemple;SW;commutateur" in told


# --- two that are one ---


def test_everything_follows_a_merge_and_the_former_name_is_kept(cast: Cast):
    keep, gone = make("ThinkBook 14"), make("THINKBOOK-14")
    for n in range(5):
        device = make_device(cast.tilleuls, f"PC-{n}", "laptop")
        Device.objects.filter(pk=device.pk).update(product=gone)
    version, draft = make_kit("Chariot", gone)
    merged = merge_products(cast.sofia, keep.pk, gone.pk)
    assert merged.moved == {"inventory.device": 5, "inventory.kititem": 2}
    assert set(Device.objects.values_list("product", flat=True)) == {keep.pk}
    assert version.items.get().product == draft.items.get().product == keep
    assert not Product.objects.filter(pk=gone.pk).exists()
    assert product_of("exemple", "thinkbook-14", "laptop") == keep
    entry = AuditEntry.objects.get(action="merge_products")
    assert entry.before == {"merged": "Exemple THINKBOOK-14"}


def test_a_kit_that_held_both_holds_their_sum(cast: Cast):
    keep, gone = make("A"), make("B")
    version, _draft = make_kit("Chariot", keep, gone)
    merge_products(cast.sofia, keep.pk, gone.pk)
    assert list(version.items.values_list("product", "quantity")) == [(keep.pk, 48)]


def test_the_gate_of_frozen_kits_shuts_behind_a_merge(cast: Cast):
    keep, gone = make("A"), make("B")
    version, _draft = make_kit("Chariot", gone)
    merge_products(cast.sofia, keep.pk, gone.pk)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        KitItem.objects.filter(version=version).update(quantity=1)


def test_a_merge_costs_the_same_with_more_devices(cast: Cast, django_assert_max_num_queries):
    def cost(devices: int) -> int:
        keep, gone = make(f"K{devices}"), make(f"G{devices}")
        for n in range(devices):
            device = make_device(cast.tilleuls, f"PC-{devices}-{n}", "laptop")
            Device.objects.filter(pk=device.pk).update(product=gone)
        with django_assert_max_num_queries(60) as captured:
            merge_products(cast.sofia, keep.pk, gone.pk)
        return len(captured)

    cost(1)
    assert cost(2) == cost(20)


def test_a_switch_is_not_merged_into_a_laptop(cast: Cast):
    keep, gone = make("A"), make("B", "switch")
    with pytest.raises(DecisionImpossible, match="réseau"):
        merge_products(cast.sofia, keep.pk, gone.pk)
    with pytest.raises(DecisionImpossible):
        merge_products(cast.sofia, keep.pk, keep.pk)
    with pytest.raises(DecisionRefused):
        merge_products(cast.claire, keep.pk, gone.pk)
    assert not ProductAlias.objects.exists()


def test_the_page_names_the_consequence_before_the_deed(cast: Cast):
    keep, gone = make("A"), make("B")
    client, url = as_(cast.sofia), reverse("inventory:product_merge", args=[gone.pk])
    assert "Lequel gardez-vous" in client.get(url).content.decode()
    page = client.get(url, {"garder": keep.pk}).content.decode()
    assert "ne s’annule pas" in page
    assert client.post(url, {"garder": keep.pk}).url == reverse("inventory:product", args=[keep.pk])
    assert as_(cast.thomas).post(url, {"garder": keep.pk}).status_code == 403
