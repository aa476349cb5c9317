"""The API of rights: standing per site, the whole ledger, formulas; each within one's scope."""

from __future__ import annotations

from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from schools.actions.make_token import make_token
from tests.grants.rights.region import make_programme_in_use, use

LISTS = (
    "drawing-rights",
    "right-movements",
    "right-computations",
    "right-programmes",
    "right-formulas",
    "right-corrections",
    "counting-errors",
    "right-pools",
)


SAME_FOR_ALL = ("right-programmes", "right-formulas")


@pytest.fixture
def used(cast):
    make_programme_in_use(cast.odile, {cast.tilleuls: (598, 612), cast.saules: (120, 118)})
    use(cast.tilleuls, cast.bernard)
    return cast


def client_of(person, *scopes):
    _key, text = make_token(person, "essai", scopes or ("read", "grants"))
    return APIClient(headers={"Authorization": f"Token {text}"})


def get(client, path, status=200, **query):
    answer = client.get(f"/api/v1/{path}/", query)
    assert answer.status_code == status, answer.content
    return answer.json()


def test_the_standing_of_a_site(used):
    client = client_of(used.bernard)
    found = get(client, "drawing-rights/standing", site=used.tilleuls.pk)
    assert (found["released"], found["available"], found["consumed"]) == (
        "20170.70",
        "1010.70",
        "8120.00",
    )
    before = get(client, "drawing-rights/standing", site=used.tilleuls.pk, on="2020-01-01")
    assert before["granted"] == "0.00"
    get(client, "drawing-rights/standing", 404, site=used.saules.pk)
    get(client, "drawing-rights/standing", 400, site="²")
    get(client, "drawing-rights/standing", 400)


def test_every_list_begins_with_what_one_sees(used):
    for path in LISTS:
        foreign = get(client_of(used.karl), path)["results"]
        if path not in SAME_FOR_ALL:
            assert all(row.get("site") == used.peupliers.pk for row in foreign), path
        own = get(client_of(used.bernard), path)["results"]
        assert all(row.get("site", used.tilleuls.pk) == used.tilleuls.pk for row in own)
    rights = get(client_of(used.bernard), "drawing-rights")["results"]
    assert [row["site"] for row in rights] == [used.tilleuls.pk]


def test_movements_come_with_their_balanced_entries(used):
    rows = get(client_of(used.bernard), "right-movements", kind="commit")["results"]
    assert len(rows) == 2
    for row in rows:
        assert sum(Decimal(entry["amount"]) for entry in row["entries"]) == 0
    released = get(client_of(used.bernard), "right-movements", kind="release")["results"]
    assert all(row["computation"] for row in released)


def test_a_key_needs_the_scope_of_grants(used):
    get(client_of(used.bernard, "read", "inventory"), "drawing-rights", 403)
