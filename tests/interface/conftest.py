"""A real granian server on the test database, for what only ASGI can do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

ROOT = Path(__file__).parents[2]
START_S = 20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_database_url() -> str:
    """The address of the database this test uses, for another process."""
    given = connection.get_connection_params()
    user, name = quote(given.get("user") or "postgres"), given["dbname"]
    host = str(given.get("host") or "")
    if host.startswith("/"):
        return f"postgresql://{user}@/{name}?host={quote(host, safe='')}"
    secret = f":{quote(given['password'])}" if given.get("password") else ""
    return f"postgresql://{user}{secret}@{host}:{given.get('port') or 5432}/{name}"


test_database_url.__test__ = False


@pytest.fixture
def granian(transactional_db: None, server_of_module: str) -> str:
    """The address of a running server, on the database that this test fills."""
    return server_of_module


@pytest.fixture(scope="module")
def server_of_module(django_db_setup: None) -> Iterator[str]:
    """One server for the tests of a file; stopped with its streams open, as in production."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    words = f"-m granian --interface asgi --host 127.0.0.1 --port {port} --workers 1"
    words += " --workers-kill-timeout 1 --log-level error deploy.asgi:application"
    server = subprocess.Popen(
        [sys.executable, *words.split()],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "deploy.settings.test",
            "DATABASE_URL": test_database_url(),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(server, url)
        yield url
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
            pytest.fail("the server did not stop within 10 s of being asked")


def wait_for(server: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if server.poll() is not None:
            pytest.fail(f"the server stopped with code {server.returncode}")
        try:
            urllib.request.urlopen(f"{url}/kit/rangees/", timeout=2)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"no server within {START_S} s")
