"""Issue, renew and revoke what lets one device in; never the person's password.

Two taps at once issue one credential: the form carries a seed, of which a digest is kept. The key
of a certificate is derived from that seed, so that the second tap gives the same file although the
platform keeps neither seed nor key.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from byod.actions.people.authority import issue, issuers
from byod.actions.people.realms import realm_of
from byod.models.network.policies import NetworkPolicy
from byod.models.people.devices import Credential, CredentialKind, PersonalDevice
from byod.models.people.members import Authorisation, Member
from byod.rules.people.codes import ALPHABET
from inventory.access import DecisionImpossible
from schools.actions.audit import record_action
from schools.live import announce
from schools.sealed import seal, unseal

DEVICES = 3
"""Per person, where the school has no policy in force yet."""
SECRET_GROUPS, GROUP = 4, 4
ORDER_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve (SEC 2, section 2.4.2): private keys lie between 1 and this."""
REQUEST_BYTES = 20_000


class LimitReached(DecisionImpossible):
    """As many devices as the school allows: one of ``devices`` has to go first."""

    def __init__(self, devices: list[PersonalDevice], limit: int) -> None:
        self.devices, self.limit = devices, limit
        super().__init__(
            _("Vous avez déjà %(n)d appareils\u00a0: choisissez celui qui s’en va.") % {"n": limit}
        )


@dataclass(frozen=True, slots=True)
class Issued:
    """What was issued, to be shown or downloaded once."""

    credential: Credential
    secret: str = ""
    key: ec.EllipticCurvePrivateKey | None = None

    @property
    def chain(self) -> str:
        """PEM of the certificate and its issuer."""
        above = self.credential.issuer
        return self.credential.certificate + (above.certificate if above else "")


def limit_of(member: Member) -> int:
    """How many devices the policy in force at the member's school allows."""
    policy = NetworkPolicy.objects.live().filter(school=member.site.school_id).first()
    return policy.device_limit if policy else DEVICES


def lock_member(member: Member) -> Member:
    """Hold the person: what counts their devices is then one after the other."""
    rows = Member.objects.select_for_update(of=("self",)).select_related("site__school")
    return rows.get(pk=member.pk)


def require_authorised(member: Member) -> None:
    """Raises DecisionImpossible for whoever is registered and not (any more) authorised."""
    if member.left_on is not None or not (
        Authorisation.objects.live().filter(member=member).exists()
    ):
        raise DecisionImpossible(
            _("L’autorisation de l’école manque encore\u00a0: voyez ce qui reste à faire.")
        )


def require_room(member: Member, now: dt.datetime, besides: int | None = None) -> None:
    """Raises LimitReached when other devices already hold as many credentials as are allowed."""
    limit = limit_of(member)
    rows = PersonalDevice.objects.filter(
        member=member, credentials__revoked_at=None, credentials__expires_at__gt=now
    )
    others = rows.exclude(pk=besides) if besides is not None else rows
    holding = list(others.distinct().order_by("registered_at"))
    if len(holding) >= limit:
        raise LimitReached(holding, limit)


@transaction.atomic
def issue_secret(member: Member, device: int, seed: str, now: dt.datetime) -> Issued:
    """A random secret for TTLS or PEAP; the device's former credential ends.

    Raises PersonalDevice.DoesNotExist, DecisionImpossible, LimitReached.
    """
    held = lock_member(member)
    row = _device(held, device)
    known = _known(row, seed)
    if known is not None:
        return Issued(known, secret=str(unseal(known.sealed)["secret"]))
    _make_room(held, row, now)
    secret = new_secret()
    credential = Credential.objects.create(
        device=row,
        kind=CredentialKind.SECRET,
        username=new_username(held),
        sealed=seal({"secret": secret}),
        once=_digest(seed),
        issued_at=now,
        expires_at=now + dt.timedelta(days=settings.BYOD_CERTIFICATE_DAYS),
    )
    _tell(held, "issue_credential", credential)
    return Issued(credential, secret=secret)


@transaction.atomic
def issue_certificate(member: Member, device: int, seed: str, now: dt.datetime) -> Issued:
    """A key made for this download alone, and its certificate; the former credential ends.

    Raises PersonalDevice.DoesNotExist, DecisionImpossible, LimitReached.
    """
    held = lock_member(member)
    row, key = _device(held, device), key_of_seed(seed)
    known = _known(row, seed)
    if known is not None:
        return Issued(known, key=key)
    _make_room(held, row, now)
    return Issued(_certify(held, row, key.public_key(), _digest(seed), now), key=key)


