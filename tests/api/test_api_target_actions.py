"""Acting on devices through the API: technicians of the scope, consent, central management."""

from __future__ import annotations

import pytest

from schools.models import AuditEntry, Management, Site
from supervision.actions.restart_port import PortFailed
from supervision.api import views


@pytest.fixture
def polled(monkeypatch) -> list[list[int]]:
    """What was handed to the pollers."""
    asked: list[list[int]] = []
    monkeypatch.setattr(views.poll_targets, "delay", asked.append)
    return asked


def post(client, target, verb: str, **body):
    return client.post(f"/api/v1/targets/{target.pk}/{verb}/", body, format="json")


def test_a_technician_asks_for_a_fresh_reading(api, cast, ours, polled):
    assert post(api(cast.thomas), ours.target, "poll-now").status_code == 202
    assert polled == [[ours.target.pk]]
    assert AuditEntry.objects.filter(action="poll_now", actor=cast.thomas).exists()


def test_others_are_refused_with_the_reason_or_see_nothing(api, cast, ours, theirs, polled):
    refused = post(api(cast.claire), ours.target, "poll-now")
    assert refused.status_code == 403
    assert "technicien" in refused.json()["detail"]
    assert post(api(cast.thomas), theirs.target, "poll-now").status_code == 404
    assert polled == []


def test_a_network_that_the_school_manages_is_never_written_to(api, cast, ours, monkeypatch):
    Site.objects.filter(pk=ours.site.pk).update(management=Management.DECENTRALISED)
    refused = post(api(cast.sofia), ours.target, "restart-port", port="1")
    assert refused.status_code == 403
    assert "géré par l’école" in refused.json()["detail"]


def test_a_device_that_does_not_obey_is_told(api, cast, ours, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise PortFailed("pas de réponse")

    monkeypatch.setattr(views, "restart_port", fail)
    answer = post(api(cast.sofia), ours.target, "restart-port", port="1")
    assert answer.status_code == 502
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "pas de réponse"


def test_a_port_must_be_named(api, cast, ours):
    answer = post(api(cast.sofia), ours.target, "restart-port")
    assert answer.status_code == 400
    assert "port" in answer.json()["errors"]
