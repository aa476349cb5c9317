"""What supervision shows on a device's page, and what may be done there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from supervision.actions import restart_port as module
from supervision.models import Snapshot, Target, TargetEvent
from supervision.snmp.classic import SetRefused
from tests.cast import Cast, make_device, make_link, make_target

PORTS = [
    {"name": "Gi1/0/24", "index": 10124, "admin": "up", "oper": "down", "speed_mbps": 0,
     "in_octets": 1, "out_octets": 2, "errors": 3},
    {"name": "Gi1/0/1", "index": 10101, "admin": "up", "oper": "up", "speed_mbps": 1000,
     "in_octets": 1, "out_octets": 2, "errors": 0},
]  # fmt: skip


class FakeWriter:
    def __init__(self, refuses: bool = False) -> None:
        self.written: list[tuple[str, dict]] = []
        self.refuses = refuses

    def set_values(self, address, port, credential, values):
        self.written.append((address, dict(values)))
        if self.refuses:
            raise SetRefused("notWritable")


def watched(site) -> Target:
    target = make_target(make_device(site, "SW-A1"), profile="switch", last_rtt_ms=7.2,
                         last_poll_at=timezone.now(), uptime_s=90_000)  # fmt: skip
    values = {"temperature": 41, "sys_name": "sw-a1"}
    Snapshot.objects.create(target=target, at=timezone.now(), ports=PORTS, values=values)
    return target


def as_(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def writer(monkeypatch) -> FakeWriter:
    fake = FakeWriter()
    monkeypatch.setattr(module, "ClassicReader", lambda: fake)
    monkeypatch.setattr(module, "OFF_S", 0.0)
    monkeypatch.setattr(module.time, "sleep", lambda _s: None)
    return fake


def text(response) -> str:
    assert response.status_code == 200, response.content[:400]
    return response.content.decode()


def test_the_live_panel_shows_figures_and_what_is_above(cast: Cast):
    target = watched(cast.tilleuls)
    router = make_device(cast.tilleuls, "R1", "router")
    make_link(router, target.device, lower_port="48")
    url = reverse("supervision:device_live", args=[target.device_id])
    page = text(as_(cast.sofia).get(url))
    assert "SW-A1 en direct" in page
    assert "41\xa0°C" in page
    assert "R1" in page
    assert "<section" in page  # whole when it stands alone …
    inside = text(as_(cast.sofia).get(url, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="device-live"))
    assert not inside.lstrip().startswith("<section")  # … and only its inside within a panel


def test_the_story_shows_more_on_demand(cast: Cast):
    target = watched(cast.tilleuls)
    for n in range(30):
        TargetEvent.objects.create(target=target, at=timezone.now(), kind="trap",
                                   data={"name": "linkUp", "port": f"p{n}"})  # fmt: skip
    url = reverse("supervision:device_readings", args=[target.device_id])
    seen: list[str] = []
    before = ""
    for _page in range(3):
        response = as_(cast.sofia).get(url, {"before": before} if before else {})
        seen += [line[3] for line in response.context["lines"]]
        before = str(response.context["older"] or "")
    assert before == ""
    assert len(seen) == len(set(seen)) == 30
    assert "Voir plus ancien" not in text(response)


def test_a_panel_without_reading_says_so(cast: Cast):
    device = make_device(cast.tilleuls, "NEU")
    for name in ("device_live", "device_readings", "device_ports"):
        text(as_(cast.sofia).get(reverse(f"supervision:{name}", args=[device.pk])))


def test_a_technician_restarts_a_port_and_the_journal_knows(cast: Cast, writer):
    target = watched(cast.tilleuls)
    url = reverse("supervision:device_restart_port", args=[target.device_id])
    response = as_(cast.thomas).post(url, {"port": "Gi1/0/24", "why": "plus de lampes"})
    assert "redémarré" in response["HX-Trigger"].encode().decode("unicode_escape")
    oid = "1.3.6.1.2.1.2.2.1.7.10124"
    assert writer.written == [(target.address, {oid: 2}), (target.address, {oid: 1})]
    from schools.models import AuditEntry  # noqa: PLC0415

    entry = AuditEntry.objects.get(action="restart_port")
    assert (entry.actor, entry.after, entry.why) == (
        cast.thomas, {"port": "Gi1/0/24"}, "plus de lampes",
    )  # fmt: skip
    assert TargetEvent.objects.get(target=target).data["actor"] == "Thomas Exemple"


def test_a_refused_write_is_told_and_the_port_is_not_left_off(cast: Cast, writer):
    writer.refuses = True
    target = watched(cast.tilleuls)
    url = reverse("supervision:device_restart_port", args=[target.device_id])
    response = as_(cast.sofia).post(url, {"port": "Gi1/0/1"})
    assert "notWritable" in response["HX-Trigger"]
    assert [list(values.values()) for _, values in writer.written] == [[2], [1], [1], [1]]


def test_a_school_managed_network_is_never_written_to(cast: Cast, writer):
    target = watched(cast.saules)
    client = as_(cast.sofia)
    url = reverse("supervision:device_restart_port", args=[target.device_id])
    response = client.post(url, {"port": "Gi1/0/1"})
    assert response.status_code == 403
    assert writer.written == []
    page = text(client.get(reverse("supervision:device_ports", args=[target.device_id])))
    assert "Réseau géré par l’école" in page
    poll = client.post(reverse("supervision:device_poll", args=[target.device_id]))
    assert poll.status_code == 200  # it is watched all the same


def test_without_the_pos_consent_nothing_is_written(cast: Cast, writer):
    target = watched(cast.bouleaux)
    url = reverse("supervision:device_restart_port", args=[target.device_id])
    assert as_(cast.sofia).post(url, {"port": "Gi1/0/1"}).status_code == 403
    poll = reverse("supervision:device_poll", args=[target.device_id])
    assert as_(cast.sofia).post(poll).status_code == 403
    assert writer.written == []


def test_who_sees_may_not_thereby_write(cast: Cast, writer):
    target = watched(cast.tilleuls)
    url = reverse("supervision:device_restart_port", args=[target.device_id])
    for person in (cast.claire, cast.bernard, cast.odile):
        assert as_(person).post(url, {"port": "Gi1/0/1"}).status_code == 403
    for stranger in (cast.karl,):
        assert as_(stranger).post(url, {"port": "Gi1/0/1"}).status_code == 404
    elsewhere = watched(cast.peupliers)
    far = reverse("supervision:device_restart_port", args=[elsewhere.device_id])
    assert as_(cast.thomas).post(far, {"port": "Gi1/0/1"}).status_code == 404
    assert writer.written == []
