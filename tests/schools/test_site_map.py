"""The map: one bounded, scoped list of points; drawn without anybody else's server."""

from __future__ import annotations

import gzip
import json

import pytest
from django.test import Client
from django.urls import reverse

from deploy.settings import env
from schools.models import Site, User
from schools.views import map as map_page
from tests.cast import Cast, make_device
from tests.helpdesk.test_school_report import make_fault

POINTS = "/carte/points.json"


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user)
    return client


@pytest.fixture
def placed(cast: Cast) -> Cast:
    """Everybody's school on the map but Bouleaux, whose place nobody knows."""
    for n, site in enumerate((cast.tilleuls, cast.peupliers, cast.saules)):
        Site.objects.filter(pk=site.pk).update(latitude=50.4 + n / 10, longitude=4.9 + n / 10)
    return cast


def points(client: Client, **query: str) -> dict[str, str]:
    """Name → state of each point."""
    told = client.get(POINTS, query).json()
    return {row[4]: told["states"][row[3]] for row in told["sites"]}


def test_points_keep_to_scope_filters_and_coordinates(placed: Cast):
    make_fault(make_device(placed.tilleuls, "SW-1"))
    everything = points(as_(placed.sofia))
    assert set(everything) == {"École Tilleuls", "École Peupliers", "École Saules"}
    assert everything["École Tilleuls"] == "down"
    assert everything["École Saules"] == "unknown"
    assert set(points(as_(placed.thomas))) == {"École Tilleuls", "École Saules"}
    assert set(points(as_(placed.karl))) == {"École Peupliers"}
    assert set(points(as_(placed.sofia), gestion="decentralised")) == {"École Saules"}
    assert set(points(as_(placed.sofia), q="tilleuls")) == {"École Tilleuls"}


def test_unchanged_points_cost_no_bytes(placed: Cast):
    client = as_(placed.sofia)
    first = client.get(POINTS)
    assert first["Cache-Control"] == "private, no-cache"
    again = client.get(POINTS, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Site.objects.filter(pk=placed.saules.pk).update(latitude=50.45)
    assert client.get(POINTS, headers={"if-none-match": first["ETag"]}).status_code == 200
    other = as_(placed.thomas).get(POINTS, headers={"if-none-match": first["ETag"]})
    assert other.status_code == 200  # another person's answer is another answer


def test_many_points_travel_compressed(placed: Cast):
    town = placed.tilleuls.municipality
    Site.objects.bulk_create(
        Site(
            school=placed.tilleuls.school,
            name=f"S{n}",
            municipality=town,
            latitude=50.4,
            longitude=5,
        )
        for n in range(100)
    )
    answer = as_(placed.sofia).get(POINTS, headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(answer.content))["sites"]) == 103


def test_the_map_is_bounded_and_says_so(placed: Cast, monkeypatch):
    monkeypatch.setattr(map_page, "MAP_AT_MOST", 2)
    client = as_(placed.sofia)
    told = client.get(POINTS).json()
    assert told["cut"]
    assert len(told["sites"]) <= 2
    assert "seule une partie est montrée" in client.get("/carte/").content.decode()


def test_the_page_stands_without_script_and_names_what_it_cannot_show(placed: Cast):
    page = as_(placed.sofia).get("/carte/").content.decode()
    assert (
        'class="region"' in page
    )  # drawn by the server, for paper and for browsers without script
    assert "1 implantation n’a pas de coordonnées" in page
    assert "Hainaut" in page
    assert 'data-tiles=""' in page


def test_what_the_map_says_of_a_site_is_for_those_who_see_it(placed: Cast):
    url = reverse("schools:map_site", args=[placed.tilleuls.pk])
    assert "École Tilleuls" in as_(placed.thomas).get(url).content.decode()
    assert as_(placed.karl).get(url).status_code == 404


def test_a_background_is_let_in_only_where_one_is_set(placed: Cast, monkeypatch):
    policy = as_(placed.sofia).get("/carte/")["Content-Security-Policy"]
    assert "img-src 'self' data:;" in policy + ";"
    monkeypatch.setenv("MAP_TILES", "https://{s}.tiles.example/{z}/{x}/{y}.png")
    assert env.origin("MAP_TILES") == ["https://*.tiles.example"]
    monkeypatch.setenv("MAP_TILES", "")
    assert env.origin("MAP_TILES") == []