@transaction.atomic
def certify_request(member: Member, device: int, pem: bytes, now: dt.datetime) -> Issued:
    """Sign the key of a PKCS#10 request (RFC 2986): the private key never left the device.

    What the request says of itself is not copied. Raises as :func:`issue_certificate`.
    """
    held = lock_member(member)
    row, public = _device(held, device), _key_of_request(pem)
    once = hashlib.sha256(pem.strip()).hexdigest()
    known = row.credentials.filter(once=once, revoked_at=None).first()
    if known is not None:
        return Issued(known)
    _make_room(held, row, now)
    return Issued(_certify(held, row, public, once, now))


def _certify(
    member: Member,
    device: PersonalDevice,
    public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    once: str,
    now: dt.datetime,
) -> Credential:
    username = new_username(member)
    made = issue(username, public, now)
    credential = Credential.objects.create(
        device=device,
        kind=CredentialKind.CERTIFICATE,
        username=username,
        serial=made.serial,
        issuer=made.issuer,
        certificate=made.certificate,
        once=once,
        issued_at=now,
        expires_at=made.expires_at,
    )
    _tell(member, "issue_credential", credential)
    return credential


def _key_of_request(pem: bytes) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
    """Its public key, once its holder proved to have the private one."""
    why = _("Ce fichier n’est pas une demande de certificat (PKCS#10, PEM).")
    try:
        request = x509.load_pem_x509_csr(pem[:REQUEST_BYTES])
        good = request.is_signature_valid
    except (ValueError, InvalidSignature):
        raise DecisionImpossible(why) from None
    public = request.public_key()
    if not good:
        raise DecisionImpossible(why)
    if isinstance(public, rsa.RSAPublicKey) and public.key_size >= 2048:
        return public
    if isinstance(public, ec.EllipticCurvePublicKey) and public.curve.name == "secp256r1":
        return public
    raise DecisionImpossible(_("La clé doit être EC P-256, ou RSA de 2048 bits au moins."))


def key_of_seed(seed: str) -> ec.EllipticCurvePrivateKey:
    """The same key for the same seed (HKDF, RFC 5869), which only the form knows.

    48 bytes reduced modulo the order leave a bias below 2⁻¹²⁸ (FIPS 186-5, A.2.1).
    """
    if len(seed) < 40:
        raise DecisionImpossible(_("Ce formulaire n’est plus complet\u00a0: rouvrez la page."))
    made = HKDF(hashes.SHA256(), 48, _field_key(), b"byod device key").derive(seed.encode())
    return ec.derive_private_key(int.from_bytes(made) % (ORDER_P256 - 1) + 1, ec.SECP256R1())


def _field_key() -> bytes:
    return str(settings.FIELD_KEY).encode()


def new_seed() -> str:
    """For a form: 256 bits."""
    return secrets.token_urlsafe(32)


def new_secret() -> str:
    """``k7m2-9p4q-w8d3-h5xt``: 79 bits, easily typed on a telephone."""
    signs = ALPHABET.lower()
    groups = ("".join(secrets.choice(signs) for _ in range(GROUP)) for _ in range(SECRET_GROUPS))
    return "-".join(groups)


def new_username(member: Member) -> str:
    """``d7k2m9p4q@realm``: random, so that a log names nobody (RFC 7542)."""
    local = "d" + "".join(secrets.choice(ALPHABET.lower()) for _ in range(10))
    return f"{local}@{realm_of(member.site.school)}"


def _device(member: Member, pk: int) -> PersonalDevice:
    return PersonalDevice.objects.in_use().get(pk=pk, member=member)


def _digest(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()


def _known(device: PersonalDevice, seed: str) -> Credential | None:
    """What the same form issued a moment ago."""
    return (
        device.credentials.filter(once=_digest(seed), revoked_at=None)
        .select_related("issuer")
        .first()
    )


def _make_room(member: Member, device: PersonalDevice, now: dt.datetime) -> None:
    """Authorised, below the limit, and without another credential of this device."""
    require_authorised(member)
    require_room(member, now, besides=device.pk)
    revoke_of(PersonalDevice.objects.filter(pk=device.pk), now, "renewed")


def revoke_of(devices: QuerySet[PersonalDevice], now: dt.datetime, why: str) -> int:
    """Revoke every credential of these devices (a queryset); how many. Expired ones too."""
    rows = Credential.objects.filter(device__in=devices, revoked_at=None)
    return rows.update(revoked_at=now, revoked_why=why)


def _tell(member: Member, verb: str, credential: Credential) -> None:
    """In the journal a credential stands alone: nothing there joins it to a person."""
    record_action(None, verb, credential, site=member.site, after={"kind": credential.kind})
    announce("personal_device", credential.device_id, site=member.site_id)


def chain_of(issued: Issued) -> str:
    """PEM of the leaf and every issuer that still counts."""
    return issued.credential.certificate + issuers()
