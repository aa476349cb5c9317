"""A database on which every migration ran, kept in the test cluster for the runs to come.

The migrations take most of a minute; PostgreSQL copies their result in a second. The name holds
a digest of the migrations and of the locked packages: when they change, a new one is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper

from deploy.settings import env

APPS = ("schools", "inventory", "supervision", "helpdesk", "byod", "deploy")
PREFIX = "migrated_"
LOCK = 7_230_116


def migrated_database() -> str:
    """Return the name of a migrated database, to be copied (TEMPLATE).

    The first process that asks makes it; the others wait for it.
    """
    name = PREFIX + _digest()
    with connection.creation._nodb_cursor() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        known = {row[0] for row in server.fetchall()}
        if name not in known:
            for old in known:
                server.execute(f'DROP DATABASE "{old}"')
            _make(server, name)
    return name


def _digest() -> str:
    found = hashlib.sha256((env.ROOT / "requirements.txt").read_bytes())
    for app in APPS:
        for file in sorted((env.ROOT / app).rglob("migrations/*.py")):
            found.update(file.relative_to(env.ROOT).as_posix().encode() + file.read_bytes())
    return found.hexdigest()[:16]


def _make(server: CursorWrapper, name: str) -> None:
    """Under another name until it is whole: what a killed run left is never believed."""
    draft = f"{PREFIX}draft"
    server.execute(f'CREATE DATABASE "{draft}"')
    with _connected_to(draft):
        call_command("migrate", verbosity=0)
    server.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
