"""The files of the RADIUS server follow the platform by themselves, and FreeRADIUS has a say."""

from __future__ import annotations

import datetime as dt
import os

import pytest
from cryptography import x509
from django.core.management import CommandError, call_command
from django.utils import timezone

from byod.actions.network import keep_files as keeping
from byod.actions.network.ask_server import FilesRefused
from byod.actions.network.keep_files import Folders, end_former, keep_files
from byod.actions.network.server_files import wanted_digest
from byod.models.network.servers import RadiusServer
from byod.models.network.upstream import UpstreamRealm
from deploy.station import radius
from tests.byod.network import made
from tests.byod.network.asking import needs_radius

pytestmark = [needs_radius, pytest.mark.django_db]


@pytest.fixture
def folders(tmp_path) -> Folders:
    return Folders(tmp_path / "certs", tmp_path / "generated")


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    (tmp_path / "run" / "detail").mkdir(parents=True)
    return radius.environment_of(tmp_path, "http://127.0.0.1:1") | {
        "RADIUS_TOKEN": "un-jeton-assez-long"
    }


def a_partner(
    secret: str = "un-secret-de-partenaire", name: str = "eduroam", realms: str = "*"
) -> UpstreamRealm:
    row = UpstreamRealm(name=name, realms=realms, address="192.0.2.1")
    row.set_secret(secret)
    row.save()
    return row


def test_only_what_changed_is_written_and_freeradius_is_asked(folders, environment):
    now = timezone.now()
    first = keep_files(folders, environment, now)
    assert first.asked
    assert set(first.changed) == {*keeping.READ_AT_START, "certs/devices"}
    assert keep_files(folders, environment, now).changed == ()
    row = RadiusServer.objects.get()
    assert (row.written_at, row.fault, row.digest) == (now, "", wanted_digest())

    a_partner()
    assert RadiusServer.objects.get().digest != wanted_digest()
    later = now + dt.timedelta(minutes=2)
    assert keep_files(folders, environment, later).changed == ("generated/upstream.conf",)
    assert 'secret = "un-secret-de-partenaire"' in (folders.generated / "upstream.conf").read_text()
    assert RadiusServer.objects.get().digest == wanted_digest()
    assert not list(folders.certs.parent.glob(".stage-*"))


def test_what_freeradius_refuses_leaves_the_former_files_and_is_told(folders, environment):
    keep_files(folders, environment, timezone.now())
    before = (folders.generated / "upstream.conf").read_text()
    written = RadiusServer.objects.get().written_at
    a_partner(name="un", realms="a.example")
    a_partner(name="deux", realms="a.example b.example")
    with pytest.raises(FilesRefused, match="Duplicate"):
        keep_files(folders, environment, timezone.now())
    assert (folders.generated / "upstream.conf").read_text() == before
    told = RadiusServer.objects.get()
    assert "upstream.conf[" in told.fault
    assert told.written_at == written
    with pytest.raises(CommandError, match="the former files stay"):
        call_command("write_freeradius", certs=folders.certs, generated=folders.generated,
                     restart=None, renew=False)  # fmt: skip


@pytest.fixture(autouse=True)
def with_environment(monkeypatch, environment) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def test_a_short_secret_of_a_partner_is_refused_before_freeradius_is_asked(folders, environment):
    a_partner("court")
    with pytest.raises(FilesRefused, match="a default or short secret"):
        keep_files(folders, environment, timezone.now())


def test_the_certificate_of_the_server_is_renewed_before_its_end(folders, environment):
    now = timezone.now()
    keep_files(folders, environment, now)

    def end() -> dt.datetime:
        return x509.load_pem_x509_certificate(
            (folders.certs / "server.pem").read_bytes()
        ).not_valid_after_utc

    first = end()
    assert keep_files(folders, environment, first - dt.timedelta(days=46)).changed != (
        "certs/server.key", "certs/server.pem",
    )  # fmt: skip
    assert end() == first
    keep_files(folders, environment, first - dt.timedelta(days=44))
    assert end() > first
    (folders.certs / "server.key").write_text("half written")
    assert "certs/server.key" in keep_files(folders, environment, now).changed


def test_a_server_older_than_its_files_is_ended(cast, folders, environment, tmp_path):
    nas = made.make_nas(cast.tilleuls, "10.4.0.9")
    keep_files(folders, environment, timezone.now())
    pid_file = tmp_path / "run" / "radiusd.pid"
    with radius.running(tmp_path, environment, "-P") as server:
        assert int(pid_file.read_text()) == server.process.pid
        keep_files(folders, environment, timezone.now())
        assert not end_former(folders, pid_file)
        made.make_nas(cast.peupliers, "10.5.0.9")
        keep_files(folders, environment, timezone.now())
        assert not end_former(folders, pid_file)  # a new client is met by itself
        nas.set_secret("un-tout-autre-secret-de-borne")
        nas.save()
        keep_files(folders, environment, timezone.now())
        assert end_former(folders, pid_file)
        server.process.wait(10)
    pid_file.write_text(str(os.getpid()))
    assert not end_former(folders, pid_file)  # not a RADIUS server
