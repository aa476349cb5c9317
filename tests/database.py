"""The database of the tests: copied from a migrated one, emptied after a test that commits.

The migrations take most of a minute; PostgreSQL copies their result in a second. The name of the
migrated database holds a digest of the migrations and of the locked packages: when they change, a
new one is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from deploy.settings import env

APPS = ("schools", "inventory", "supervision", "helpdesk", "byod", "deploy")
PREFIX = "migrated_"
LOCK = 7_230_116
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
"""What ``migrate`` itself writes, and no test."""
MANY = 2000
"""Rows; a test that loads the demonstration leaves more, most leave fewer than a hundred."""


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


def empty_tables() -> None:
    """Delete what a test committed, in the few tables that hold something.

    Django truncates every table and makes all permissions anew: a second or more for each test
    that commits. Triggers and constraints sleep meanwhile, which PostgreSQL lets a superuser
    order: the test cluster's user is one. Many rows leave room behind them, which would mislead
    the planner in later tests: then the tables are cut.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - KEPT)
        asked = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables)
        cursor.execute(" UNION ALL ".join(asked))
        found = [row[0] for row in cursor.fetchall()]
        cursor.execute("SET LOCAL session_replication_role = replica")
        rows = 0
        for table in found:
            cursor.execute(f'DELETE FROM "{table}"')
            rows += cursor.rowcount
        if rows > MANY:
            cursor.execute(f"TRUNCATE {', '.join(found)} CASCADE")
