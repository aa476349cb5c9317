"""A database with every migration applied is made once, then copied: seconds instead of a minute."""

from __future__ import annotations

import fcntl
import hashlib
from contextlib import ExitStack

import psycopg
from psycopg.sql import SQL, Identifier

from deploy.station import postgres
from tests.architecture.tree import APPS, ROOT

PREFIX = "migrated_"


def name() -> str:
    """Of the model; another one as soon as a migration, or the version of a package, changes."""
    files = [path for app in APPS for path in (ROOT / app).rglob("migrations/*.py")]
    told = hashlib.sha256()
    for path in sorted([*files, ROOT / "requirements-dev.txt"]):
        told.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return PREFIX + told.hexdigest()[:16]


class Model:
    """What test databases are copied from. The first process makes it, the others wait for it."""

    def __init__(self, cluster: postgres.Cluster) -> None:
        self.cluster, self.name = cluster, name()
        self.there = False
        self._lock = ExitStack()

    def take(self) -> str | None:
        """Its name, once it is there. None: this process migrates, and must :meth:`keep`."""
        lock = self._lock.enter_context((self.cluster.home / "migrated.lock").open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(self.cluster.url("postgres")) as server:
            asked = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name])
            self.there = asked.fetchone() is not None
        return self.name if self.there else None

    def keep(self, database: str) -> None:
        """Let the others go on; the model is this database, that nobody may be connected to."""
        with self._lock:
            if not self.there:
                self._copy(database)

    def _copy(self, database: str) -> None:
        with psycopg.connect(self.cluster.url("postgres"), autocommit=True) as server:
            old = server.execute("SELECT datname FROM pg_database WHERE datname ^@ %s", [PREFIX])
            for (one,) in old.fetchall():
                server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(one)))
            copy = SQL("CREATE DATABASE {} TEMPLATE {}")
            server.execute(copy.format(Identifier(self.name), Identifier(database)))
