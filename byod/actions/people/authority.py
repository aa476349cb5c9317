"""The platform's own certificate authority: a root that signs an issuer, which signs devices.

Keys are EC P-256, kept sealed (FIELD_KEY); the private key of a device never comes here to stay.
Profiles are those of RFC 5280 and, for EAP-TLS, RFC 5216 section 5.3: the CN is the User-Name.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPublicKeyTypes
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from byod.models.people.authorities import AuthorityRank, CertificateAuthority
from schools.actions.audit import record_action
from schools.sealed import seal, unseal

ROOT_DAYS = 20 * 365
ISSUER_DAYS = 10 * 365
ISSUER_RENEW = dt.timedelta(days=2 * 365)
"""Before its end a successor signs, under the same root: no certificate is cut short by its issuer,
and no profile changes. What the former one signed stays good."""
SERVER_DAYS = 397
"""Apple trusts no server certificate of more than 825 days; a year and a month is renewed."""
SKEW = dt.timedelta(minutes=10)
"""Clocks of devices run late: what we sign is good a little earlier than now."""
LOCK = 0x62796F64
"""Of pg_advisory_xact_lock: two processes that find no authority make one."""


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate just signed."""

    certificate: str
    """PEM of the certificate alone."""
    chain: str
    """PEM of the certificate and its issuer, as a server or a device presents them."""
    serial: str
    """Hexadecimal in small letters, two signs a byte: FreeRADIUS's TLS-Client-Cert-Serial."""
    expires_at: dt.datetime
    issuer: CertificateAuthority


def issue(
    username: str,
    public_key: CertificateIssuerPublicKeyTypes,
    now: dt.datetime | None = None,
    *,
    expires_at: dt.datetime | None = None,
) -> Certified:
    """Sign the key of a device, as ``username``; good for BYOD_CERTIFICATE_DAYS without an end."""
    now = now or timezone.now()
    end = expires_at or now + dt.timedelta(days=settings.BYOD_CERTIFICATE_DAYS)
    names = x509.SubjectAlternativeName([x509.RFC822Name(username)])
    asked = _Asked(username, names, ExtendedKeyUsageOID.CLIENT_AUTH, public_key)
    return _sign(asked, now, end)


def issue_server(
    name: str, public_key: CertificateIssuerPublicKeyTypes, now: dt.datetime | None = None
) -> Certified:
    """Sign the key of a RADIUS server: the name that every profile pins (BYOD_RADIUS_NAME)."""
    now = now or timezone.now()
    names = x509.SubjectAlternativeName([x509.DNSName(name)])
    end = now + dt.timedelta(days=SERVER_DAYS)
    asked = _Asked(name, names, ExtendedKeyUsageOID.SERVER_AUTH, public_key)
    return _sign(asked, now, end)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whose key is signed, under which names, for what."""

    name: str
    names: x509.SubjectAlternativeName
    usage: x509.ObjectIdentifier
    public_key: CertificateIssuerPublicKeyTypes


def _sign(asked: _Asked, now: dt.datetime, end: dt.datetime) -> Certified:
    issuer = current_issuer(now)
    end = min(end, issuer.expires_at).replace(microsecond=0)
    above = certificate_of(issuer)
    built = (
        _unsigned(_named(asked.name), above.subject, asked.public_key, (now, end))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([asked.usage]), critical=False)
        .add_extension(asked.names, critical=False)
        .add_extension(_above(above), critical=False)
        .add_extension(_crl_at(issuer), critical=False)
        .add_extension(_ocsp_at(), critical=False)
    )
    made = built.sign(key_of(issuer), hashes.SHA256())
    pem = _pem(made)
    return Certified(pem, pem + issuer.certificate, serial_text(made.serial_number), end, issuer)


def serial_text(serial: int) -> str:
    """As FreeRADIUS writes it: every byte as two small hexadecimal signs."""
    return serial.to_bytes(max(1, (serial.bit_length() + 7) // 8)).hex()


def current_issuer(now: dt.datetime | None = None) -> CertificateAuthority:
    """The authority that signs today; made with its root when there is none yet, and anew when it
    ends in less than ISSUER_RENEW."""
    now = now or timezone.now()
    row = _signing(AuthorityRank.ISSUER)
    return row if row is not None and _lasts(row, now) else make_authorities(now)


def _lasts(row: CertificateAuthority, now: dt.datetime) -> bool:
    return row.expires_at - now > ISSUER_RENEW


@transaction.atomic
def make_authorities(now: dt.datetime) -> CertificateAuthority:
    """A root and an issuer, once, whoever asks at the same time; a successor of an issuer that
    ends soon. Returns the issuer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    known = _signing(AuthorityRank.ISSUER)
    root = _signing(AuthorityRank.ROOT)
    if known is not None and (_lasts(known, now) or root is None or not _lasts(root, now)):
        return known  # a successor would end with its root
    made = [] if root is not None else [_make_root(now)]
    if known is not None:
        known.retired_at = now
        known.save(update_fields=["retired_at"])
    made.append(_make_issuer(root or made[0], now))
    for row in made:
        record_action(None, "make_certificate_authority", row)
    return made[-1]


