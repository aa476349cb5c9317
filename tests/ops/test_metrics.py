"""/metrics tells what is, to those who may read it, and every metric stands in the docs."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from deploy.metrics import collector, families
from supervision.models import PollRun, Snapshot, Target
from tests.architecture.query_counts import assert_query_count
from tests.cast import make_device, make_target
from tests.world import make_everything

DOCS = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"


def scrape(**headers: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    answer = Client(headers=headers).get("/metrics")
    assert answer.status_code == 200
    return {
        family.name: {tuple(sorted(s.labels.items())): s.value for s in family.samples}
        for family in text_string_to_metric_families(answer.content.decode())
    }


def figure(found: dict, name: str, **labels: str) -> float:
    return found[name][tuple(sorted(labels.items()))]


def test_it_counts_incidents_tickets_and_devices(cast, ours):
    make_target(make_device(cast.tilleuls, "SW-2"), paused=True)
    make_target(make_device(cast.bouleaux, "SW-3"))
    found = scrape()
    assert figure(found, "preau_database_up") == 1
    assert figure(found, "preau_targets", state="down") == 1
    assert figure(found, "preau_targets", state="paused") == 1
    assert figure(found, "preau_targets", state="without_consent") == 1
    assert figure(found, "preau_incidents_live", service="wifi", severity="down", role="root") == 1
    assert figure(found, "preau_incidents_without_ticket") == 0
    assert figure(found, "preau_tickets_open", state="new", priority="3") == 1


def test_lag_is_that_of_due_devices_of_consenting_sites(cast, ours):
    late = timezone.now() - dt.timedelta(seconds=90)
    Target.objects.filter(pk=ours.target.pk).update(next_poll_at=late)
    make_target(make_device(cast.bouleaux, "SW-3"), next_poll_at=late - dt.timedelta(hours=3))
    found = scrape()
    assert figure(found, "preau_targets_due") == 1
    assert figure(found, "preau_poll_lag_seconds", quantile="1") == pytest.approx(90, abs=10)


def make_run(age_s: int = 10, **extra: float) -> None:
    told = {"asked": 10, "answered": 8, "silent": 1, "refused": 1, "faulty": 0}
    spent = {"read_s": 1.0, "judge_s": 0.1, "write_s": 0.4, "lag_s": 2.5}
    at = timezone.now() - dt.timedelta(seconds=age_s)
    PollRun.objects.create(at=at, worker="w", **{**told, **spent, **extra})


def test_polls_are_those_of_the_last_five_minutes(db):
    make_run()
    make_run(read_s=3.0)
    make_run(age_s=301)
    found = scrape()
    assert figure(found, "preau_poll_runs_5m") == 2
    assert figure(found, "preau_polls_5m", outcome="answered") == 16
    assert figure(found, "preau_polls_5m", outcome="silent") == 2
    assert figure(found, "preau_poll_run_lag_seconds") == 2.5
    assert figure(found, "preau_poll_run_seconds", part="read", quantile="0.5") == 2.0
    assert figure(found, "preau_poll_run_seconds", part="whole", quantile="1") == 3.5


def test_no_batch_yet_means_no_duration(db):
    found = scrape()
    assert figure(found, "preau_poll_runs_5m") == 0
    assert found["preau_poll_run_seconds"] == {}


def test_an_incident_that_waits_for_its_ticket_is_seen(cast, ours):
    ours.ticket.causes.all().delete()
    assert figure(scrape(), "preau_incidents_without_ticket") == 1


def test_overdue_leaves_out_paused_clocks(cast, ours):
    past = timezone.now() - dt.timedelta(hours=1)
    type(ours.ticket).objects.filter(pk=ours.ticket.pk).update(due_at=past)
    assert figure(scrape(), "preau_tickets_overdue", priority="3") == 1
    type(ours.ticket).objects.filter(pk=ours.ticket.pk).update(state="waiting", paused_at=past)
    assert scrape()["preau_tickets_overdue"] == {}


def test_sites_beyond_the_cap_stand_together(cast, ours, settings):
    theirs = make_everything(cast.peupliers, cast.sofia, "P")
    Snapshot.objects.filter(target=theirs.target).update(values={"clients": 30})
    settings.METRICS_SITES = 1
    first, _ = sorted([ours.site.pk, theirs.site.pk])
    found = scrape()
    assert figure(found, "preau_site_targets", site=str(first), fase="", state="down") == 1
    assert figure(found, "preau_site_targets", site="other", fase="", state="down") == 1
    assert figure(found, "preau_site_clients", site="other", fase="") == 30


def test_a_site_without_consent_has_no_series(cast):
    make_everything(cast.bouleaux, cast.sofia, "B")
    assert scrape()["preau_site_targets"] == {}


def test_a_value_that_is_no_number_is_left_out(cast, ours):
    Snapshot.objects.filter(target=ours.target).update(values={"clients": "many"})
    assert figure(scrape(), "preau_site_clients", site=str(ours.site.pk), fase="") == 0


def test_it_costs_the_same_whatever_the_number_of_sites(cast, ours):
    with assert_query_count("metrics"):
        scrape()
    make_everything(cast.peupliers, cast.sofia, "P")
    make_everything(cast.saules, cast.sofia, "S")
    with assert_query_count("metrics"):
        scrape()


def test_without_a_token_this_machine_alone_reads_it(db, settings):
    settings.METRICS_TOKEN = ""
    assert Client().get("/metrics").status_code == 200
    assert Client().get("/metrics", REMOTE_ADDR="::1").status_code == 200
    assert Client().get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 403
    assert Client().get("/metrics", REMOTE_ADDR="").status_code == 403
    behind_a_proxy = Client(headers={"X-Forwarded-For": "192.0.2.7"})
    assert behind_a_proxy.get("/metrics").status_code == 403


def test_with_a_token_only_its_bearer_reads_it(db, settings):
    settings.METRICS_TOKEN = "jeton-é"
    assert Client().get("/metrics").status_code == 401
    assert Client(headers={"Authorization": "Bearer non"}).get("/metrics").status_code == 401
    bearer = Client(headers={"Authorization": "Bearer jeton-é"})
    assert bearer.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_it_only_reads(db):
    assert Client().post("/metrics").status_code == 405


def test_a_database_that_fails_is_a_figure(db, monkeypatch):
    def fail(*_: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(collector.polling, "collect", fail)
    found = scrape()
    assert figure(found, "preau_database_up") == 0
    assert "preau_targets" not in found


def test_a_broker_that_is_gone_is_a_figure(db, monkeypatch):
    def fail() -> None:
        raise ConnectionError

    monkeypatch.setattr(collector.broker, "_lengths", fail)
    found = scrape()
    assert figure(found, "preau_broker_up") == 0
    assert "preau_queue_length" not in found


def test_every_metric_stands_in_the_docs_with_its_labels():
    rows = dict(re.findall(r"^\| `(preau_\w+)` \| ?([^|]*?) ?\|", DOCS.read_text(), re.MULTILINE))
    declared = {
        gauge.name: ", ".join(f"`{label}`" for label in gauge.labels) for gauge in families.ALL
    }
    assert rows == declared


def test_every_metric_that_is_exported_is_declared(cast, ours):
    declared = {gauge.name for gauge in families.ALL}
    exported = {name for name in scrape() if not name.startswith(("process_", "python_"))}
    assert exported <= declared
