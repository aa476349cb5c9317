"""A key opens a part of its owner's rights: a manner and areas, on every view of the API."""

from __future__ import annotations

import pytest
from django.urls import resolve
from rest_framework.test import APIClient

from schools.actions.make_token import make_token
from schools.api.tokens import AREAS, HasScope, area_of
from schools.models import TokenScope
from tests.architecture import walk

PUBLIC = {"api:schema", "api:docs"}
WRITES = ("post", "put", "patch", "delete")
FULL = list(TokenScope.values)
MANNERS = ["read", "write"]


@pytest.fixture(autouse=True)
def _no_tasks(monkeypatch):
    monkeypatch.setattr("supervision.api.views.poll_targets.delay", lambda _ids: None)


def api_urls(world) -> list[tuple[str, str]]:
    """Name and address of every view of the API but the schema, for the objects of a school."""
    arguments = walk.table()["arguments"]
    return [
        (door.name, walk.address(door, arguments.get(door.name, {}), world))
        for door in walk.doors()
        if door.name.startswith("api:") and door.name not in PUBLIC
    ]


def client_with(person, scopes) -> APIClient:
    _key, text = make_token(person, "essai", scopes)
    return APIClient(headers={"Authorization": f"Token {text}"}, raise_request_exception=False)


def area(url: str) -> str:
    match = resolve(url)
    return area_of(match.func.cls())


def ask(client, method: str, url: str):
    return getattr(client, method)(url, {}, format="json")


def test_every_view_of_the_api_has_a_known_area_and_the_rule(ours):
    for name, url in api_urls(ours):
        assert area(url) in AREAS.values(), name
        assert HasScope in resolve(url).func.cls.permission_classes, name


def test_a_read_only_key_writes_nowhere(cast, ours):
    client = client_with(cast.sofia, ["read", *AREAS.values()])
    for name, url in api_urls(ours):
        for method in WRITES:
            answer = ask(client, method, url)
            assert answer.status_code == 403, f"{method} {name}"
            assert answer.json()["scopes"] == ["write"], f"{method} {name}"


def test_a_key_without_read_reads_nowhere(cast, ours):
    client = client_with(cast.sofia, ["write", *AREAS.values()])
    for name, url in api_urls(ours):
        assert client.get(url).status_code == 403, name


@pytest.mark.parametrize("own", list(AREAS.values()))
def test_a_key_of_one_area_opens_no_other(own, cast, ours):
    client = client_with(cast.sofia, [*MANNERS, own])
    opened = 0
    for name, url in api_urls(ours):
        for method in ("get", *WRITES):
            answer = ask(client, method, url)
            if area(url) == own:
                opened += answer.status_code < 400
            else:
                assert answer.status_code == 403, f"{method} {name}"
                assert answer.json()["scopes"] == [area(url)], f"{method} {name}"
    assert opened > 2


def test_a_full_key_opens_what_a_session_opens(cast, ours):
    full = client_with(cast.sofia, FULL)
    session = walk.client_of(cast.sofia)
    for name, url in api_urls(ours):
        assert full.get(url).status_code == session.get(url).status_code, name


def test_a_key_never_opens_more_than_its_owner_sees(cast, ours, theirs):
    client = client_with(cast.claire, FULL)
    for name, url in api_urls(theirs):
        if name not in walk.SHARED and url.rstrip("/").rpartition("/")[2].isdigit():
            assert client.get(url).status_code == 404, url


def test_the_refusal_names_the_scope_and_what_to_do(cast):
    answer = client_with(cast.sofia, ["read", "helpdesk"]).get("/api/v1/sites/")
    problem = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == 'Token error="insufficient_scope", scope="register"'
    assert "register" in problem["detail"]
    assert "Mes clés d’accès" in problem["how"]


def test_a_view_of_no_known_app_is_closed_to_every_key(cast, monkeypatch):
    monkeypatch.delitem(AREAS, "inventory")
    client = client_with(cast.sofia, FULL)
    assert client.get("/api/v1/devices/").status_code == 403
    assert client.get("/api/v1/sites/").status_code == 200
