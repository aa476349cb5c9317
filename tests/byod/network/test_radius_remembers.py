"""Real FreeRADIUS: the database away and back, accounting, Disconnect, RadSec."""

from __future__ import annotations

import datetime as dt
import subprocess
import time
from collections.abc import Callable

import pytest
from django.db import DatabaseError
from django.utils import timezone

from byod.actions.network import ask_where, end_sessions, note_answer, note_usage
from byod.actions.network.equipment import make_equipment_certificate
from byod.models.network.events import AuthEvent
from byod.models.network.orders import DisconnectOrder
from byod.models.network.sessions import NetworkSession
from byod.rules.network.coa import DISCONNECT_ACK, DISCONNECT_NAK, DISCONNECT_REQUEST
from deploy.station import radius
from tests.byod.network import made, nas_simulator
from tests.byod.network.asking import knock, needs_radius, radclient, radius_server

pytestmark = [needs_radius, pytest.mark.django_db(transaction=True)]
REALM = "tilleuls.preau.example"


def wait_for(what: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "not within the time"
        time.sleep(0.1)


def a_site_with_a_pupil(site):
    made.make_network(site)
    nas = made.make_nas(site)
    made.make_policy(site)
    made.make_realm(site, REALM)
    pupil = made.make_member(site)
    return nas, pupil, made.make_credential(pupil, f"e1@{REALM}", "un-secret")


def usage(status: str, session: str, answer=None, *more: str) -> list[str]:
    lines = [f"Acct-Status-Type = {status}", f'Acct-Session-Id = "{session}"',
             f'User-Name = "anonymous@{REALM}"', 'Calling-Station-Id = "02-00-00-00-3F-A2"',
             'Called-Station-Id = "00-11-22-33-44-55:preau"', *more]  # fmt: skip
    return [*lines, *answer.classes] if answer else lines


def test_devices_seen_lately_get_in_while_the_database_is_away(
    cast, live_server, tmp_path, monkeypatch
):
    a_site_with_a_pupil(cast.tilleuls)
    away = {"now": False}

    def broken(real):
        def cursor(*args, **options):
            if away["now"]:
                raise DatabaseError("away")
            return real(*args, **options)

        return cursor

    for module, name in (
        (ask_where, "place_of"), (note_answer, "asker_of"), (note_usage, "usage_of"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, broken(getattr(module, name)))
    with radius_server(tmp_path, live_server.url) as server:
        first = knock(server, "PEAP", f"e1@{REALM}", "un-secret")
        assert first.vlan == 120
        away["now"] = True
        again = knock(server, "PEAP", f"e1@{REALM}", "un-secret")
        assert (again.accepted, again.vlan) == (True, 120)
        assert not knock(server, "PEAP", f"e1@{REALM}", "un-autre").accepted
        assert not knock(server, "TTLS", f"e9@{REALM}", "un-secret").accepted
        said = radclient(server, server.acct_port, "acct", usage("Start", "S1", again))
        assert "Accounting-Response" in said
        assert AuthEvent.objects.count() == 1
        assert NetworkSession.objects.count() == 0
        away["now"] = False
        wait_for(lambda: NetworkSession.objects.count() == 1 and AuthEvent.objects.count() == 4)
    told = AuthEvent.objects.order_by("outcome", "reason", "cached")
    assert list(told.values_list("outcome", "reason", "cached")) == [
        ("accepted", "rule", False),
        ("accepted", "rule", True),
        ("rejected", "no_platform", False),
        ("rejected", "wrong_secret", True),
    ]
    session = NetworkSession.objects.get()
    assert (session.cached, session.who, session.segment) == (True, "pupil", "pupils")


def test_accounting_follows_a_session_and_a_revoked_device_is_asked_to_leave(
    cast, live_server, tmp_path
):
    nas, _pupil, credential = a_site_with_a_pupil(cast.tilleuls)
    with radius_server(tmp_path, live_server.url) as server:
        inside = knock(server, "TTLS", f"e1@{REALM}", "un-secret")
        for status, more in (
            ("Start", ()),
            ("Interim-Update", ("Acct-Output-Octets = 5000", "Acct-Output-Gigawords = 1",
                                "Acct-Input-Octets = 70", "Acct-Session-Time = 60")),
        ):  # fmt: skip
            assert "Accounting-Response" in radclient(
                server, server.acct_port, "acct", usage(status, "S1", inside, *more)
            )
        session = NetworkSession.objects.get()
        assert (session.credential, session.vid) == (credential, 120)
        assert (session.mac, session.access_point) == ("02:00:00:00:3f:a2", "00:11:22:33:44:55")
        assert (session.down_bytes, session.up_bytes) == (4_294_972_296, 70)

        now = timezone.now()
        assert end_sessions.find_sessions_to_end(now) == 0
        credential.revoked_at = now
        credential.save()
        assert end_sessions.find_sessions_to_end(now) == 1
        assert end_sessions.find_sessions_to_end(now) == 0
        with nas_simulator.answering(made.SECRET, DISCONNECT_ACK) as simulator:
            nas.coa_port = simulator.port
            nas.save()
            assert end_sessions.send_orders(now)["acked"] == 1
        assert simulator.heard[0][:2] == (DISCONNECT_REQUEST, {"44": b"S1"})
        session.refresh_from_db()
        assert (session.stop_cause, DisconnectOrder.objects.get().state) == ("Admin-Reset", "acked")
        radclient(server, server.acct_port, "acct", usage("Start", "S2", inside))
        radclient(server, server.acct_port, "acct", ["Acct-Status-Type = Accounting-On"])
        assert NetworkSession.objects.get(acct_id="S2").stop_cause == "NAS-Reboot"


def test_a_client_that_does_not_answer_is_told_as_not_confirmed(cast, monkeypatch):
    nas, _pupil, credential = a_site_with_a_pupil(cast.tilleuls)
    session = NetworkSession.objects.create(
        nas=nas, site=nas.site, credential=credential, who="pupil", segment="pupils",
        acct_id="S1", user_name="anonymous", mac="02:00:00:00:3f:a2",
    )  # fmt: skip
    now = timezone.now()
    credential.revoked_at = now
    credential.save()
    end_sessions.find_sessions_to_end(now)
    with nas_simulator.answering("un-autre-secret", DISCONNECT_ACK) as simulator:
        nas.coa_port = simulator.port
        nas.save()
        seen = []
        for wait in (0, 3, 13, 43, 90):
            later = now + dt.timedelta(seconds=wait)
            seen.append(end_sessions.send_orders(later, answer_s=0.2))
    assert [one.get("again", 0) for one in seen] == [1, 1, 1, 0, 0]
    assert seen[3]["unconfirmed"] == 1
    order = DisconnectOrder.objects.get()
    assert (order.state, order.tries, len(simulator.heard)) == ("unconfirmed", 4, 4)
    session.refresh_from_db()
    assert session.stopped_at is None
    DisconnectOrder.objects.all().delete()
    end_sessions.find_sessions_to_end(now)
    with nas_simulator.answering(made.SECRET, DISCONNECT_NAK, error_cause=503) as simulator:
        nas.coa_port = simulator.port
        nas.save()
        assert end_sessions.send_orders(now)["naked"] == 1
    session.refresh_from_db()
    assert (DisconnectOrder.objects.get().error_cause, session.stop_cause) == (503, "Lost-Service")


def speaks_tls(server: radius.Radius, name: str) -> bool:
    """Whether the centre's RadSec port lets that certificate in."""
    certs = server.home / "certs"
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{server.radsec_port}", "-tls1_2",
         "-cert", certs / f"{name}.pem", "-key", certs / f"{name}.key"],
        stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=10,
    )  # fmt: skip
    return done.returncode == 0


