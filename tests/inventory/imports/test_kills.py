"""A worker killed while it reads or writes devices leaves nothing half-written."""

from __future__ import annotations

import io
import signal
import time

import pytest

from inventory.models import Category, Device, DeviceMove, Product
from schools import tasks
from schools.actions.confirm_import import confirm_import
from schools.actions.read_import import read_import
from schools.actions.start_import import start_import
from schools.models import ImportRun, Site
from tests.cast import make_site
from tests.inventory.imports.files import full, preview, row
from tests.schools.imports.sources import AS_OF
from tests.schools.imports.test_runs import silent_since_long, wait, worker, writes_now

MANY = 4_000


@pytest.fixture
def site(transactional_db) -> Site:
    site = make_site("Tilleuls", "namur")
    Site.objects.filter(pk=site.pk).update(number="900101")
    Product.objects.create(maker="Exemple", model="Portable 14", category=Category.LAPTOP)
    site.refresh_from_db()
    return site


def rows(site, count):
    return [
        row(site, name=f"PC-{n}", serial=f"S{n}", maker="Exemple", model="Portable 14")
        for n in range(count)
    ]


def test_killed_while_it_reads(site):
    run = start_import(None, "devices", io.BytesIO(full(rows(site, MANY))), "a.csv", AS_OF)
    process = worker("read_import", run.pk)
    wait(lambda: ImportRun.objects.get(pk=run.pk).claim is not None)
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    run.refresh_from_db()
    assert (run.state, run.findings.count()) == ("reading", 0)
    assert read_import(run.pk) is None
    silent_since_long(run)
    tasks.keep_imports()
    run.refresh_from_db()
    assert (run.state, run.counts["good_rows"]) == ("previewed", MANY)
    assert not Device.objects.exists()


def test_killed_while_it_writes(site):
    run = preview(rows(site, MANY))
    confirm_import(None, run.pk, run.fingerprint)
    process = worker("apply_import", run.pk)
    wait(writes_now)
    time.sleep(0.4)
    caught = writes_now()
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    wait(lambda: not writes_now())
    assert caught, "it was done before it could be killed"
    run.refresh_from_db()
    assert run.state == "applying"
    assert not Device.objects.exists()
    silent_since_long(run)
    tasks.keep_imports()
    run.refresh_from_db()
    assert run.state == "applied"
    assert Device.objects.count() == DeviceMove.objects.count() == MANY


def test_a_change_between_preview_and_yes_brings_a_new_preview(site):
    run = preview(rows(site, 3))
    Device.objects.create(site=site, name="PC-1", serial="S1", product=Product.objects.get())
    confirm_import(None, run.pk, run.fingerprint)
    tasks.apply_import(run.pk)
    run.refresh_from_db()
    assert (run.state, run.stale) == ("previewed", True)
    assert run.counts["outcomes"] == {"created": 2}


def test_a_long_journal_is_told_site_by_site(site):
    from schools.actions.apply_import import apply_import  # noqa: PLC0415
    from schools.models import AuditEntry  # noqa: PLC0415

    run = preview(rows(site, 1_001))
    confirm_import(None, run.pk, run.fingerprint)
    apply_import(run.pk)
    entry = AuditEntry.objects.get(action="import_devices")
    assert entry.site == site
    assert len(entry.after) == 1_001
    assert entry.after["PC-7"]["serial"] == "S7"
    assert DeviceMove.objects.filter(why__startswith=f"import {run.pk}").count() == 1_001
