"""The purchasing centre: who joins, who buys, who says yes; the same prices, outside the right."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile as File
from django.urls import reverse
from django.utils import timezone

from inventory.access import DecisionImpossible, DecisionRefused
from inventory.actions.device_writing import FactsRefused
from inventory.grants.actions.orders.fill_basket import (
    put_in_basket,
    return_basket,
    submit_basket,
    validate_order,
)
from inventory.grants.actions.orders.join_centre import (
    ask_membership,
    decide_membership,
    end_membership,
)
from inventory.grants.actions.orders.keep_market import keep_lot
from inventory.grants.actions.orders.renew_kits import prepare_renewal, publish_renewal, renewals
from inventory.grants.actions.orders.send_orders import send_to_supplier
from inventory.grants.actions.orders.sign_delivery import Signed, sign_delivery
from inventory.grants.models.orders.market import MarketLot
from inventory.grants.models.orders.members import Membership, MemberState
from inventory.grants.models.orders.purchases import Order, OrderState
from inventory.grants.models.rights.standing import standing_of
from inventory.models import Device, KitVersion
from tests.cast import make_person
from tests.grants.orders.made import (
    DAY,
    Scene,
    arrive,
    laptops,
    make_kit,
    make_lot,
    make_member,
    make_speaker,
    ship,
)
from tests.grants.rights.world import give_right


def test_a_head_joins_at_once_and_a_contact_asks(cast):
    asked = ask_membership(cast.claire, cast.tilleuls.pk, own=False)
    assert asked.state == MemberState.REQUESTED
    assert ask_membership(cast.claire, cast.tilleuls.pk, own=False) == asked
    with pytest.raises(DecisionRefused, match="La direction décide"):
        decide_membership(cast.odile, asked.pk, accept=True)
    assert ask_membership(cast.bernard, cast.tilleuls.pk, own=False).state == MemberState.ACCEPTED


def test_a_teacher_asks_for_themselves_and_an_officer_decides(cast):
    mine = ask_membership(cast.karl, cast.peupliers.pk, own=True)
    with pytest.raises(DecisionImpossible, match="pourquoi"):
        decide_membership(cast.odile, mine.pk, accept=False)
    assert decide_membership(cast.odile, mine.pk, accept=True).state == MemberState.ACCEPTED
    assert decide_membership(cast.odile, mine.pk, accept=True).state == MemberState.ACCEPTED
    with pytest.raises(type(mine).DoesNotExist):
        end_membership(cast.bernard, mine.pk)
    assert end_membership(cast.karl, mine.pk).state == MemberState.ENDED


@pytest.mark.parametrize("who", ["thomas", "veronique", "odile"])
def test_others_do_not_join_for_a_school(cast, who):
    with pytest.raises(DecisionRefused):
        ask_membership(getattr(cast, who), cast.tilleuls.pk, own=False)


def test_a_contact_fills_and_the_head_validates_what_they_read(cast):
    kit = make_kit(price="600.00")
    make_lot(kit)
    member = make_member(cast.tilleuls, cast.bernard)
    order = put_in_basket(cast.claire, member.pk, kit.pk, 2)
    read = order.version
    order = put_in_basket(cast.claire, member.pk, kit.pk, 3)
    with pytest.raises(DecisionRefused, match="La direction valide"):
        validate_order(cast.claire, order.pk, order.version)
    with pytest.raises(DecisionImpossible, match="a changé ce panier"):
        validate_order(cast.bernard, order.pk, read)
    submit_basket(cast.claire, order.pk, order.version)
    order.refresh_from_db()
    done = validate_order(cast.bernard, order.pk, order.version)
    assert (done.state, done.total) == (OrderState.VALIDATED, Decimal("1800.00"))
    assert [event.kind for event in done.events.all()] == ["submitted", "validated"]
    assert {(i.quantity, i.accessory) for i in done.lines.get().items.all()} == {
        (6, False), (6, True),
    }  # fmt: skip


def test_the_heads_no_has_its_reason(cast):
    kit = make_kit()
    make_lot(kit)
    member = make_member(cast.tilleuls, cast.bernard)
    order = put_in_basket(cast.claire, member.pk, kit.pk, 1)
    submit_basket(cast.claire, order.pk, order.version)
    with pytest.raises(DecisionImpossible, match="pourquoi"):
        return_basket(cast.bernard, order.pk, "")
    assert return_basket(cast.bernard, order.pk, "Plus tard").state == OrderState.CANCELLED


def test_nothing_is_bought_without_a_lot_a_membership_or_an_offer(cast):
    kit = make_kit()
    member = make_member(cast.tilleuls, cast.bernard)
    order = put_in_basket(cast.bernard, member.pk, kit.pk, 1)
    with pytest.raises(DecisionImpossible, match="Aucun lot"):
        validate_order(cast.bernard, order.pk, order.version)
    make_lot(kit)
    KitVersion.objects.filter(pk=kit.pk).update(valid_to=timezone.localdate() - DAY)
    with pytest.raises(DecisionImpossible, match="n’est plus proposé"):
        validate_order(cast.bernard, order.pk, order.version)
    end_membership(cast.bernard, member.pk)
    with pytest.raises(DecisionImpossible, match="pas \\(ou plus\\) en cours"):
        put_in_basket(cast.bernard, member.pk, kit.pk, 1)


def test_a_teacher_pays_signs_and_keeps_it_out_of_the_inventory(cast):
    kit = make_kit(laptops=1, chargers=0)
    lot = make_lot(kit)
    speaker = make_speaker(lot.supplier)
    mine = ask_membership(cast.karl, cast.peupliers.pk, own=True)
    decide_membership(cast.odile, mine.pk, accept=True)
    order = put_in_basket(cast.karl, mine.pk, kit.pk, 1)
    validate_order(cast.karl, order.pk, order.version)
    head = make_person("Helga Exemple", "head", school=cast.peupliers.school)
    assert not Order.objects.visible_to(head).exists()
    row = send_to_supplier(cast.odile, lot.pk)
    made = ship(speaker, row, order, laptops("T1"))
    arrive(speaker, made)
    with pytest.raises(type(made).DoesNotExist):
        sign_delivery(head, made.pk, Signed(rest_is_here=True))
    signed = sign_delivery(cast.karl, made.pk, Signed(rest_is_here=True))
    assert signed.arrival is None
    assert not Device.objects.filter(serial="T1").exists()


def test_a_purchase_leaves_the_right_alone(cast):
    give_right(cast.tilleuls, Decimal(5000))
    scene = Scene(cast)
    sign_delivery(cast.claire, scene.deliver("A1").pk, Signed(rest_is_here=True))
    standing = standing_of([cast.tilleuls], timezone.localdate())
    assert (standing.available, standing.consumed) == (Decimal(5000), 0)


def test_the_catalogue_says_what_a_kit_costs_on_the_right(cast, client):
    give_right(cast.tilleuls, Decimal(2000))
    make_kit("Petit", price="600.00")
    make_kit("Grand", price="2500.00")
    client.force_login(cast.bernard)
    page = client.get(reverse("grants:catalogue"), {"tri": "prix"})
    told = [(row.kit.name, right.left, right.most) for row, right in page.context["rows"]]
    assert told == [("Petit", Decimal(1400), 3), ("Grand", Decimal(-500), 0)]
    assert [r.kit.name for r, _x in client.get(
        reverse("grants:catalogue"), {"q": "gran", "categorie": "laptop"}
    ).context["rows"]] == ["Grand"]  # fmt: skip
    both = [row.pk for row, _right in page.context["rows"]]
    compared = client.get(reverse("grants:compare_kits"), {"kit": [*both, "x", "9" * 30]})
    assert compared.context["facts"][0][1] == ["36 mois", "36 mois"]
    client.force_login(cast.karl)
    assert client.get(reverse("grants:catalogue")).context["available"] is None


def test_a_kit_has_one_lot_on_a_day(cast):
    kit = make_kit()
    lot = make_lot(kit)
    values = {
        "contract": "N", "number": 1, "title": "T", "supplier": lot.supplier,
        "starts_on": lot.ends_on, "ends_on": lot.ends_on + DAY, "delivery_days": 10,
    }  # fmt: skip
    with pytest.raises(FactsRefused, match="déjà couvert"):
        keep_lot(cast.odile, MarketLot(), values, [kit.kit])
    values["starts_on"] += DAY
    made = keep_lot(cast.odile, MarketLot(), values, [kit.kit])
    with pytest.raises(FactsRefused, match="déjà un lot de ce numéro"):
        keep_lot(cast.odile, MarketLot(), values, [])
    with pytest.raises(DecisionRefused):
        keep_lot(cast.bernard, made, values, [])


def test_kits_are_renewed_together_and_an_award_keeps_its_version(cast, client):
    today = timezone.localdate()
    first = today + dt.timedelta(days=30)
    kits = [make_kit("Un", price="100.00"), make_kit("Deux", price="200.00")]
    prices = {kits[0].kit_id: Decimal("110.00"), kits[1].kit_id: Decimal("190.00")}
    for _twice in range(2):
        prepare_renewal(cast.odile, prices, first, today)
    rows = {one.kit.name: one for one in renewals(first, today)}
    assert (rows["Un"].step, rows["Deux"].step) == (Decimal("10.0"), Decimal("-5.0"))
    assert rows["Un"].draft.warranty_months == 36
    assert rows["Un"].draft.items.filter(accessory=True).count() == 1
    assert publish_renewal(cast.odile, [one.draft.pk for one in rows.values()]) == 2
    kits[0].refresh_from_db()
    assert (kits[0].price, kits[0].valid_to) == (Decimal("100.00"), first - DAY)
    with pytest.raises(DecisionRefused):
        prepare_renewal(cast.bernard, prices, first, today)


def test_the_table_of_the_renewal_reads_a_file_and_tells_its_errors(cast, client):
    kit = make_kit("Un", price="100.00")
    client.force_login(cast.odile)
    url, body = reverse("grants:renewal"), "kit;nouveau_prix\nUn;1 234,50\n"
    page = client.post(url, {"acte": "voir", "fichier": File("p.csv", body.encode())})
    assert page.context["rows"][0]["price"] == Decimal("1234.50")
    assert not KitVersion.objects.draft().exists()
    wrong = "kit;nouveau_prix\nInconnu;3\nUn;cher\n"
    page = client.post(url, {"acte": "preparer", "fichier": File("p.csv", wrong.encode())})
    assert len(page.context["errors"]) == 2
    page = client.post(url, {"acte": "preparer", f"kit_{kit.kit_id}": "120,00"}, follow=True)
    assert KitVersion.objects.draft().get().price == Decimal("120.00")
    client.post(url, {"acte": "publier"})
    assert not KitVersion.objects.draft().exists()


def test_pages_of_the_centre_do_it_all(cast, client):
    kit = make_kit()
    make_lot(kit)
    client.force_login(cast.bernard)
    client.post(reverse("grants:join_centre"), {"site": cast.tilleuls.pk, "pour": "ecole"})
    mine = Membership.objects.get()
    fill = reverse("grants:fill_basket", args=[mine.pk])
    client.post(fill, {"version": kit.pk, "nombre": "2"})
    client.post(fill, {"version": kit.pk, "nombre": "x²"})
    client.post(fill, {"version": "9" * 30, "nombre": "1"})
    order = Order.objects.get()
    url = reverse("grants:advance_order", args=[order.pk])
    assert client.post(url, {"acte": "valider", "version": "0"}).status_code == 302
    order.refresh_from_db()
    assert order.state == OrderState.BASKET
    client.post(url, {"acte": "valider", "version": order.version})
    order.refresh_from_db()
    assert order.state == OrderState.VALIDATED
    client.force_login(cast.karl)
    assert client.post(fill, {"version": kit.pk, "nombre": "1"}).status_code == 404
    assert client.post(url, {"acte": "valider"}).status_code == 404
