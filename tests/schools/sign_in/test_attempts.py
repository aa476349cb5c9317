"""Too many attempts: counted in the database, told with the time left, undone on request."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.db import connection
from django.test import Client

from deploy.settings import env
from schools.models import AuditEntry, User
from tests.cast import PASSWORD, Cast, make_cast
from tests.interface.conftest import test_database_url
from tests.schools.sign_in.people import SECRET, code_of, give_application, is_in, sign_in

TRIES = 5


@pytest.fixture(autouse=True)
def _no_counts_from_elsewhere(db):
    cache.clear()


def refusal(answer: Any) -> str:
    return answer.content.decode().split('role="alert"')[1].split("</div>")[0]


def fail(client: Client, who: Any, times: int) -> Any:
    for _n in range(times):
        answer = sign_in(client, who, "pas-le-bon")
    return answer


def test_after_five_wrong_passwords_the_right_one_waits_too(client, cast: Cast):
    fail(client, cast.claire, TRIES)
    answer = sign_in(client, cast.claire)
    assert "Réessayez dans 15 minutes" in refusal(answer)
    assert not is_in(client)


def test_four_do_not_lock(client, cast: Cast):
    fail(client, cast.claire, TRIES - 1)
    sign_in(client, cast.claire)
    assert is_in(client)


def test_an_unknown_account_is_locked_in_the_same_words(client, cast: Cast):
    told = []
    for who in (cast.claire.email, "x@example.org"):
        fail(client, who, TRIES)
        told.append(refusal(sign_in(client, who)))
    assert told[0] == told[1]


def test_it_is_written_down_once(client, cast: Cast):
    fail(client, cast.claire, TRIES + 3)
    entry = AuditEntry.objects.get(action="lock_sign_in")
    assert entry.object_id == str(cast.claire.pk)
    assert entry.after == {"address": "127.0.0.1", "minutes": 15}


def test_another_address_meets_the_same_lock_and_another_account_none(cast: Cast):
    fail(Client(REMOTE_ADDR="192.0.2.1"), cast.claire, TRIES)
    elsewhere = Client(REMOTE_ADDR="192.0.2.2")
    sign_in(elsewhere, cast.claire)
    assert not is_in(elsewhere)
    sign_in(elsewhere, cast.karl)
    assert is_in(elsewhere)


def test_host_names_do_not_multiply_the_attempts(client, cast: Cast):
    for host in ("localhost", "127.0.0.1", "testserver"):
        for _n in range(2):
            client.post(
                "/entrer/", {"username": cast.claire.email, "password": "faux"}, HTTP_HOST=host
            )
    assert "Réessayez" in refusal(sign_in(client, cast.claire))


def test_one_address_that_tries_many_accounts_waits(settings, cast: Cast):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "6/15m/ip,5/15m/key"}
    sprayer = Client(REMOTE_ADDR="192.0.2.9")
    for n in range(6):
        fail(sprayer, f"x{n}@example.org", 1)
    assert "Réessayez dans 15 minutes" in refusal(sign_in(sprayer, cast.claire))
    sign_in(Client(REMOTE_ADDR="192.0.2.10"), cast.claire)


def test_a_client_cannot_choose_its_address(settings, cast: Cast):
    """One proxy is trusted: what the client wrote before it counts for nothing."""
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/15m/ip"}
    client = Client(REMOTE_ADDR="10.0.0.1")
    for n in range(3):
        client.post(
            "/entrer/",
            {"username": f"x{n}@example.org", "password": "faux"},
            headers={"X-Forwarded-For": f"198.51.100.{n}, 192.0.2.7"},
        )
    told = {"username": cast.claire.email, "password": PASSWORD}
    same = client.post("/entrer/", told, headers={"X-Forwarded-For": "203.0.113.5, 192.0.2.7"})
    assert "Réessayez" in refusal(same)
    other = client.post("/entrer/", told, headers={"X-Forwarded-For": "192.0.2.7, 192.0.2.8"})
    assert other.status_code == 302


def test_the_time_unlocks(client, cast: Cast, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "5/1s/key"}
    fail(client, cast.claire, TRIES)
    end = threading.Event()
    for _n in range(30):
        end.wait(0.2)
        sign_in(client, cast.claire)
        if is_in(client):
            break
    assert is_in(client)


def administrator(*permissions: str) -> Client:
    boss = User.objects.create_user("boss@example.org", PASSWORD, full_name="Boss", is_staff=True)
    boss.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    sign_in(client, boss)
    return client


def ask(client: Client, action: str, *people: User) -> Any:
    told = {"action": action, "_selected_action": [person.pk for person in people]}
    return client.post("/admin/schools/user/", told, follow=True)


def test_an_administrator_unlocks(client, cast: Cast):
    fail(client, cast.claire, TRIES)
    ask(administrator("change_user", "view_user"), "unlock", cast.claire)
    sign_in(client, cast.claire)
    assert is_in(client)
    assert AuditEntry.objects.get(action="unlock_sign_in").actor_text == "Boss"


def test_whoever_may_only_look_does_not(client, cast: Cast):
    fail(client, cast.claire, TRIES)
    ask(administrator("view_user"), "unlock", cast.claire)
    sign_in(client, cast.claire)
    assert not is_in(client)


def test_codes_are_counted_like_passwords(client, cast: Cast):
    give_application(cast.sofia)
    sign_in(client, cast.sofia)
    for _n in range(TRIES):
        client.post("/entrer/code/", {"code": "000000"})
    answer = client.post("/entrer/code/", {"code": code_of(SECRET)})
    assert "Réessayez dans 15 minutes" in answer.content.decode()
    assert not is_in(client)
    assert AuditEntry.objects.filter(action="lock_sign_in").count() == 1


@pytest.mark.django_db(transaction=True)
def test_threads_that_try_at_once_are_all_counted():
    """Twelve at once, five looked at: the attempt is counted before the password is read."""
    cast = make_cast()
    start = threading.Barrier(12)

    def attempt(_n: int) -> str:
        start.wait()
        try:
            return refusal(sign_in(Client(), cast.claire, "pas-le-bon"))
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(attempt, range(12)))
    looked_at = [text for text in told if "ne vont pas ensemble" in text]
    assert len(looked_at) <= TRIES
    assert "Trop d’essais" in refusal(sign_in(Client(), cast.claire))


ELSEWHERE = """
import sys, django
django.setup()
from django.test import Client
from django.test.utils import setup_test_environment
setup_test_environment()
for _n in range(int(sys.argv[2])):
    Client().post("/entrer/", {"username": sys.argv[1], "password": "pas-le-bon"})
"""


@pytest.mark.django_db(transaction=True)
def test_processes_agree():
    cast = make_cast()
    environment = {**os.environ, "DATABASE_URL": test_database_url()}
    environment["DJANGO_SETTINGS_MODULE"] = "deploy.settings.test"
    for times in (3, 2):
        words = [sys.executable, "-c", ELSEWHERE, cast.claire.email, str(times)]
        subprocess.run(words, cwd=env.ROOT, env=environment, check=True, timeout=120)
    here = Client()
    assert "Réessayez dans" in refusal(sign_in(here, cast.claire))
    assert not is_in(here)
