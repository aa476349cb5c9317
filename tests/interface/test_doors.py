"""Coming in, going out, and the pages for what went wrong."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from deploy.interface.errors import forbidden
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def test_home_sends_a_visitor_to_the_door(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/entrer/")


def test_signing_in_speaks_the_persons_language(client: Client, cast: Cast) -> None:
    cast.karl.language = "de"
    cast.karl.save()
    answer = client.post("/entrer/", {"username": cast.karl.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert answer.cookies["django_language"].value == "de"


def test_a_wrong_password_says_nothing_of_the_account(client: Client, cast: Cast) -> None:
    known = client.post("/entrer/", {"username": cast.sofia.email, "password": "faux"})
    unknown = client.post("/entrer/", {"username": "x@example.org", "password": "faux"})
    texts = [
        answer.content.decode().split('role="alert"')[1].split("</div>")[0]
        for answer in (known, unknown)
    ]
    assert texts[0] == texts[1]


def test_it_never_leads_to_another_site_after_signing_in(client: Client, cast: Cast) -> None:
    data = {"username": cast.sofia.email, "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post("/entrer/", data)["Location"] == "/"


def test_demo_accounts_show_only_once_loaded(client: Client, cast: Cast, settings) -> None:
    assert "demo" not in client.get("/entrer/").context["demo_accounts"]
    assert client.get("/entrer/").context["demo_accounts"] == []
    cast.sofia.email = "sofia@preau.example"
    cast.sofia.save()
    assert [a.name for a in client.get("/entrer/").context["demo_accounts"]] == ["Sofia Lambrecht"]
    settings.PREAU_LAB = False
    assert client.get("/entrer/").context["demo_accounts"] == []


def test_going_out_needs_a_form(client: Client, cast: Cast) -> None:
    client.force_login(cast.sofia)
    assert client.get("/sortir/").status_code == 405
    assert client.post("/sortir/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_person_without_a_role_is_told_what_to_do(client: Client, cast: Cast) -> None:
    cast.claire.roles.all().delete()
    client.force_login(cast.claire)
    assert "helpdesk régional" in client.get("/").content.decode()


def test_a_refusal_gives_its_reason_escaped() -> None:
    refusal = PermissionDenied("Réseau géré par l’école <b>.")
    whole = forbidden(RequestFactory().get("/"), refusal)
    part = forbidden(RequestFactory().get("/", headers={"HX-Request": "true"}), refusal)
    for answer in (whole, part):
        assert answer.status_code == 403
        assert "Réseau géré par l’école &lt;b&gt;." in answer.content.decode()
    assert "<html" not in part.content.decode()


def test_an_absent_page_is_404(client: Client) -> None:
    answer = client.get("/nulle-part/")
    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.content.decode()


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "500.html"])
def test_error_pages_need_no_context_at_all(name: str) -> None:
    assert "<h1>" in render_to_string(name)


def test_the_live_stream_steps_aside_where_nothing_can_stream(client: Client, cast: Cast) -> None:
    assert client.get("/live/").status_code == 401
    client.force_login(cast.sofia)
    assert client.get("/live/").status_code == 204
