"""Lists are paged by cursor, bounded, ordered and filtered as declared, at a constant cost."""

from __future__ import annotations

import pytest

from inventory.models import Port
from schools.models import Role, RoleKind
from tests.api.test_api_scope import OBJECTS, PUBLIC, WORKED, listed
from tests.architecture.query_counts import assert_query_count
from tests.cast import GIVEN, make_device, make_room
from tests.world import make_everything

ALONE = {
    *("authorities", "schools", "sites", "consents", "calendars", "municipalities"),
    *("right-programmes", "right-formulas", "resource-centres"),
    "follow-ups",  # while they are written they are the school's alone
}
"""Lists that more sites of the same authority do not lengthen."""
OFFICERS_READ = {"obligations"}
SCHOOLS_READ = {
    *("school-classes", "members", "loan-requests", "allocation-rounds", "line-loans", "loans"),
}
"""Of minors: by those who run the site alone, whatever one's view of the Region."""
CATALOGUE = {"products", "kits", "kit-versions", "custom-fields"}  # tests/api/test_api_catalogue.py


@pytest.mark.parametrize("name", [*OBJECTS, *WORKED, *sorted(PUBLIC - CATALOGUE)])
def test_a_list_costs_the_same_whatever_its_length(name, api, cast, ours, theirs):
    reader = cast.odile if name in OFFICERS_READ else cast.sofia
    if name in SCHOOLS_READ:
        reader = cast.claire
    client = api(reader)
    with assert_query_count(f"api:{name}"):
        few = len(client.get(f"/api/v1/{name}/").json()["results"])
    make_everything(cast.saules, cast.sofia, "S")
    make_everything(cast.bouleaux, cast.sofia, "B")
    if name in SCHOOLS_READ:
        for site in (cast.saules, cast.bouleaux):
            Role.objects.create(user=reader, kind=RoleKind.CONTACT, site=site, from_on=GIVEN)
    client = api(reader)
    with assert_query_count(f"api:{name}"):
        more = len(client.get(f"/api/v1/{name}/").json()["results"])
    assert more > few or name in ALONE


def test_pages_follow_one_another_without_gap_or_repetition(api, cast):
    rooms = {make_room(cast.tilleuls, f"R{n}").pk for n in range(25)}
    client, url, seen = api(cast.claire), "/api/v1/rooms/?page_size=10", []
    while url:
        page = client.get(url).json()
        assert len(page["results"]) <= 10
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert len(seen) == len(set(seen)) == 25
    assert set(seen) == rooms


def test_a_page_is_bounded(api, cast):
    device = make_device(cast.tilleuls, "SW")
    Port.objects.bulk_create(Port(device=device, name=str(n)) for n in range(510))
    page = api(cast.claire).get("/api/v1/ports/?page_size=100000").json()
    assert len(page["results"]) == 500


def test_rows_come_in_the_declared_order(api, cast, ours):
    client = api(cast.claire)
    up = client.get("/api/v1/devices/?ordering=name").json()["results"]
    down = client.get("/api/v1/devices/?ordering=-name").json()["results"]
    ordered = ["AP-T", "CH-PRET-T", "PC-PRET-T", "PC-T", "PC-T-2", "PP-T", "T-B1"]
    assert [r["name"] for r in up] == ordered
    assert [r["name"] for r in down] == ordered[::-1]


def test_an_undeclared_order_is_ignored(api, cast, ours):
    rows = api(cast.claire).get("/api/v1/devices/?ordering=site__school__authority__bce_number")
    assert rows.status_code == 200


def test_filters_choose(api, cast, ours, theirs):
    sofia = api(cast.sofia)
    assert listed(sofia, "devices", site=ours.site.pk, category="access_point") == {
        ours.access_point.pk
    }
    assert listed(sofia, "incidents", site=theirs.site.pk, root__isnull="true") == {
        theirs.incident.pk
    }
    assert listed(sofia, "tickets", state__in="resolved,closed") == set()
    assert listed(sofia, "tickets", assignee__isnull="true", site=ours.site.pk) == {ours.ticket.pk}
    assert listed(sofia, "checks", state="ok") == set()
