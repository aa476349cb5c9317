"""Refusals have one shape: problem+json (RFC 9457), with what to do."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from rest_framework.throttling import UserRateThrottle

SHAPE = {"type", "title", "status", "detail", "how"}


def check(answer, status: int) -> dict:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) - {"errors"} == SHAPE
    assert problem["status"] == status
    assert all(problem[member] for member in ("title", "detail", "how"))
    return problem


def test_unseen_is_404_and_says_so_in_french(api, cast, theirs):
    problem = check(api(cast.claire).get(f"/api/v1/sites/{theirs.site.pk}/"), 404)
    assert problem["title"] == "Introuvable."


def test_an_anonymous_caller_is_401(api, db):
    problem = check(api(None).get("/api/v1/me/"), 401)
    assert "Token" in problem["how"]


def test_a_wrong_filter_names_the_field(api, cast):
    problem = check(api(cast.sofia).get("/api/v1/devices/?site=abc"), 400)
    assert set(problem["errors"]) == {"site"}


@pytest.mark.parametrize("number", ["9223372036854775808", "99999999999999999999999", "-1.5"])
def test_a_number_no_key_can_have_is_refused_not_sent_to_the_database(api, cast, number):
    check(api(cast.sofia).get(f"/api/v1/devices/?site={number}"), 400)


def test_an_object_number_beyond_the_database_is_404(api, cast):
    check(api(cast.sofia).get("/api/v1/sites/99999999999999999999/"), 404)


def test_registers_are_read_only(api, cast, ours):
    check(api(cast.sofia).post("/api/v1/sites/", {}, format="json"), 405)
    check(api(cast.sofia).delete(f"/api/v1/sites/{ours.site.pk}/"), 405)


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-01-01T00:00:00Z", "to": "2026-03-01T00:00:00Z"},
        {"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"},
        {"from": "hier"},
    ],
)
def test_samples_are_bounded_in_time(api, cast, ours, query):
    answer = api(cast.claire).get(f"/api/v1/targets/{ours.target.pk}/samples/", query)
    check(answer, 400)


def test_too_many_requests_are_slowed_down(api, cast, monkeypatch):
    monkeypatch.setattr(UserRateThrottle, "get_rate", lambda self: "2/min")
    cache.clear()
    client = api(cast.claire)
    assert [client.get("/api/v1/me/").status_code for _ in range(2)] == [200, 200]
    answer = client.get("/api/v1/me/")
    check(answer, 429)
    assert int(answer["Retry-After"]) > 0
    cache.clear()
