"""A run's life: kills, clashes, second thoughts. All of it is written, or nothing."""

from __future__ import annotations

import datetime as dt
import io
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deploy.settings import env
from schools import tasks
from schools.actions import apply_import as applying
from schools.actions.abandon_import import abandon_import
from schools.actions.apply_import import LOCK, apply_import
from schools.actions.confirm_import import confirm_import
from schools.actions.import_claims import LEASE, ClaimLost, take_claim
from schools.actions.keep_imports import forget_old_files, runs_to_resume
from schools.actions.read_import import read_import
from schools.actions.start_import import start_import
from schools.models import Authority, ImportRun, School, Site
from tests.cast import make_person, make_town
from tests.interface.conftest import test_database_url
from tests.schools.imports.sources import AS_OF, apply, load, preview, row, sheet

MANY = 1_200


def rows(count: int, **cells):
    return [
        row(school=str(10_000 + n), site=str(20_000 + n), name=f"École {n}", **cells)
        for n in range(count)
    ]


# --- two at once ----------------------------------------------------------------------------------


@pytest.fixture
def town(db):
    make_town("namur", "Bellerive")


def test_a_preview_that_is_no_longer_true_is_shown_anew_and_nothing_is_written(town):
    load(rows(3))
    run = preview(rows(4))
    Site.objects.filter(number="20000").update(address="Rue Changée 1")  # a colleague, meanwhile
    apply(run)
    assert (run.state, run.stale) == ("previewed", True)
    assert run.findings.get(outcome="changed").before == {"address": "Rue Changée 1"}
    assert not Site.objects.filter(number="20003").exists()
    apply(run)
    assert (run.state, run.stale) == ("applied", False)
    assert Site.objects.count() == 4


def test_two_people_preview_the_same_file_at_once_and_the_second_learns_that_it_is_done(town):
    first, second = preview(rows(3)), preview(rows(3))
    apply(first)
    apply(second)
    assert (first.state, second.state) == ("applied", "previewed")
    assert second.counts["to_write"] == 0
    assert Site.objects.count() == 3


def test_a_run_that_somebody_works_on_is_left_to_them(town):
    run = start_import(None, "register", io.BytesIO(sheet(rows(2))), "a.csv", AS_OF)
    claim = take_claim(run.pk, "reading")
    assert claim is not None
    assert read_import(run.pk) is None
    assert runs_to_resume(timezone.now()) == []


def test_an_abandoned_run_is_let_go_by_the_worker_that_reads_it(town):
    officer = make_person("Odile Exemple", "officer", region=True)
    run = start_import(officer, "register", io.BytesIO(sheet(rows(2))), "a.csv", AS_OF)
    claim = take_claim(run.pk, "reading")
    assert claim is not None
    abandon_import(officer, run.pk)
    claim.beaten_at = 0.0
    with pytest.raises(ClaimLost):
        claim.tick(1)
    with pytest.raises(ClaimLost):
        claim.settle(state="previewed")
    run.refresh_from_db()
    assert run.state == "abandoned"


def test_a_run_whose_worker_dies_again_and_again_ends_with_the_reason(town):
    run = start_import(None, "register", io.BytesIO(sheet(rows(2))), "a.csv", AS_OF)
    ImportRun.objects.filter(pk=run.pk).update(attempts=5)
    read_import(run.pk)
    run.refresh_from_db()
    assert run.state == "failed"
    assert "interrompu cinq fois" in run.failure


def test_an_unforeseen_fault_ends_the_run_and_says_that_nothing_is_written(town, monkeypatch):
    def burst(*_args, **_more):
        raise ZeroDivisionError

    run = preview(rows(2))
    monkeypatch.setattr(applying, "write_plan", burst)
    apply(run)
    assert run.state == "failed"
    assert "rien n’est écrit" in run.failure
    assert not Site.objects.exists()


def test_the_clock_takes_up_what_nobody_holds(town):
    run = start_import(None, "register", io.BytesIO(sheet(rows(2))), "a.csv", AS_OF)
    ImportRun.objects.update(created_at=timezone.now() - LEASE * 2)
    tasks.keep_imports()
    run.refresh_from_db()
    assert run.state == "previewed"


def test_files_and_lines_go_after_their_days_and_the_figures_stay(town, settings):
    run = load(rows(2))
    path = Path(run.file.path)
    assert path.exists()
    old = timezone.now() - dt.timedelta(days=settings.IMPORT_DAYS + 1)
    ImportRun.objects.update(created_at=old)
    assert forget_old_files(timezone.now()) == 1
    run.refresh_from_db()
    assert not path.exists()
    assert not run.findings.exists()
    assert run.counts["rows"] == 2