def _signing(rank: AuthorityRank) -> CertificateAuthority | None:
    return CertificateAuthority.objects.filter(rank=rank, retired_at=None).first()


def _make_root(now: dt.datetime) -> CertificateAuthority:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _named(f"{settings.BYOD_CA_NAME} – racine {now:%Y}")
    end = (now + dt.timedelta(days=ROOT_DAYS)).replace(microsecond=0)
    built = _unsigned(subject, subject, key.public_key(), (now, end))
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
    built = built.add_extension(_usage(authority=True), critical=True)
    return _keep(AuthorityRank.ROOT, built.sign(key, hashes.SHA256()), key, now)


def _make_issuer(root: CertificateAuthority, now: dt.datetime) -> CertificateAuthority:
    key = ec.generate_private_key(ec.SECP256R1())
    above = certificate_of(root)
    subject = _named(f"{settings.BYOD_CA_NAME} – appareils {now:%Y}")
    end = min(now + dt.timedelta(days=ISSUER_DAYS), root.expires_at).replace(microsecond=0)
    built = (
        _unsigned(subject, above.subject, key.public_key(), (now, end))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(_above(above), critical=False)
        .add_extension(_crl_at(root), critical=False)
    )
    return _keep(AuthorityRank.ISSUER, built.sign(key_of(root), hashes.SHA256()), key, now)


def _keep(
    rank: AuthorityRank,
    certificate: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    now: dt.datetime,
) -> CertificateAuthority:
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return CertificateAuthority.objects.create(
        rank=rank,
        subject=_common_name(certificate),
        certificate=_pem(certificate),
        sealed=seal({"key": pem.decode()}),
        made_at=now,
        expires_at=certificate.not_valid_after_utc,
    )


def certificate_of(row: CertificateAuthority) -> x509.Certificate:
    """The certificate of an authority, parsed."""
    return x509.load_pem_x509_certificate(row.certificate.encode())


def key_of(row: CertificateAuthority) -> ec.EllipticCurvePrivateKey:
    """The signing key of an authority, unsealed. It stays in this process's memory alone."""
    key = serialization.load_pem_private_key(unseal(row.sealed)["key"].encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def roots() -> str:
    """PEM of the roots that servers and devices trust, the one that signs first."""
    current_issuer()
    rows = CertificateAuthority.objects.filter(
        rank=AuthorityRank.ROOT, expires_at__gt=timezone.now()
    )
    return "".join(row.certificate for row in rows.order_by("-made_at"))


def issuers() -> str:
    """PEM of the issuers, so that a server completes the chain of a device that sends none."""
    current_issuer()
    rows = CertificateAuthority.objects.filter(
        rank=AuthorityRank.ISSUER, expires_at__gt=timezone.now()
    )
    return "".join(row.certificate for row in rows.order_by("-made_at"))


def _unsigned(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: CertificateIssuerPublicKeyTypes,
    times: tuple[dt.datetime, dt.datetime],
) -> x509.CertificateBuilder:
    now, end = times
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _usage(*, sign: bool = False, authority: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=sign or authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _above(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    known = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known.value)


def _crl_at(issuer: CertificateAuthority) -> x509.CRLDistributionPoints:
    where = f"{settings.BYOD_PKI_URL}{reverse('byod:crl', args=[issuer.pk])}"
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(where)], None, None, None)
    return x509.CRLDistributionPoints([point])


def _ocsp_at() -> x509.AuthorityInformationAccess:
    where = f"{settings.BYOD_PKI_URL}{reverse('byod:ocsp')}"
    return x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(where)
            )
        ]
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
