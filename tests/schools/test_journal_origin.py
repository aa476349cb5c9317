"""Each entry says from where: the door, its name, the address, without anybody passing it along."""

from __future__ import annotations

import ast
import asyncio
from importlib import import_module
from pathlib import Path

import pytest
from celery import shared_task
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client

from schools.actions.audit import record_action
from schools.client_address import client_address, read_address
from schools.commands import HouseCommand
from schools.middleware import origin_middleware
from schools.models import AuditEntry, Door
from schools.origin import Origin, coming_from, current_origin
from tests.cast import PASSWORD

ROOT = Path(__file__).parents[2]
PROXY = "10.0.0.5"


def browser(person, **meta: str) -> Client:
    client = Client(**meta)
    client.force_login(person)
    return client


def latest(action: str) -> AuditEntry:
    return AuditEntry.objects.filter(action=action).latest("pk")


def revoke(client: Client, cast) -> AuditEntry:
    consent = cast.tilleuls.school.consents.get()
    site = cast.tilleuls.pk
    client.post(f"/implantations/{site}/accords/{consent.pk}/retirer/", {"why": "Essai"})
    return latest("revoke_consent")


def test_a_page_says_its_address(cast):
    entry = revoke(browser(cast.bernard, REMOTE_ADDR="2001:db8::7"), cast)
    assert (entry.door, entry.door_name, entry.address) == ("page", "", "2001:db8::7")
    assert entry.site_text == "École Tilleuls"


def test_the_settings_are_a_door_of_their_own(cast):
    boss = type(cast.sofia).objects.create_superuser("boss@example.org", PASSWORD)
    client = browser(boss, REMOTE_ADDR="192.0.2.9")
    secret = {"password1": "corbeau-vert-92", "password2": "corbeau-vert-92"}
    client.post(f"/admin/schools/user/{cast.claire.pk}/password/", secret)
    entry = latest("change_password")
    assert (entry.door, entry.address, entry.actor) == ("admin", "192.0.2.9", boss)


def test_nothing_of_a_request_stays_behind(cast):
    revoke(browser(cast.bernard), cast)
    assert current_origin() == Origin()
    assert record_action(None, "x", cast.tilleuls).door == Door.UNKNOWN


def test_an_asynchronous_page_carries_it_too():
    async def page(request: HttpRequest) -> HttpResponse:
        await asyncio.sleep(0)
        return HttpResponse(f"{current_origin().door} {current_origin().address}")

    request = HttpRequest()
    request.path_info, request.META = "/live/", {"REMOTE_ADDR": "192.0.2.1"}
    answer = asyncio.run(origin_middleware(page)(request))
    assert answer.content == b"page 192.0.2.1"


@shared_task
def act_for_a_test(site: int) -> None:
    record_action(None, "act", type(act_for_a_test.site).objects.get(pk=site))


def test_a_task_says_its_name(cast):
    act_for_a_test.site = cast.tilleuls
    with coming_from(Origin(Door.PAGE, "", "192.0.2.1")):
        act_for_a_test.delay(cast.tilleuls.pk)
        assert current_origin().door == Door.PAGE
    entry = latest("act")
    assert (entry.door, entry.address) == ("task", None)
    assert entry.door_name.endswith("act_for_a_test")


def test_a_command_says_its_name(cast):
    call_command("make_api_token", "claire@example.org")
    entry = latest("make_api_token")
    assert (entry.door, entry.door_name, entry.actor) == ("command", "make_api_token", None)


def test_every_command_of_the_house_says_its_name():
    for path in ROOT.glob("*/**/management/commands/[!_]*.py"):
        if ".venv" in path.parts or "node_modules" in path.parts:
            continue
        names = [n.name for n in ast.parse(path.read_text()).body if isinstance(n, ast.ClassDef)]
        assert "Command" in names
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        assert issubclass(import_module(module).Command, HouseCommand), module


@pytest.mark.parametrize(
    ("peer", "header", "proxies", "found"),
    [
        ("192.0.2.1", "", [], "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", [], "192.0.2.1"),  # nobody believes a stranger
        ("192.0.2.1", "203.0.113.9", [PROXY], "192.0.2.1"),
        (PROXY, "203.0.113.9", [PROXY], "203.0.113.9"),
        (PROXY, "6.6.6.6, 203.0.113.9", [PROXY], "203.0.113.9"),  # the first one is hearsay
        (PROXY, "203.0.113.9, 10.0.0.6", ["10.0.0.0/8"], "203.0.113.9"),
        (PROXY, "10.0.0.7, 10.0.0.6", ["10.0.0.0/8"], "10.0.0.7"),
        (PROXY, "", [PROXY], PROXY),
        (PROXY, "unknown", [PROXY], PROXY),
        ("2001:db8::5", "2001:db8:1::9", ["2001:db8::/64"], "2001:db8:1::9"),
        ("::ffff:10.0.0.5", "[2001:db8:1::9]:443", [PROXY], "2001:db8:1::9"),
        ("fe80::1%eth0", "", [], "fe80::1"),
        ("", "203.0.113.9", [PROXY], None),
        ("no address", "", [], None),
    ],
)
def test_the_header_is_believed_as_far_as_our_proxies_wrote_it(peer, header, proxies, found):
    meta = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": header}
    assert client_address(meta, proxies) == found


@pytest.mark.parametrize(
    "text", ["192.0.2.1:8080", " 192.0.2.1", '"192.0.2.1"', "::ffff:192.0.2.1"]
)
def test_an_address_is_read_as_proxies_write_it(text):
    assert str(read_address(text)) == "192.0.2.1"


def test_behind_our_proxy_the_caller_is_named(cast, settings):
    settings.TRUSTED_PROXIES = [PROXY]
    client = browser(cast.bernard, REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR="6.6.6.6, 2001:db8::7")
    assert revoke(client, cast).address == "2001:db8::7"
