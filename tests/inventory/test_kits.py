"""Kits: versions are written as drafts, frozen once they count, and compared."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory.access import DecisionImpossible, DecisionRefused
from inventory.actions.write_kit import (
    Content,
    add_kit,
    change_draft,
    copy_version,
    drop_draft,
    end_version,
    freeze_version,
    publish_version,
)
from inventory.kits_shown import compare
from inventory.models import Kit, KitItem, KitVersion, Product
from tests.architecture.query_counts import assert_query_count
from tests.cast import Cast
from tests.world_devices import make_kit

DAY = dt.date(2026, 1, 1)


@pytest.fixture
def products(db) -> list[Product]:
    return [
        Product.objects.create(maker="Exemple", model=model, category=category)
        for model, category in (("Portable 14", "laptop"), ("Chariot", "other"), ("Écran", "board"))
    ]


def content(products: list[Product], *counts: int, day: dt.date = DAY, price: int = 100) -> Content:
    items = {product.pk: n for product, n in zip(products, counts, strict=False) if n}
    return Content(Decimal(price), day, items)


def as_(user) -> Client:
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user)
    return client


def test_a_draft_is_written_published_and_then_stands(cast: Cast, products):
    version = add_kit(cast.odile, "Chariot de portables", "", content(products, 24, 1))
    change_draft(cast.odile, version.pk, content(products, 25, 1))
    publish_version(cast.odile, version.pk)
    assert KitVersion.objects.get().is_frozen
    with pytest.raises(DecisionImpossible, match="nouvelle"):
        change_draft(cast.odile, version.pk, content(products, 1))
    assert sorted(KitItem.objects.values_list("quantity", flat=True)) == [1, 25]


def test_the_officer_writes_kits_and_nobody_else(cast: Cast, products):
    for person in (cast.sofia, cast.thomas, cast.claire, cast.bernard, cast.veronique):
        with pytest.raises(DecisionRefused):
            add_kit(person, "Chariot", "", content(products, 1))
    assert not Kit.objects.exists()


@pytest.mark.parametrize("change", [{"price": 1}, {"valid_from": DAY}, {"number": 9},
                                    {"frozen_at": None}, {"notes": "autre"}])  # fmt: skip
def test_the_database_refuses_to_rewrite_what_counts(cast: Cast, products, change: dict):
    version, _draft = make_kit("K", *products)
    if "valid_from" in change:
        change = {"valid_from": dt.date(2025, 1, 1)}
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        KitVersion.objects.filter(pk=version.pk).update(**change)


def test_the_content_freezes_with_its_version(cast: Cast, products):
    version, draft = make_kit("K", products[0])
    item, other = version.items.get(), draft.items.get()
    for attempt in (
        lambda: KitItem.objects.filter(pk=item.pk).update(quantity=1),
        lambda: KitItem.objects.filter(pk=item.pk).delete(),
        lambda: KitItem.objects.create(version=version, product=products[1], quantity=1),
        lambda: KitItem.objects.filter(pk=other.pk).update(version=version, product=products[2]),
        lambda: KitVersion.objects.filter(pk=version.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            attempt()
    KitItem.objects.filter(pk=other.pk).update(quantity=3)  # a draft is written


def test_whoever_grants_a_version_freezes_it_once(cast: Cast, products):
    _version, draft = make_kit("K", *products)
    KitVersion.objects.filter(number=1).update(valid_to=dt.date(2026, 12, 31))
    assert freeze_version(draft.pk) is True
    at = KitVersion.objects.get(pk=draft.pk).frozen_at
    assert freeze_version(draft.pk) is False
    assert KitVersion.objects.get(pk=draft.pk).frozen_at == at


def test_a_new_version_is_a_copy_and_ends_the_former_the_day_before(cast: Cast, products):
    first = add_kit(cast.odile, "K", "", content(products, 24))
    publish_version(cast.odile, first.pk)
    draft = copy_version(cast.odile, first.pk)
    assert copy_version(cast.odile, first.pk) == draft  # a second click
    assert list(draft.items.values_list("product", "quantity")) == [(products[0].pk, 24)]
    change_draft(cast.odile, draft.pk, content(products, 20, 2, day=dt.date(2027, 3, 1)))
    publish_version(cast.odile, draft.pk)
    first.refresh_from_db()
    assert first.valid_to == dt.date(2027, 2, 28)
    offered = KitVersion.objects.offered
    assert list(offered(dt.date(2027, 2, 28))) == [first]
    assert list(offered(dt.date(2027, 3, 1))) == [KitVersion.objects.get(pk=draft.pk)]


def test_versions_of_a_kit_never_overlap(cast: Cast, products):
    _first, draft = make_kit("K", *products)
    with pytest.raises(IntegrityError), transaction.atomic():
        freeze_version(draft.pk)  # the first one has no end
    KitVersion.objects.filter(pk=draft.pk).update(valid_from=dt.date(2025, 1, 1))
    with pytest.raises(DecisionImpossible, match="jour plus tard"):
        publish_version(cast.odile, draft.pk)


def test_an_empty_kit_is_not_published(cast: Cast, products):
    version = add_kit(cast.odile, "K", "", content(products))
    with pytest.raises(DecisionImpossible, match="vide"):
        publish_version(cast.odile, version.pk)


def test_a_draft_is_dropped_and_what_counts_is_not(cast: Cast, products):
    first = add_kit(cast.odile, "K", "", content(products, 1))
    drop_draft(cast.odile, first.pk)
    assert not Kit.objects.exists()
    version, _draft = make_kit("K", *products)
    with pytest.raises(DecisionImpossible):
        drop_draft(cast.odile, version.pk)


def test_an_offer_ends_and_the_version_stays(cast: Cast, products):
    version, _draft = make_kit("K", *products)
    end_version(cast.odile, version.pk, dt.date(2026, 6, 30))
    assert not KitVersion.objects.offered(dt.date(2026, 7, 1)).exists()
    assert KitVersion.objects.filter(pk=version.pk, frozen_at__isnull=False).exists()


def test_two_versions_stand_side_by_side(cast: Cast, products):
    first = add_kit(cast.odile, "K", "", content(products, 24, 1))
    publish_version(cast.odile, first.pk)
    second = copy_version(cast.odile, first.pk)
    change_draft(cast.odile, second.pk, content(products, 20, 1, 2, day=second.valid_from))
    lines = {line.product.model: (line.before, line.after) for line in compare(first, second)}
    assert lines == {"Portable 14": (24, 20), "Chariot": (1, 1), "Écran": (0, 2)}


# --- the pages ---


def test_drafts_are_seen_by_who_writes_them(cast: Cast, products):
    version, draft = make_kit("Chariot", *products)
    url = reverse("inventory:kit", args=[version.kit_id])
    assert [v for v, *_r in as_(cast.odile).get(url).context["versions"]] == [draft, version]
    assert [v for v, *_r in as_(cast.claire).get(url).context["versions"]] == [version]
    assert "Un agent du SPW" in as_(cast.claire).get(url).content.decode()
    only_draft = add_kit(cast.odile, "Secret", "", content(products, 1))
    hidden = reverse("inventory:kit", args=[only_draft.kit_id])
    assert as_(cast.claire).get(hidden).status_code == 404
    assert "Secret" not in as_(cast.claire).get(reverse("inventory:kits")).content.decode()


def test_the_form_composes_and_publishes(cast: Cast, products):
    client = as_(cast.odile)
    said = {"name": "Chariot", "purpose": "", "price": "12000,50", "valid_from": "2026-09-01",
            "notes": "", "product_0": products[0].pk, "quantity_0": "24",
            "product_1": products[1].pk, "quantity_1": ""}  # fmt: skip
    page = client.post(reverse("inventory:kit_new"), said).content.decode()
    assert "Combien ?" in page
    assert client.post(reverse("inventory:kit_new"), said | {"quantity_1": "1"}).status_code == 302
    version = KitVersion.objects.get()
    assert version.price == Decimal("12000.50")
    decide = reverse("inventory:kit_decide", args=[version.pk])
    assert as_(cast.sofia).post(decide, {"decision": "publier"}).status_code == 403
    client.post(decide, {"decision": "publier"})
    version.refresh_from_db()
    assert version.frozen_at is not None
    assert version.frozen_at <= timezone.now()


def test_the_list_of_kits_costs_the_same_with_more(cast: Cast, products):
    client, url = as_(cast.claire), reverse("inventory:kits")
    make_kit("A", *products)
    client.get(url)
    with assert_query_count("kits"):
        client.get(url)
    for n in range(6):
        make_kit(f"B{n}", *products)
    with assert_query_count("kits"):
        client.get(url)
