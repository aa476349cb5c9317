"""The platform's own authority: what it signs, OpenSSL believes; what it revokes, nobody does."""

from __future__ import annotations

import base64
import datetime as dt
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from byod.actions.people.authority import (
    Certified,
    certificate_of,
    current_issuer,
    issue,
    issue_server,
    issuers,
    roots,
)
from byod.actions.people.revocations import crl
from byod.models.people.authorities import (
    CertificateAuthority,
    RevocationList,
    RevokedCertificate,
)
from byod.models.people.devices import Credential, CredentialKind, PersonalDevice, Platform
from byod.models.people.members import Member
from tests.byod.people.made import make_pupil

pytestmark = pytest.mark.django_db
openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


def issued(member: Member, username: str = "d2k7m9p4q@tilleuls.preau.example") -> Credential:
    """A certificate of a device of the member, in force."""
    made: Certified = issue(username, ec.generate_private_key(ec.SECP256R1()).public_key())
    device = PersonalDevice.objects.create(member=member, name="PC", platform=Platform.LINUX)
    row = Credential.objects.create(
        device=device,
        kind=CredentialKind.CERTIFICATE,
        username=username,
        serial=made.serial,
        issuer=made.issuer,
        expires_at=made.expires_at,
    )
    row.pem = made.certificate  # for the tests alone
    return row


def verify(folder: Path, leaf: str, *more: str) -> subprocess.CompletedProcess[str]:
    for name, pem in (("root", roots()), ("issuer", issuers()), ("leaf", leaf), ("crl", crl())):
        (folder / f"{name}.pem").write_text(pem)
    told = ["-CAfile", "root.pem", "-untrusted", "issuer.pem", "-CRLfile", "crl.pem"]
    asked = ["openssl", "verify", "-x509_strict", *told, "-crl_check_all", *more, "leaf.pem"]
    return subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False)


@openssl
def test_openssl_believes_a_device_and_a_server(cast, tmp_path):
    row = issued(make_pupil(cast.tilleuls))
    server = issue_server(
        "radius.preau.example", ec.generate_private_key(ec.SECP256R1()).public_key()
    )

    device = verify(tmp_path, row.pem, "-purpose", "sslclient")
    assert device.returncode == 0, device.stderr
    there = verify(
        tmp_path,
        server.certificate,
        "-purpose",
        "sslserver",
        "-verify_hostname",
        "radius.preau.example",
    )
    assert there.returncode == 0, there.stderr
    assert verify(tmp_path, row.pem, "-purpose", "sslserver").returncode != 0


@openssl
def test_a_revoked_certificate_is_in_the_list_at_once(cast, tmp_path):
    row = issued(make_pupil(cast.tilleuls))
    assert verify(tmp_path, row.pem).returncode == 0

    Credential.objects.filter(pk=row.pk).update(revoked_at=timezone.now())

    refused = verify(tmp_path, row.pem)
    assert refused.returncode != 0
    assert "certificate revoked" in refused.stderr


def test_an_erased_person_s_certificate_stays_revoked(cast):
    row = issued(make_pupil(cast.tilleuls))
    Member.objects.all().delete()

    issuer = current_issuer()
    found = x509.load_pem_x509_crl(crl().split("-----END X509 CRL-----")[0].encode() + END)
    assert found.issuer == certificate_of(issuer).subject
    assert found.get_revoked_certificate_by_serial_number(int(row.serial, 16)) is not None
    assert RevokedCertificate.objects.get().serial == row.serial


END = b"-----END X509 CRL-----\n"


def test_a_list_is_signed_again_after_a_revocation_and_before_it_ends(cast):
    issuer, now = current_issuer(), timezone.now()
    row = issued(make_pupil(cast.tilleuls))
    first = crl(now)
    assert crl(now + dt.timedelta(hours=11)) == first
    assert crl(now + dt.timedelta(hours=13)) != first
    before = RevocationList.objects.get(authority=issuer).number
    Credential.objects.filter(pk=row.pk).update(revoked_at=now)
    crl(now + dt.timedelta(hours=13))
    assert RevocationList.objects.get(authority=issuer).number == before + 1