def test_the_queries_of_an_import_do_not_grow_with_its_rows(town):
    def cost(many):
        run = start_import(None, "register", io.BytesIO(sheet(many)), "a.csv", AS_OF)
        with CaptureQueriesContext(connection) as queries:
            read_import(run.pk)
            run.refresh_from_db()
            confirm_import(None, run.pk, run.fingerprint)
            apply_import(run.pk)
        run.refresh_from_db()
        assert run.state == "applied"
        return len(queries)

    few = cost(rows(3))
    assert cost([*rows(3), *rows(400)[3:]]) <= few  # less: its PO stands already


# --- killed ---------------------------------------------------------------------------------------


@pytest.fixture
def towns_for_good(transactional_db):
    make_town("namur", "Bellerive")


def worker(action: str, pk: int) -> subprocess.Popen[bytes]:
    """Another process that does what a worker does, on the same database and files."""
    code = (
        "import django; django.setup()\n"
        f"from schools.actions.{action} import {action}\n"
        f"{action}({pk})"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=env.ROOT,
        env={
            **os.environ,
            "DATABASE_URL": test_database_url(),
            "DJANGO_SETTINGS_MODULE": "deploy.settings.test",
        },
    )


def wait(what, seconds: float = 60.0):
    began = time.monotonic()
    while not what():
        assert time.monotonic() < began + seconds, "it never came to that"
        time.sleep(0.005)


def writes_now() -> bool:
    """Whether a transaction of an import is under way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted AND "
            "database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [LOCK],
        )
        return cursor.fetchone() is not None


def silent_since_long(run: ImportRun) -> None:
    """Let the lease of the dead end without waiting for it."""
    ImportRun.objects.filter(pk=run.pk).update(claimed_at=timezone.now() - LEASE * 2)


def test_a_worker_killed_while_it_reads_leaves_nothing_and_the_next_one_does_it_all(
    towns_for_good,
):
    run = start_import(None, "register", io.BytesIO(sheet(rows(MANY))), "a.csv", AS_OF)
    process = worker("read_import", run.pk)
    wait(lambda: ImportRun.objects.get(pk=run.pk).claim is not None)
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    run.refresh_from_db()
    assert (run.state, run.findings.count()) == ("reading", 0)
    assert read_import(run.pk) is None  # its lease still runs
    silent_since_long(run)
    assert runs_to_resume(timezone.now()) == [(run.pk, "reading")]
    tasks.keep_imports()
    run.refresh_from_db()
    assert (run.state, run.counts["good_rows"]) == ("previewed", MANY)


def test_a_worker_killed_while_it_writes_has_written_nothing_and_the_next_one_writes_all(
    towns_for_good,
):
    run = preview(rows(MANY))
    confirm_import(None, run.pk, run.fingerprint)
    process = worker("apply_import", run.pk)
    wait(writes_now)
    time.sleep(0.2)
    caught = writes_now()
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    wait(lambda: not writes_now())
    assert caught, "it was done before it could be killed"
    run.refresh_from_db()
    assert run.state == "applying"
    for model in (Authority, School, Site):
        assert not model.objects.exists()
    silent_since_long(run)
    tasks.keep_imports()
    run.refresh_from_db()
    assert run.state == "applied"
    assert Site.objects.count() == MANY


def in_a_thread(work) -> threading.Thread:
    def inside():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=inside)
    thread.start()
    return thread


def test_two_imports_write_one_after_the_other(towns_for_good):
    first, second = preview(rows(60)), preview(rows(60))
    for run in (first, second):
        confirm_import(None, run.pk, run.fingerprint)
    threads = [in_a_thread(lambda pk=run.pk: apply_import(pk)) for run in (first, second)]
    for thread in threads:
        thread.join(60)
    states = sorted(ImportRun.objects.values_list("state", "stale"))
    assert states == [("applied", False), ("previewed", True)]
    assert Site.objects.count() == 60


def test_a_number_that_somebody_types_at_that_very_moment_brings_a_new_preview(
    towns_for_good, monkeypatch
):
    real = applying.write_plan

    def after_a_colleague(*args):
        def types_it():
            Authority.objects.create(name="AC de Bellerive", fase_number="701")

        in_a_thread(types_it).join(20)
        return real(*args)

    run = preview([row()])
    monkeypatch.setattr(applying, "write_plan", after_a_colleague)
    confirm_import(None, run.pk, run.fingerprint)
    tasks.apply_import(run.pk)
    run.refresh_from_db()
    assert (run.state, run.stale) == ("previewed", True)
    assert not Site.objects.exists()
    assert run.counts["outcomes"] == {"created": 2}  # the PO stands now
