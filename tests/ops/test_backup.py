"""A backup restores to the same rows in another database; a bad one restores nothing."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from deploy.station import postgres
from schools.chain import verify
from tests.cast import make_cast
from tests.world import make_everything

BACKUP = Path(__file__).resolve().parents[2] / "deploy" / "ops" / "backup"

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = "SELECT count(*) FROM {}"


def url(name: str) -> str:
    connection.ensure_connection()
    here = connection.connection.info
    return f"postgresql://{here.user}@/{name}?host={here.host}&port={here.port}"


def run(script: str, *words: str, database: str, **extra: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "DATABASE_URL": url(database),
        "PG_BIN": str(postgres.find_binaries()),
        "PREAU_HOME": str(settings.TEST_HOME),
        **extra,
    }
    return subprocess.run(
        [str(BACKUP / script), *words], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def world() -> None:
    cast = make_cast()
    make_everything(cast.tilleuls, cast.sofia)


@pytest.fixture
def other() -> Iterator[str]:
    """An empty database beside the one of the tests."""
    name = f"{connection.settings_dict['NAME']}_restored"
    with psycopg.connect(url("postgres"), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        yield name
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def counts(database: str) -> dict[str, int]:
    with psycopg.connect(url(database)) as rows:
        tables = rows.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        return {name: rows.execute(ROWS.format(name)).fetchone()[0] for (name,) in tables}


def ours() -> str:
    return str(connection.settings_dict["NAME"])


def test_every_row_comes_back(world, other, tmp_path):
    done = run("backup.sh", str(tmp_path), database=ours())
    assert done.returncode == 0, done.stderr
    restored = run("restore.sh", done.stdout.strip(), database=other)
    assert restored.returncode == 0, restored.stderr
    before = counts(ours())
    assert counts(other) == before
    assert before["helpdesk_ticket"] == before["supervision_sample"] == 1


@pytest.mark.parametrize(("said", "stands"), [(1, True), (2, False)])
def test_a_file_that_goes_meanwhile_is_no_fault_an_unreadable_one_is(world, tmp_path, said, stands):
    """tar's exit code, which a stand-in adds to what the real one did."""
    media, tools, kept = (tmp_path / name for name in ("home/media", "tools", "kept"))
    for folder in (media, tools, kept):
        folder.mkdir(parents=True)
    (media / "photo.jpg").write_bytes(b"photo")
    stand_in = tools / "tar"
    stand_in.write_text(f'#!/bin/sh\n{shutil.which("tar")} "$@"\nexit {said}\n')
    stand_in.chmod(0o755)
    done = run(
        "backup.sh", str(kept), database=ours(),
        PREAU_HOME=str(media.parent), PATH=f"{tools}:{os.environ['PATH']}",
    )  # fmt: skip
    assert (done.returncode == 0) is stands, done.stderr
    assert bool(list(kept.glob("*.media.tar"))) is stands
    assert list(kept.glob("*.part")) == []


def test_what_guards_the_rows_comes_back_too(world, other, tmp_path):
    done = run("backup.sh", str(tmp_path), database=ours())
    restored = run("restore.sh", done.stdout.strip(), database=other)
    assert restored.returncode == 0, done.stderr + restored.stderr
    with psycopg.connect(url(other)) as rows, pytest.raises(psycopg.Error, match="append-only"):
        rows.execute("DELETE FROM schools_auditentry")


def test_it_tells_the_head_of_the_journal_which_the_copy_holds(world, other, tmp_path):
    done = run("backup.sh", str(tmp_path), database=ours())
    _moment, head = (tmp_path / "journal-heads.txt").read_text().split()
    assert head in done.stderr
    assert verify(head=head).broken is None
    run("restore.sh", done.stdout.strip(), database=other)
    with psycopg.connect(url(other)) as rows:
        stored = rows.execute("SELECT sequence || ':' || digest FROM schools_auditseal").fetchall()
    assert (head,) in stored


def test_it_never_writes_over_a_database_that_holds_something(world, tmp_path):
    done = run("backup.sh", str(tmp_path), database=ours())
    refused = run("restore.sh", done.stdout.strip(), database=ours())
    assert refused.returncode == 1
    assert "is not empty" in refused.stderr


def test_a_damaged_backup_restores_nothing(world, other, tmp_path):
    dump = Path(run("backup.sh", str(tmp_path), database=ours()).stdout.strip())
    dump.write_bytes(dump.read_bytes()[:-100])
    refused = run("restore.sh", str(dump), database=other)
    assert refused.returncode == 1
    assert "damaged" in refused.stderr
    assert counts(other) == {}


def test_samples_can_be_left_out(world, other, tmp_path):
    done = run("backup.sh", str(tmp_path), database=ours(), WITHOUT_SAMPLES="1")
    run("restore.sh", done.stdout.strip(), database=other)
    found = counts(other)
    assert found["supervision_sample"] == 0
    assert found["helpdesk_ticket"] == 1


def test_the_oldest_go(world, tmp_path):
    for day in ("20260101", "20260102", "20260103"):
        for suffix in ("dump", "sha256"):
            (tmp_path / f"preau-{day}T000000Z.{suffix}").touch()
    (tmp_path / "notes.txt").touch()
    done = run("backup.sh", str(tmp_path), database=ours(), KEEP="2")
    left = {re.split(r"\.", path.name)[0] for path in tmp_path.iterdir()}
    assert left == {
        "notes",
        "journal-heads",
        "preau-20260103T000000Z",
        Path(done.stdout.strip()).stem,
    }


def test_a_backup_is_readable_by_its_owner_alone(world, tmp_path):
    dump = Path(run("backup.sh", str(tmp_path), database=ours()).stdout.strip())
    assert dump.stat().st_mode & 0o077 == 0


def test_a_failed_dump_leaves_nothing_behind(world, tmp_path):
    done = run("backup.sh", str(tmp_path), database="no_such_database")
    assert done.returncode != 0
    assert list(tmp_path.iterdir()) == []


def test_the_password_travels_by_the_environment():
    environment = runpy.run_path(str(BACKUP / "pgenv.py"))["environment"]
    assert environment("postgresql://a:p%40ss@db.example.org:5433/preau?sslmode=require") == {
        "PGHOST": "db.example.org",
        "PGPORT": "5433",
        "PGUSER": "a",
        "PGPASSWORD": "p@ss",
        "PGDATABASE": "preau",
        "PGSSLMODE": "require",
    }
    with pytest.raises(ValueError, match="postgresql://"):
        environment("sqlite:///x")
