"""What the lists of resources, board and indicators cost, however many rows there are."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.architecture.query_counts import assert_query_count
from tests.grants.returns.made import make_obligation, make_resource

PAGES = {
    "my_resources": "",
    "resources": "",
    "open_resources": "",
    "follow_ups": "",
    "board": "",
    "board_applications": "",
    "board_sites": "",
    "board_points": "",
    "indicators": "",
}


@pytest.fixture
def client(cast):
    """An officer; three projects at two sites, five resources."""
    for site, by in ((cast.tilleuls, cast.claire), (cast.peupliers, cast.karl)):
        owed = make_obligation(site, by)
        make_resource(owed, by)
        make_resource(owed, by, "published", cast.odile)
    make_resource(make_obligation(cast.tilleuls, cast.claire), cast.claire)
    found = Client()
    found.force_login(cast.odile)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_costs_the_same_whatever_its_rows(name, client, cast):
    url = reverse(f"grants:{name}")
    client.get(url)
    with assert_query_count(f"grants_returns_{name}"):
        assert client.get(url).status_code == 200
    make_resource(make_obligation(cast.saules, cast.bernard), cast.bernard, "published", cast.odile)
    with assert_query_count(f"grants_returns_{name}"):
        client.get(url)


@pytest.mark.parametrize("name", ["obligations", "resources", "follow-ups", "indicator-snapshots"])
def test_the_api_too(name, client, cast):
    url = f"/api/v1/{name}/"
    client.get(url)
    with assert_query_count(f"grants_returns_api_{name}"):
        assert client.get(url).status_code == 200
    make_resource(make_obligation(cast.saules, cast.bernard), cast.bernard)
    with assert_query_count(f"grants_returns_api_{name}"):
        client.get(url)
