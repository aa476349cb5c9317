"""Real FreeRADIUS: who is refused or set aside, and that the reason is kept in words."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from byod.actions.network.server_files import write_devices
from byod.models.network.events import AuthEvent
from byod.models.people.members import Authorisation
from tests.byod.network import made
from tests.byod.network.asking import knock, needs_radius, radius_server

pytestmark = [needs_radius, pytest.mark.django_db(transaction=True)]
REALM = "tilleuls.preau.example"


def last_reason() -> tuple[str, str]:
    event = AuthEvent.objects.order_by("-at", "-number").first()
    assert event is not None
    return event.outcome, event.reason


def test_secrets_certificates_guests_and_hours(cast, live_server, tmp_path):
    here = cast.tilleuls
    made.make_network(here)
    made.make_nas(here)
    made.make_policy(here)
    made.make_realm(here, REALM)
    pupil, guest = made.make_member(here), made.make_member(here, "guest")
    stranger = made.make_member(here, authorised=False)
    made.make_credential(pupil, f"e1@{REALM}", "le-bon-secret")
    made.make_credential(guest, f"g1@{REALM}", "un-secret", hours=-1)
    made.make_credential(stranger, f"e2@{REALM}", "un-secret")
    gone, chain, key = made.make_certificate(pupil, f"e3@{REALM}")
    with radius_server(tmp_path, live_server.url) as server:
        assert not knock(server, "TTLS", f"e1@{REALM}", "un-autre").accepted
        assert last_reason() == ("rejected", "wrong_secret")
        assert not knock(server, "PEAP", f"e1@{REALM}", "un-autre").accepted
        assert last_reason() == ("rejected", "wrong_secret")
        assert not knock(server, "TTLS", f"personne@{REALM}", "un-secret").accepted
        assert last_reason() == ("rejected", "unknown")
        assert AuthEvent.objects.filter(realm__contains="personne").count() == 0
        assert not knock(server, "TTLS", f"g1@{REALM}", "un-secret").accepted
        assert last_reason() == ("rejected", "guest_over")
        aside = knock(server, "PEAP", f"e2@{REALM}", "un-secret")
        assert (aside.accepted, aside.vlan) == (True, 199)
        assert last_reason() == ("quarantined", "unauthorised")

        assert knock(server, "TLS", f"e3@{REALM}", files=(chain, key)).accepted
        gone.revoked_at = timezone.now()
        gone.save()
        assert not knock(server, "TLS", f"e3@{REALM}", files=(chain, key)).accepted
        assert last_reason() == ("rejected", "revoked")

        shut = {"days": [(timezone.localdate() + dt.timedelta(days=2)).weekday()]}
        made.make_policy(here, pupil=shut)
        evening = knock(server, "TTLS", f"e1@{REALM}", "le-bon-secret")
        assert (evening.accepted, evening.vlan) == (True, 199)
        assert last_reason() == ("quarantined", "not_a_day")
        made.make_policy(here, pupil=shut, outside_hours="reject")
        assert not knock(server, "TTLS", f"e1@{REALM}", "le-bon-secret").accepted
        assert last_reason() == ("rejected", "not_a_day")
    # Even a platform that knew nothing would refuse it: the revocation list is read first.
    write_devices(tmp_path / "certs" / "devices", timezone.now())
    with radius_server(tmp_path, live_server.url) as server:
        assert not knock(server, "TLS", f"e3@{REALM}", files=(chain, key)).accepted
        assert last_reason() == ("rejected", "revoked")
        assert "certificate revoked" in server.said()


def test_a_pupil_of_one_school_at_another(cast, live_server, tmp_path):
    home, away = cast.tilleuls, cast.peupliers
    made.make_network(away, {"pupils": 20, "visitors": 30, "quarantine": 99})
    made.make_nas(away)
    made.make_policy(home)
    made.make_policy(away)
    made.make_realm(home, REALM)
    made.make_realm(away, "peupliers.preau.example")
    pupil = made.make_member(home)
    local = made.make_member(away)
    made.make_credential(pupil, f"e1@{REALM}", "un-secret")
    made.make_credential(local, "e1@peupliers.preau.example", "un-secret")
    with radius_server(tmp_path, live_server.url) as server:
        visitor = knock(server, "TTLS", f"e1@{REALM}", "un-secret")
        assert (visitor.accepted, visitor.vlan) == (True, 30)
        assert len(bytes.fromhex(visitor.attributes["89"])) == 32  # Chargeable-User-Identity
        at_home = knock(server, "TTLS", "e1@peupliers.preau.example", "un-secret")
        assert (at_home.accepted, at_home.vlan) == (True, 20)
        assert "89" not in at_home.attributes
        Authorisation.objects.filter(member=pupil).update(ended_at=timezone.now())
        registered = knock(server, "TTLS", f"e1@{REALM}", "un-secret")
        assert (registered.accepted, registered.vlan) == (True, 99)
        assert last_reason() == ("quarantined", "unauthorised")
        Authorisation.objects.filter(member=pupil).delete()
        Authorisation.objects.create(member=pupil)
        made.make_policy(away, visitors=False)
        assert not knock(server, "TTLS", f"e1@{REALM}", "un-secret").accepted
        assert last_reason() == ("rejected", "visitors_closed")
        assert not knock(server, "TTLS", "moi@ailleurs.example", "un-secret").accepted