def test_the_serial_is_written_as_freeradius_writes_it(cast):
    row = issued(make_pupil(cast.tilleuls))
    serial = x509.load_pem_x509_certificate(row.pem.encode()).serial_number
    assert int(row.serial, 16) == serial
    assert len(row.serial) % 2 == 0
    assert row.serial == row.serial.lower()


def ask(client, row: Credential, *, get: bool = False) -> ocsp.OCSPResponse:
    leaf = x509.load_pem_x509_certificate(row.pem.encode())
    above = certificate_of(current_issuer())
    built = ocsp.OCSPRequestBuilder().add_certificate(leaf, above, hashes.SHA1())
    asked = built.add_extension(x509.OCSPNonce(b"0123456789abcdef"), critical=False).build()
    der = asked.public_bytes(serialization.Encoding.DER)
    if get:
        answer = client.get(
            reverse("byod:ocsp_get", args=[base64.b64encode(der).decode()]), follow=False
        )
    else:
        answer = client.post(reverse("byod:ocsp"), der, content_type="application/ocsp-request")
    assert answer["Content-Type"] == "application/ocsp-response"
    return ocsp.load_der_ocsp_response(answer.content)


@pytest.mark.parametrize("get", [False, True])
def test_ocsp_tells_good_and_revoked(cast, client, get):
    row = issued(make_pupil(cast.tilleuls))
    good = ask(client, row, get=get)
    assert good.certificate_status == ocsp.OCSPCertStatus.GOOD
    key = certificate_of(current_issuer()).public_key()
    key.verify(good.signature, good.tbs_response_bytes, ec.ECDSA(hashes.SHA256()))
    assert good.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == (
        b"0123456789abcdef"
    )

    Credential.objects.filter(pk=row.pk).update(revoked_at=timezone.now())
    assert ask(client, row, get=get).certificate_status == ocsp.OCSPCertStatus.REVOKED


def test_ocsp_does_not_vouch_for_what_it_never_issued(cast, client):
    row = issued(make_pupil(cast.tilleuls))
    Credential.objects.all().delete()
    RevokedCertificate.objects.all().delete()
    assert ask(client, row).certificate_status == ocsp.OCSPCertStatus.UNKNOWN


def test_ocsp_answers_nonsense_in_its_own_way(client):
    for asked in (b"", b"\x30\x03abc"):
        answer = client.post(reverse("byod:ocsp"), asked, content_type="application/ocsp-request")
        told = ocsp.load_der_ocsp_response(answer.content)
        assert told.response_status == ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_the_list_is_public_and_names_nobody(cast, client):
    issuer = current_issuer()
    answer = client.get(reverse("byod:crl", args=[issuer.pk]))
    assert answer["Content-Type"] == "application/pkix-crl"
    x509.load_der_x509_crl(answer.content)
    assert client.get(reverse("byod:crl", args=[issuer.pk + 1000])).status_code == 404


def test_keys_are_sealed_and_there_is_one_of_each(cast):
    current_issuer()
    current_issuer()
    assert sorted(CertificateAuthority.objects.values_list("rank", flat=True)) == [
        "issuer",
        "root",
    ]
    for row in CertificateAuthority.objects.all():
        assert "PRIVATE KEY" not in row.sealed + row.certificate


def test_a_revoked_credential_stays_revoked(cast):
    row = issued(make_pupil(cast.tilleuls))
    Credential.objects.filter(pk=row.pk).update(revoked_at=timezone.now())
    with pytest.raises(Exception, match="stays revoked"), transaction.atomic():
        Credential.objects.filter(pk=row.pk).update(revoked_at=None)
    assert connection.in_atomic_block


def test_an_issuer_that_ends_soon_has_a_successor_under_the_same_root():
    now = timezone.now()
    first = current_issuer(now)
    assert current_issuer(now + dt.timedelta(days=8 * 365 - 9)) == first
    later = now + dt.timedelta(days=8 * 365 + 9)
    second = current_issuer(later)
    first.refresh_from_db()
    assert (second != first, first.retired_at) == (True, later)
    assert current_issuer(later) == second
    assert CertificateAuthority.objects.filter(rank="root").count() == 1
    assert first.certificate in issuers()  # what it signed stays good
    near = CertificateAuthority.objects.get(rank="root").expires_at - dt.timedelta(days=300)
    last = current_issuer(near)
    assert current_issuer(near) == last