def test_a_site_speaks_radsec_to_the_centre(cast, live_server, tmp_path):
    site, name = cast.tilleuls, "tilleuls.radsec.preau.example"
    made.make_network(site, {"pupils": 77, "quarantine": 99})
    made.make_nas(site, None, radsec_name=name)
    made.make_policy(site)
    pupil = made.make_member(site)
    made.make_credential(pupil, f"e1@{REALM}", "un-secret")
    _row, chain, key = made.make_certificate(pupil, f"e2@{REALM}")
    centre, proxy = tmp_path / "centre", tmp_path / "proxy"
    centre.mkdir()
    proxy.mkdir()
    with radius_server(centre, live_server.url) as server:
        make_equipment_certificate(name, centre / "certs", timezone.now())
        (centre / "certs" / "phone.pem").write_text(chain)
        (centre / "certs" / "phone.key").write_text(key)
        assert speaks_tls(server, name)
        assert not speaks_tls(server, "phone")  # a telephone is no access point
        environment = nas_simulator.site_proxy(proxy, server, name)
        with radius.running(proxy, environment) as at_site:
            inside = knock(server, "TTLS", f"e1@{REALM}", "un-secret", port=at_site.auth_port)
            assert (inside.accepted, inside.vlan) == (True, 77), at_site.said()
            radclient(server, at_site.acct_port, "acct", usage("Start", "S1", inside))
            wait_for(NetworkSession.objects.exists)
    assert NetworkSession.objects.get().nas.radsec_name == name
    assert AuthEvent.objects.get().outcome == "accepted"
