"""One credential per device, counted by credential; two taps make one; lost is lost at once."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from byod.actions.people.credentials import (
    LimitReached,
    certify_request,
    issue_certificate,
    issue_secret,
    new_seed,
)
from byod.actions.people.devices import add_device, declare_lost
from byod.actions.people.links import make_link
from byod.models.network.policies import NetworkPolicy, PolicyState
from byod.models.people.devices import Credential, PersonalDevice, Platform
from byod.models.people.members import Member
from inventory.access import DecisionImpossible
from schools.models import AuditEntry
from schools.sealed import unseal
from tests.byod.people.made import make_pupil

pytestmark = pytest.mark.django_db


@pytest.fixture
def lea(cast) -> Member:
    return make_pupil(cast.tilleuls, "Léa", "Exemple", authorised=True)


def added(member: Member, name: str = "Téléphone", platform: str = Platform.IOS) -> PersonalDevice:
    return add_device(member, name, platform, once=uuid.uuid4(), now=timezone.now())


def test_registered_alone_opens_nothing(cast):
    leo = make_pupil(cast.tilleuls)
    with pytest.raises(DecisionImpossible, match="autorisation"):
        added(leo)


def test_a_certificate_for_one_device_alone(lea):
    row = added(lea)
    issued = issue_certificate(lea, row.pk, new_seed(), timezone.now())
    certificate = x509.load_pem_x509_certificate(issued.credential.certificate.encode())
    assert certificate.public_key() == issued.key.public_key()
    local, _at, realm = issued.credential.username.partition("@")
    assert realm == "ecole-tilleuls.preau.example"
    assert len(local) == 11
    assert "lea" not in local


def test_two_taps_issue_one_credential_and_give_the_same_file(lea, client):
    client.get(make_link(lea, as_guardian=False, by=None))
    row, seed = added(lea, platform=Platform.ANDROID), new_seed()
    asked = {"seed": seed, "password": "k7m29p4q"}
    first = client.post(reverse("byod:mine_profile", args=[row.pk]), asked)
    again = client.post(reverse("byod:mine_profile", args=[row.pk]), asked)
    assert first.status_code == again.status_code == 200
    assert Credential.objects.count() == 1
    assert issue_certificate(lea, row.pk, seed, timezone.now()).key.private_numbers() == (
        issue_certificate(lea, row.pk, seed, timezone.now()).key.private_numbers()
    )


def test_the_platform_keeps_no_private_key_and_no_seed(lea):
    row, seed = added(lea), new_seed()
    issued = issue_certificate(lea, row.pk, seed, timezone.now())
    kept = Credential.objects.get()
    everything = "".join(str(value) for value in vars(kept).values())
    assert "PRIVATE" not in everything
    assert seed not in everything
    assert str(issued.key.private_numbers().private_value) not in everything


def test_a_new_seed_renews_and_ends_the_former(lea):
    row = added(lea)
    first = issue_certificate(lea, row.pk, new_seed(), timezone.now()).credential
    second = issue_secret(lea, row.pk, new_seed(), timezone.now())
    first.refresh_from_db()
    assert (first.revoked_why, second.credential.revoked_at) == ("renewed", None)
    assert unseal(second.credential.sealed)["secret"] == second.secret


def test_the_limit_counts_credentials_and_the_person_chooses_which_goes(lea, client):
    NetworkPolicy.objects.create(
        school=lea.site.school,
        number=1,
        state=PolicyState.LIVE,
        device_limit=2,
        charter_required=False,
        live_at=timezone.now(),
    )
    old = [added(lea, f"Appareil {n}") for n in range(2)]
    for row in old:
        issue_secret(lea, row.pk, new_seed(), timezone.now())
    with pytest.raises(LimitReached) as full:
        added(lea)
    assert full.value.devices == old

    client.get(make_link(lea, as_guardian=False, by=None))
    asked = {"platform": "android", "name": "Nouveau", "once": str(uuid.uuid4())}
    refused = client.post(reverse("byod:mine_add"), asked)
    assert refused.status_code == 422
    assert "Lequel s’en va" in refused.content.decode()
    done = client.post(reverse("byod:mine_add"), asked | {"replaces": old[0].pk})
    assert done.status_code == 302
    old[0].refresh_from_db()
    assert old[0].removed_at is not None
    assert old[0].credentials.get().revoked_why == "replaced"
    # the same form again: the same device
    assert client.post(reverse("byod:mine_add"), asked)["Location"] == done["Location"]
    assert PersonalDevice.objects.in_use().count() == 2


def test_an_expired_credential_holds_no_place(lea):
    for n in range(3):
        row = added(lea, f"Vieux {n}")
        issue_secret(lea, row.pk, new_seed(), timezone.now() - dt.timedelta(days=400))
    assert added(lea).pk


def test_lost_revokes_at_once_and_only_once(lea, client):
    client.get(make_link(lea, as_guardian=False, by=None))
    row = added(lea)
    issue_secret(lea, row.pk, new_seed(), timezone.now())
    assert client.post(reverse("byod:mine_lost", args=[row.pk])).status_code == 302
    credential = Credential.objects.get()
    assert credential.revoked_why == "lost"
    when = credential.revoked_at
    declare_lost(lea, row.pk, timezone.now())
    credential.refresh_from_db()
    assert credential.revoked_at == when


def test_nobody_touches_the_device_of_another(cast, lea, client):
    leo = make_pupil(cast.tilleuls, "Léo", authorised=True)
    row = added(leo)
    client.get(make_link(lea, as_guardian=False, by=None))
    for name in ("mine_device", "mine_profile", "mine_secret", "mine_lost", "mine_rename"):
        url = reverse(f"byod:{name}", args=[row.pk])
        answer = client.get(url) if name == "mine_device" else client.post(url)
        assert answer.status_code == 404, name


def request_of(key) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "directeur")])
    built = x509.CertificateSigningRequestBuilder().subject_name(name)
    return built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def test_a_request_is_signed_for_its_key_and_not_for_what_it_says(lea):
    key, row = ec.generate_private_key(ec.SECP256R1()), added(lea)
    issued = certify_request(lea, row.pk, request_of(key), timezone.now())
    certificate = x509.load_pem_x509_certificate(issued.credential.certificate.encode())
    assert certificate.public_key() == key.public_key()
    assert certificate.subject.rfc4514_string() == f"CN={issued.credential.username}"
    assert certify_request(lea, row.pk, request_of(key), timezone.now()).credential is not None


@pytest.mark.parametrize("pem", [b"", b"abc", b"-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n"])
def test_what_is_no_request_is_told(lea, pem):
    row = added(lea)
    with pytest.raises(DecisionImpossible, match="demande de certificat"):
        certify_request(lea, row.pk, pem, timezone.now())


def test_a_weak_key_is_refused(lea):
    row = added(lea)
    weak = rsa.generate_private_key(65537, 1024)
    with pytest.raises(DecisionImpossible, match="P-256"):
        certify_request(lea, row.pk, request_of(weak), timezone.now())


def test_the_journal_joins_no_person_to_a_device(lea):
    row = added(lea, "Le téléphone de Léa")
    issue_secret(lea, row.pk, new_seed(), timezone.now())
    for entry in AuditEntry.objects.all():
        line = f"{entry.object_text} {entry.before} {entry.after} {entry.why}"
        assert lea.pseudonym not in line
        assert "Léa" not in line


@pytest.mark.django_db(transaction=True)
def test_ten_taps_at_once_issue_one_credential(cast):
    lea = make_pupil(cast.tilleuls, authorised=True)
    row, seed, found = added(lea), new_seed(), []

    def tap() -> None:
        try:
            found.append(issue_secret(lea, row.pk, seed, timezone.now()).secret)
        finally:
            connection.close()

    taps = [threading.Thread(target=tap) for _ in range(10)]
    for one in taps:
        one.start()
    for one in taps:
        one.join()
    assert len(found) == 10
    assert len(set(found)) == 1
    assert Credential.objects.count() == 1
