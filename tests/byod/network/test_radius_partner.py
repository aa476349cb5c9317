"""Two real FreeRADIUS: ours, and that of a partner (as eduroam's) who is asked for its people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from byod.actions.network.server_files import write_upstream
from byod.models.network.events import AuthEvent
from byod.models.network.sessions import NetworkSession
from byod.models.network.upstream import UpstreamRealm
from byod.models.people.members import Authorisation
from deploy.station import radius
from tests.byod.network import made
from tests.byod.network.asking import knock, needs_radius, radclient, radius_server

pytestmark = [needs_radius, pytest.mark.django_db(transaction=True)]
OURS, THEIRS = "tilleuls.preau.example", "partenaire.example"
PROF = (f"prof@{THEIRS}", "un-mot-de-passe-du-partenaire")


@contextmanager
def partner(home: Path, ours: dict[str, str], port: int) -> Iterator[radius.Radius]:
    """Theirs at 127.0.0.2, with a certificate that the supplicants of the tests believe."""
    environment = radius.environment_of(home, "http://127.0.0.1:1") | {
        "RADIUS_CONFIG": str(Path(__file__).parent / "partner"),
        "RADIUS_CERTS": ours["RADIUS_CERTS"],
        "RADIUS_LISTEN": "127.0.0.2",
        "RADIUS_AUTH_PORT": str(port),
        "PREAU_AUTH_PORT": ours["RADIUS_AUTH_PORT"],
        "PARTNER_SECRET": made.SECRET,
    }
    with radius.running(home, environment) as server:
        yield server


def name_partner(port: int) -> None:
    row = UpstreamRealm(name="partenaire", realms=THEIRS, address="127.0.0.2", port=port)
    row.set_secret(made.SECRET)
    row.save()


def last_reason() -> tuple[str, str]:
    event = AuthEvent.objects.order_by("-at", "-number").first()
    assert event is not None
    return event.outcome, event.reason


def test_people_of_a_partner_here_and_ours_at_theirs(cast, live_server, tmp_path):
    here = cast.tilleuls
    made.make_network(here)
    made.make_nas(here)
    made.make_policy(here)
    pupil = made.make_member(here)
    made.make_credential(pupil, f"e1@{OURS}", "un-secret-de-tablette")
    port = radius.free_port(radius.socket.SOCK_DGRAM)
    name_partner(port)
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    with radius_server(tmp_path, live_server.url) as server:
        with partner(theirs, dict(server.environment), port) as away:
            visitor = knock(server, "TTLS", *PROF)
            assert (visitor.accepted, visitor.vlan) == (True, 130), server.said()
            assert int(visitor.attributes["27"], 16) != 99_999  # Session-Timeout is ours to say
            assert last_reason() == ("accepted", "rule")
            told = ["Acct-Status-Type = Start", 'Acct-Session-Id = "S1"',
                    f'User-Name = "anonymous@{THEIRS}"', *visitor.classes]  # fmt: skip
            radclient(server, server.acct_port, "acct", told)
            session = NetworkSession.objects.get()
            assert (session.who, session.credential) == ("visitor", None)
            assert not (theirs / "run" / "accounting").exists()
            assert not knock(server, "TTLS", PROF[0], "un-autre").accepted
            assert last_reason() == ("rejected", "partner")
            assert not knock(server, "TTLS", "moi@ailleurs.example", "un-secret").accepted

            events = AuthEvent.objects.count()
            abroad = knock(away, "TTLS", f"e1@{OURS}", "un-secret-de-tablette")
            assert abroad.accepted, server.said()
            assert abroad.vlan == 666  # where they go is theirs to say
            cui = abroad.attributes["89"]
            assert len(bytes.fromhex(cui)) == 32
            assert str(pupil.pseudonym).encode().hex() not in cui
            assert not knock(away, "TTLS", f"e1@{OURS}", "un-autre").accepted
            # What is nobody's of ours comes round in no circle.
            assert not knock(away, "TTLS", "moi@ailleurs.example", "un-secret").accepted
            Authorisation.objects.all().delete()
            assert not knock(away, "TTLS", f"e1@{OURS}", "un-secret-de-tablette").accepted
            assert AuthEvent.objects.count() == events  # where ours are is written down nowhere
            made.make_policy(here, visitors=False)
            assert not knock(server, "TTLS", *PROF).accepted
            assert last_reason() == ("rejected", "visitors_closed")
        gone = knock(server, "TTLS", *PROF)
        assert not gone.accepted
        assert last_reason() == ("rejected", "partner_away")


def test_a_partner_out_of_service_is_asked_nothing(cast, live_server, tmp_path):
    made.make_nas(cast.tilleuls)
    name_partner(9)
    UpstreamRealm.objects.update(enabled=False)
    assert write_upstream(tmp_path) == 0
    assert "home_server" not in (tmp_path / "upstream.conf").read_text()
