"""Many labels: printed by a worker, once, for the person who asked; stopped, resumed, forgotten."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from celery import Task
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from inventory.access import DecisionImpossible
from inventory.actions.labels import print_labels as printing
from inventory.actions.labels.ask_labels import ask_labels, cancel_labels
from inventory.actions.labels.print_labels import (
    LEASE,
    forget_label_runs,
    print_labels,
    runs_to_resume,
)
from inventory.models import Category, Device, LabelRun, LabelRunState
from inventory.printing.formats import formats
from inventory.views.stock import labels as labels_page
from tests.cast import make_device


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def devices(cast):
    return [make_device(cast.tilleuls, f"PC-{n}", Category.LAPTOP) for n in range(3)]


def ask(user, devices, key=None):
    return ask_labels(
        user,
        [device.pk for device in devices],
        title="Essai",
        form=formats()["a4-24"],
        first=1,
        base="https://preau.example.org",
        key=key or uuid.uuid4(),
    )


def test_a_run_is_printed_and_read_by_whoever_asked_alone(cast, devices, client):
    run = ask(cast.claire, devices)
    assert print_labels(run.pk).state == LabelRunState.READY
    paper = reverse("inventory:label_run_pdf", args=[run.pk])
    client.force_login(cast.claire)
    assert client.get(paper).content.startswith(b"%PDF")
    for other in (cast.bernard, cast.sofia):
        client.force_login(other)
        assert client.get(paper).status_code == 404


def test_the_same_page_sent_twice_is_one_run_and_a_fourth_one_waits(cast, devices):
    key = uuid.uuid4()
    assert ask(cast.claire, devices, key) == ask(cast.claire, devices, key)
    ask(cast.claire, devices)
    ask(cast.claire, devices)
    with pytest.raises(DecisionImpossible, match="Trois tirages"):
        ask(cast.claire, devices)
    with pytest.raises(DecisionImpossible, match="Aucun équipement"):
        ask(cast.bernard, [])


def test_what_one_no_longer_sees_is_left_out(cast, devices):
    run = ask(cast.claire, devices)
    Device.objects.filter(pk=devices[0].pk).update(site=cast.peupliers)
    assert print_labels(run.pk).done == 2
    gone = ask(cast.claire, devices)
    Device.objects.all().update(site=cast.peupliers)
    assert print_labels(gone.pk).failure == "Vous ne voyez plus ces équipements."


def test_a_run_that_was_cancelled_leaves_no_file(cast, devices, monkeypatch):
    run = ask(cast.claire, devices)
    real = printing.sheet

    def interrupted(*told):
        assert cancel_labels(run)
        return real(*told)

    monkeypatch.setattr(printing, "sheet", interrupted)
    assert print_labels(run.pk) is None
    run.refresh_from_db()
    assert run.state == LabelRunState.CANCELLED
    assert not default_storage.exists(run.path)
    assert not cancel_labels(run)


def test_a_silent_worker_loses_its_run_and_three_of_them_end_it(cast, devices):
    run, now = ask(cast.claire, devices), timezone.now()
    held = {"claim": uuid.uuid4(), "claimed_at": now}
    LabelRun.objects.filter(pk=run.pk).update(**held)
    assert print_labels(run.pk) is None
    assert runs_to_resume(now) == []
    LabelRun.objects.filter(pk=run.pk).update(claimed_at=now - LEASE - dt.timedelta(seconds=1))
    assert runs_to_resume(now) == [run.pk]
    LabelRun.objects.filter(pk=run.pk).update(attempts=3)
    assert "trois fois" in print_labels(run.pk).failure


def test_a_fault_is_told_and_the_run_ends(cast, devices, monkeypatch):
    run = ask(cast.claire, devices)
    monkeypatch.setattr(printing, "sheet", lambda *_told: 1 / 0)
    assert print_labels(run.pk).state == LabelRunState.FAILED


def test_old_runs_go_with_their_files(cast, devices, settings):
    run = print_labels(ask(cast.claire, devices).pk)
    now = timezone.now()
    assert forget_label_runs(now) == 0
    assert forget_label_runs(now + dt.timedelta(days=settings.LABEL_DAYS + 1)) == 1
    assert not default_storage.exists(run.path)
    assert not LabelRun.objects.exists()


def test_few_labels_are_printed_at_once_and_many_become_a_run(cast, devices, client, monkeypatch):
    monkeypatch.setattr(Task, "apply_async", lambda *_words, **_options: None)
    client.force_login(cast.claire)
    page, paper = reverse("inventory:labels"), reverse("inventory:labels_pdf")
    assert client.get(paper).content.startswith(b"%PDF")
    monkeypatch.setattr(labels_page, "AT_ONCE", 2)
    assert client.get(paper).url.startswith(page)
    shown = client.get(page)
    assert "Imprimer les 3 étiquettes" in shown.content.decode()
    said = {"key": shown.context["key"], "query": "premiere=4&format=a4-40"}
    answer = client.post(reverse("inventory:print_run"), said)
    run = LabelRun.objects.get()
    assert answer.url == reverse("inventory:label_run", args=[run.pk])
    assert (run.form, run.first, run.total) == ("a4-40", 4, 3)
    waiting = client.get(answer.url).content.decode()
    assert "Annuler le tirage" in waiting
    print_labels(run.pk)
    progress = client.get(reverse("inventory:label_run_progress", args=[run.pk]))
    assert progress["HX-Refresh"] == "true"
    again = client.get(page, {"tirage": run.pk, "q": "PC-1"})
    assert [device.name for device in again.context["cells"]] == ["PC-1"]


def test_rows_ticked_in_the_list_lead_to_their_labels(cast, devices, client):
    client.force_login(cast.claire)
    url = reverse("inventory:choose_labels")
    answer = client.post(url, {"device": [devices[0].pk, devices[2].pk, "x"]})
    assert client.get(answer.url).context["total"] == 2
    answer = client.post(url, {"all": "1", "query": "q=PC-1&apres=abc&tri=nom"})
    assert [one.name for one in client.get(answer.url).context["cells"]] == ["PC-1"]
