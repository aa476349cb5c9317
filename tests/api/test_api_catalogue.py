"""The catalogue through the API: the same for everybody, drafts for their writers alone."""

from __future__ import annotations

import pytest

from inventory.models import Product
from tests.api.test_api_scope import listed
from tests.architecture.query_counts import assert_query_count
from tests.world_devices import make_field, make_kit

CATALOGUE = ["products", "kits", "kit-versions", "custom-fields"]


@pytest.fixture
def catalogue(cast):
    product = Product.objects.create(
        maker="Exemple", model="L14", category="laptop", part_number="REF-1"
    )
    make_field("ram", "Mémoire", "number", unit="Go")
    make_field("lamp", "Lampe", "number", categories=("projector",))
    return (product, *make_kit("Chariot", product))


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_contact_reads_the_catalogue_and_nobody_does_not(name, api, cast, catalogue):
    assert listed(api(cast.claire), name)
    assert api(None).get(f"/api/v1/{name}/").status_code == 401


def test_drafts_are_their_writers(api, cast, catalogue):
    _product, version, draft = catalogue
    assert listed(api(cast.claire), "kit-versions") == {version.pk}
    assert listed(api(cast.odile), "kit-versions") == {version.pk, draft.pk}
    assert listed(api(cast.odile), "kit-versions", draft="true") == {draft.pk}
    assert api(cast.claire).get(f"/api/v1/kit-versions/{draft.pk}/").status_code == 404


def test_a_version_tells_what_it_holds(api, cast, catalogue):
    product, version, _draft = catalogue
    told = api(cast.claire).get(f"/api/v1/kit-versions/{version.pk}/").json()
    assert told["items"] == [{"product": product.pk, "quantity": 24, "accessory": False}]
    assert (told["price"], told["valid_to"]) == ("12000.00", None)


def test_filters_choose(api, cast, catalogue):
    product = catalogue[0]
    client = api(cast.claire)
    assert listed(client, "products", category="laptop", part_number="REF-1") == {product.pk}
    assert listed(client, "products", category="board") == set()
    fields = client.get("/api/v1/custom-fields/", {"category": "laptop"}).json()["results"]
    assert [field["key"] for field in fields] == ["ram"]


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_list_costs_the_same_whatever_its_length(name, api, cast, catalogue):
    client = api(cast.claire)
    with assert_query_count(f"api:{name}"):
        client.get(f"/api/v1/{name}/")
    for n in range(5):
        product = Product.objects.create(maker="Exemple", model=f"P{n}", category="tablet")
        make_kit(f"K{n}", product, catalogue[0])
        make_field(f"f{n}", f"Champ {n}")
    client = api(cast.claire)
    with assert_query_count(f"api:{name}"):
        client.get(f"/api/v1/{name}/")


def test_the_custody_of_a_device_is_read_in_order(api, cast, ours):
    rows = api(cast.claire).get("/api/v1/device-moves/", {"device": ours.laptop.pk}).json()
    assert [row["state"] for row in rows["results"]] == ["in_stock", "installed"]
    assert rows["results"][1]["why"] == "distribué"
    assert "police_report" not in rows["results"][1]
