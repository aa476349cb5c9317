"""Say which certificates are revoked: lists (CRL, RFC 5280) and answers (OCSP, RFC 6960)."""

from __future__ import annotations

import datetime as dt

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from byod.actions.people.authority import certificate_of, current_issuer, key_of, serial_text
from byod.models.people.authorities import (
    AuthorityRank,
    CertificateAuthority,
    RevocationList,
    RevokedCertificate,
)
from byod.models.people.devices import Credential

OCSP_GOOD_FOR = dt.timedelta(hours=1)
"""How long a server may keep our answer; a disconnect goes out at once by another way."""


def crl(now: dt.datetime | None = None) -> str:
    """PEM of the lists of all authorities that still count, for FreeRADIUS's ``ca_file``."""
    now = now or timezone.now()
    current_issuer(now)
    rows = CertificateAuthority.objects.filter(expires_at__gt=now).order_by("rank", "-made_at")
    return "".join(crl_of(row.pk, now) for row in rows)


@transaction.atomic
def crl_of(pk: int, now: dt.datetime) -> str:
    """PEM of one authority's list: made anew after each revocation, and before it runs out.

    Raises CertificateAuthority.DoesNotExist.
    """
    row = CertificateAuthority.objects.get(pk=pk)
    known = RevocationList.objects.filter(authority=row).first()
    if known is not None and _is_fresh(known, row, now):
        return known.pem
    row = CertificateAuthority.objects.select_for_update().get(pk=pk)
    known = RevocationList.objects.filter(authority=row).first()
    if known is not None and _is_fresh(known, row, now):
        return known.pem
    entries = list(_revoked_by(row).filter(expires_at__gt=now).values_list("pk", "serial", "at"))
    made = known or RevocationList(authority=row, number=0)
    made.number += 1
    made.at, made.next_at = now, now + dt.timedelta(hours=settings.BYOD_CRL_HOURS)
    made.pem = _signed_list(row, made, [(serial, at) for _pk, serial, at in entries])
    made.save()
    # those that are committed while we sign stay unlisted: the next reader makes a list with them
    unlisted = RevokedCertificate.objects.filter(listed=False)
    unlisted.filter(pk__in=[pk for pk, _serial, _at in entries]).update(listed=True)
    return made.pem


def _is_fresh(known: RevocationList, row: CertificateAuthority, now: dt.datetime) -> bool:
    """Nothing was revoked since, and half of its time is left (readers come late)."""
    if now >= known.at + (known.next_at - known.at) / 2:
        return False
    return not _revoked_by(row).filter(listed=False, expires_at__gt=now).exists()


def _revoked_by(row: CertificateAuthority) -> QuerySet[RevokedCertificate]:
    mine = Q(issuer=row)
    if row.rank == AuthorityRank.ISSUER and row.retired_at is None:
        mine |= Q(issuer=None)
    return RevokedCertificate.objects.filter(mine)


def _signed_list(
    row: CertificateAuthority, made: RevocationList, entries: list[tuple[str, dt.datetime]]
) -> str:
    issuer = certificate_of(row)
    known = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    above = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known)
    # handed over whole: the builder copies its list for every certificate that is added to it
    builder = x509.CertificateRevocationListBuilder(
        issuer_name=issuer.subject,
        last_update=_second(made.at),
        next_update=_second(made.next_at),
        revoked_certificates=[_entry(serial, at) for serial, at in entries],
    )
    builder = builder.add_extension(above, critical=False)
    builder = builder.add_extension(x509.CRLNumber(made.number), critical=False)
    signed = builder.sign(key_of(row), hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM).decode()


def _entry(serial: str, at: dt.datetime) -> x509.RevokedCertificate:
    made = x509.RevokedCertificateBuilder().serial_number(int(serial, 16))
    return made.revocation_date(_second(at)).build()


def _second(at: dt.datetime) -> dt.datetime:
    """Naive UTC without a fraction, as the builders of ``cryptography`` want it."""
    return at.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)


def answer_ocsp(asked: bytes, now: dt.datetime) -> bytes:
    """The DER answer to a DER request: good, revoked, or unknown; signed by the issuer itself.

    A request that cannot be read gets ``malformedRequest`` (RFC 6960, section 2.3).
    """
    try:
        request = ocsp.load_der_ocsp_request(asked)
        serial = serial_text(request.serial_number)
        algorithm = request.hash_algorithm
    except (ValueError, TypeError, x509.UnsupportedGeneralNameType):
        return _unsuccessful(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    row = _issuer_asked(request)
    if row is None:
        return _unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    status, revoked_at = _status(row, serial)
    builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
        issuer_name_hash=request.issuer_name_hash,
        issuer_key_hash=request.issuer_key_hash,
        serial_number=request.serial_number,
        algorithm=algorithm,
        cert_status=status,
        this_update=_second(now),
        next_update=_second(now + OCSP_GOOD_FOR),
        revocation_time=_second(revoked_at) if revoked_at else None,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, certificate_of(row))
    for extension in request.extensions:
        if isinstance(extension.value, x509.OCSPNonce):
            builder = builder.add_extension(extension.value, critical=False)
    made = builder.sign(key_of(row), hashes.SHA256())
    return made.public_bytes(serialization.Encoding.DER)


def _unsuccessful(status: ocsp.OCSPResponseStatus) -> bytes:
    made = ocsp.OCSPResponseBuilder.build_unsuccessful(status)
    return made.public_bytes(serialization.Encoding.DER)


def _issuer_asked(request: ocsp.OCSPRequest) -> CertificateAuthority | None:
    """Which of our authorities the request means, by the hashes of its name and key."""
    asked = (request.issuer_name_hash, request.issuer_key_hash)
    for row in CertificateAuthority.objects.filter(rank=AuthorityRank.ISSUER):
        if _hashes_of(certificate_of(row), request.hash_algorithm) == asked:
            return row
    return None


def _hashes_of(above: x509.Certificate, algorithm: hashes.HashAlgorithm) -> tuple[bytes, bytes]:
    """Of its subject in DER, and of its public key without the header (RFC 6960, 4.1.1)."""
    key = above.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    point = key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return _hash(above.subject.public_bytes(), algorithm), _hash(point, algorithm)


def _hash(data: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    made = hashes.Hash(algorithm)
    made.update(data)
    return made.finalize()


def _status(
    row: CertificateAuthority, serial: str
) -> tuple[ocsp.OCSPCertStatus, dt.datetime | None]:
    revoked = _revoked_by(row).filter(serial=serial).first()
    if revoked is not None:
        return ocsp.OCSPCertStatus.REVOKED, revoked.at
    if Credential.objects.filter(serial=serial, revoked_at=None).exists():
        return ocsp.OCSPCertStatus.GOOD, None
    return ocsp.OCSPCertStatus.UNKNOWN, None
