"""Real FreeRADIUS with the repository's files, real supplicants: who is let in, and where."""

from __future__ import annotations

import pytest

from tests.byod.network import made
from tests.byod.network.asking import knock, needs_radius, radius_server

pytestmark = [needs_radius, pytest.mark.django_db(transaction=True)]


def test_three_methods_lead_to_the_vlan_of_the_policy(cast, live_server, tmp_path):
    here = cast.tilleuls
    made.make_network(here)
    made.make_nas(here)
    made.make_policy(here)
    made.make_realm(here, "tilleuls.preau.example")
    pupil, teacher = made.make_member(here), made.make_member(here, "teacher")
    made.make_credential(pupil, "e1@tilleuls.preau.example", "un-secret-de-tablette")
    made.make_credential(teacher, "p1@tilleuls.preau.example", "un-secret-de-portable")
    _credential, chain, key = made.make_certificate(pupil, "e2@tilleuls.preau.example")
    with radius_server(tmp_path, live_server.url) as server:
        ttls = knock(server, "TTLS", "e1@tilleuls.preau.example", "un-secret-de-tablette")
        print(ttls.said[-3000:], server.said()[-3000:])
        assert (ttls.accepted, ttls.vlan) == (True, 120)
        peap = knock(server, "PEAP", "p1@tilleuls.preau.example", "un-secret-de-portable")
        assert (peap.accepted, peap.vlan) == (True, 110)
        tls = knock(server, "TLS", "e2@tilleuls.preau.example", files=(chain, key))
        assert (tls.accepted, tls.vlan) == (True, 120)
