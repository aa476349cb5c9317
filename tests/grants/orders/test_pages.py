"""Pages of orders and deliveries open for whom they are, and cost the same however long."""

from __future__ import annotations

import pytest
from django.urls import reverse

from inventory.grants.actions.orders.sign_delivery import Signed, sign_delivery
from tests.architecture.query_counts import assert_query_count
from tests.grants.calls.made import make_application, make_award, make_call
from tests.grants.orders.made import Scene, make_kit, make_lot

OFFICER = [
    "market", "suppliers", "renewal", "lot_new", "supplier_new", "orders", "supplier_orders",
    "my_deliveries", "catalogue", "purchasing", "claims", "compare_kits", "market_export",
    "orders_export", "supplier_orders_export", "my_deliveries_export", "catalogue_export",
    "claims_export",
]  # fmt: skip
SCHOOL = ["orders", "my_deliveries", "catalogue", "purchasing", "claims", "compare_kits"]


@pytest.fixture
def scene(cast):
    return Scene(cast)


@pytest.mark.parametrize("empty", [True, False])
def test_lists_open(cast, client, empty):
    if not empty:
        made = Scene(cast)
        made.deliver("A1", charge=2)
        sign_delivery(cast.claire, made.deliver("A2").pk, Signed(rest_is_here=True))
    for person, names in ((cast.odile, OFFICER), (cast.claire, SCHOOL), (cast.veronique, SCHOOL)):
        client.force_login(person)
        for name in names:
            answer = client.get(reverse(f"grants:{name}"))
            assert answer.status_code == 200, (person, name)
            b"".join(answer.streaming_content) if answer.streaming else None


def test_the_market_is_the_officers(cast, client):
    client.force_login(cast.bernard)
    for name in ("market", "suppliers", "renewal", "lot_new"):
        assert client.get(reverse(f"grants:{name}")).status_code == 403


def test_one_of_each_opens(cast, client, scene):
    waiting = scene.deliver("A1", charge=2)
    done = scene.deliver("A2")
    sign_delivery(cast.claire, done.pk, Signed(rest_is_here=True))
    client.force_login(cast.claire)
    for name, pk in (
        ("order", scene.order.pk), ("shipment", waiting.pk), ("shipment", done.pk),
        ("right_deliveries", cast.tilleuls.school_id), ("site_deliveries", cast.tilleuls.pk),
    ):  # fmt: skip
        assert client.get(reverse(f"grants:{name}", args=[pk])).status_code == 200, name
    client.force_login(cast.odile)
    for name in ("supplier_order", "supplier_order_json", "supplier_order_sheet"):
        assert client.get(reverse(f"grants:{name}", args=[scene.supplied.pk])).status_code == 200
    client.force_login(cast.karl)
    for name, pk in (("order", scene.order.pk), ("shipment", waiting.pk), ("supplier_order", 1)):
        assert client.get(reverse(f"grants:{name}", args=[pk])).status_code == 404


LISTS = (
    ("odile", ("orders", "supplier_orders", "my_deliveries", "market", "renewal", "claims")),
    ("bernard", ("my_deliveries", "catalogue", "purchasing")),
)


def test_lists_cost_the_same_however_long(cast, client, scene):
    for n in range(3):
        make_lot(make_kit(f"Kit {n}"))
        sign_delivery(cast.claire, scene.deliver(f"A{n}").pk, Signed(rest_is_here=True))
    for who, names in LISTS:
        client.force_login(getattr(cast, who))
        for name in names:
            client.get(reverse(f"grants:{name}"))
            with assert_query_count(f"grants_orders_{name}_{who}"):
                assert client.get(reverse(f"grants:{name}")).status_code == 200


@pytest.mark.parametrize(
    "path", ["orders", "supplier-orders", "shipments", "receptions", "market-lots", "suppliers",
             "memberships", "replacements", "supplier-messages"],
)  # fmt: skip
def test_the_api_of_each_list_costs_the_same_however_long(cast, client, scene, path):
    for n in range(3):
        sign_delivery(cast.claire, scene.deliver(f"A{n}").pk, Signed(rest_is_here=True))
    client.force_login(cast.odile)
    client.get(f"/api/v1/{path}/")
    with assert_query_count(f"grants_orders_api_{path}"):
        assert client.get(f"/api/v1/{path}/").status_code == 200


def test_the_box_finds_orders_and_deliveries_of_those_who_see_them(cast, client, scene):
    made = scene.deliver("SN-77-X")
    for person, there in ((cast.claire, True), (cast.odile, True), (cast.karl, False)):
        client.force_login(person)
        for text in (made.reference, "sn-77-x", scene.order.reference):
            answer = client.get(reverse("schools:search"), {"q": text})
            link = reverse("grants:order", args=[scene.order.pk])
            if text != scene.order.reference:
                link = reverse("grants:shipment", args=[made.pk])
            found = answer.url == link if answer.status_code == 302 else False
            found = found or f'href="{link}"' in answer.content.decode()
            assert found is there, (str(person), text)


def test_an_officer_orders_an_award_and_sends_what_waits(cast, client):
    kit = make_kit()
    lot = make_lot(kit)
    file = make_application(make_call(), cast.tilleuls, cast.bernard, kit=kit, quantity=1)
    award = make_award(file, cast.odile)
    client.force_login(cast.odile)
    page = client.get(reverse("grants:orders"))
    assert [one.pk for one in page.context["awards"]] == [award.pk]
    client.post(reverse("grants:order_award", args=[award.pk]))
    page = client.get(reverse("grants:orders"))
    assert [(one.pk, lines) for one, lines, _orders in page.context["waiting"]] == [(lot.pk, 1)]
    sent = client.post(reverse("grants:send_orders", args=[lot.pk]))
    assert client.get(sent.url).context["row"].lot == lot
    said = reverse("grants:say_for_supplier", args=[client.get(sent.url).context["row"].pk])
    for _twice in range(2):
        client.post(said, {"message": "acknowledge", "reference": "F-1", "cle": "une-fois"})
    client.post(said, {"message": "danse"})
    row = client.get(sent.url).context["row"]
    assert (row.state, row.messages.count()) == ("acknowledged", 1)
    cancel = reverse("grants:cancel_order", args=[row.lines.get().order_id])
    client.post(cancel, {"why": "Trop tard"})
    assert row.lines.get().order.state == "acknowledged"
    client.force_login(cast.bernard)
    assert client.post(reverse("grants:send_orders", args=[lot.pk])).status_code == 403
    assert client.post(reverse("grants:order_award", args=[award.pk])).status_code == 403


def test_odd_signs_in_an_address_are_no_error_of_the_site(cast, client, scene):
    client.force_login(cast.odile)
    for name in ("orders", "supplier_orders", "my_deliveries", "market", "catalogue", "claims"):
        odd = {"q": "a\x00b", "apres": "²", "etat": "\x00", "fournisseur": "²"}
        assert client.get(reverse(f"grants:{name}"), odd).status_code == 200, name
    cancel = reverse("grants:cancel_order", args=[scene.order.pk])
    assert client.post(cancel, {"why": "a\x00b"}).status_code == 302
