"""The embedded PostgreSQL: started, attached to, stopped, killed."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from deploy.settings import env
from deploy.station import living, paths, postgres


@pytest.fixture
def cluster(tmp_path):
    made = postgres.Cluster(tmp_path / "a home with blanks", durable=False)
    yield made
    postgres.stop(made)


def one(cluster, query):
    with psycopg.connect(cluster.url("postgres")) as connection:
        return connection.execute(query).fetchone()[0]


def test_it_starts_once_and_is_attached_to_afterwards(cluster):
    assert postgres.start(cluster) is True
    pid = postgres.server_pid(cluster)
    assert postgres.start(cluster) is False
    assert postgres.server_pid(cluster) == pid


def test_it_has_what_the_migrations_need(cluster):
    postgres.start(cluster)
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        for extension in ("pg_trgm", "unaccent", "btree_gist"):
            connection.execute(f"CREATE EXTENSION {extension}")
    assert one(cluster, "SELECT lower('ÉCOLE ÇÀ ET LÀ')") == "école çà et là"
    assert one(cluster, "SHOW server_encoding") == "UTF8"


def test_nobody_else_reaches_it(cluster):
    postgres.start(cluster)
    assert one(cluster, "SHOW listen_addresses") == ""
    assert stat.S_IMODE(cluster.sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE(cluster.data.stat().st_mode) == 0o700


def test_its_files_belong_to_who_started_it(cluster):
    postgres.start(cluster)
    if os.geteuid() == 0 and not postgres.privileges.namespaces_work():
        pytest.skip("without user namespaces root's data belong to nobody")
    assert {path.stat().st_uid for path in cluster.data.iterdir()} == {os.geteuid()}


def test_data_survive_a_stop(cluster):
    postgres.start(cluster)
    postgres.ensure_database(cluster)
    postgres.ensure_database(cluster)
    with psycopg.connect(cluster.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS figure")
    postgres.stop(cluster)
    assert postgres.server_pid(cluster) is None
    postgres.start(cluster)
    with psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SELECT figure FROM kept").fetchone() == (7,)


def test_it_starts_again_after_a_kill(cluster):
    postgres.start(cluster)
    killed = postgres.server_pid(cluster)
    os.kill(killed, signal.SIGKILL)
    assert postgres.start(cluster) is True
    assert postgres.server_pid(cluster) not in {None, killed}


def test_a_process_with_the_number_of_a_dead_server_is_not_taken_for_it(cluster):
    cluster.data.mkdir(parents=True)
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n")
    assert postgres.server_pid(cluster) is None


def test_half_a_data_folder_is_made_anew(cluster):
    (cluster.home / "postgres.new").mkdir(parents=True)
    (cluster.home / "postgres.new" / "half").touch()
    postgres.start(cluster)
    assert not (cluster.home / "postgres.new").exists()
    assert (cluster.data / "PG_VERSION").exists()


HOLD = """
import sys
from pathlib import Path
from deploy.station import postgres
with postgres.running(postgres.Cluster(Path(sys.argv[1]), durable=False)):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_last_holder_stops_it(cluster):
    def hold():
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(cluster.home)],
            cwd=env.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert holder.stdout.readline() == "held\n"
        return holder

    first, second = hold(), hold()
    pid = postgres.server_pid(cluster)
    first.communicate(timeout=20)
    assert postgres.accepts(cluster)
    second.communicate(timeout=20)
    assert living.wait_gone(pid, 5)


def test_a_deep_folder_gets_its_socket_elsewhere():
    deep = Path("/") / ("d" * 60) / ("e" * 60)
    folder = paths.socket_folder(deep, "postgres")
    assert len(str(folder / ".s.PGSQL.5432").encode()) <= 107
    assert folder == paths.socket_folder(deep, "postgres")
    assert folder != paths.socket_folder(deep / "other", "postgres")


def test_the_server_works_from_a_deep_folder(tmp_path):
    cluster = postgres.Cluster(tmp_path / ("d" * 120), durable=False)
    try:
        postgres.start(cluster)
        assert one(cluster, "SELECT 1") == 1
    finally:
        postgres.stop(cluster)


def test_no_server_is_left_when_a_start_fails(cluster, monkeypatch):
    monkeypatch.setattr(postgres, "START_SECONDS", 1.0)
    postgres.prepare(cluster)
    (cluster.data / "postgresql.conf").write_text("nonsense = 'yes'\n")
    began = time.monotonic()
    with pytest.raises(postgres.StationError, match=r"postgres\.log"):
        postgres.start(cluster)
    assert time.monotonic() - began < 10
    assert postgres.server_pid(cluster) is None
