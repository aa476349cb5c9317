"""Certificates of network equipment for RadSec: an authority of their own, kept as files.

It signs nothing that a device of a pupil presents, so that a stolen phone is no access point and a
stolen access point is no phone.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from byod.actions.network.server_files import write_secret

AUTHORITY_DAYS = 20 * 365
EQUIPMENT_DAYS = 5 * 365
SKEW = dt.timedelta(minutes=10)


def make_equipment_certificate(name: str, folder: Path, now: dt.datetime) -> Path:
    """``<name>.key`` and ``<name>.pem`` under the folder, signed by its ``equipment.key``, which is
    made the first time. Returns the path of the certificate."""
    above, key = equipment_authority(folder, now)
    own = ec.generate_private_key(ec.SECP256R1())
    made = _signed(name, own, now, EQUIPMENT_DAYS, (above.subject, key))
    write_secret(folder / f"{name}.key", _pem_of(own))
    path = folder / f"{name}.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path


def equipment_authority(
    folder: Path, now: dt.datetime
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The authority of this folder, made when there is none."""
    secret, public = folder / "equipment.key", folder / "equipment.pem"
    if not secret.exists():
        folder.mkdir(parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        made = _signed("Préau – équipements", key, now, AUTHORITY_DAYS, None)
        write_secret(secret, _pem_of(key))
        public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    loaded = serialization.load_pem_private_key(secret.read_bytes(), None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    return x509.load_pem_x509_certificate(public.read_bytes()), loaded


def _signed(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    now: dt.datetime,
    days: int,
    above: tuple[x509.Name, ec.EllipticCurvePrivateKey] | None,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, signing = above or (subject, key)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=above is None, path_length=None), critical=True)
    )
    if above is not None:
        built = built.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False
        )
    return built.sign(signing, hashes.SHA256())


def _pem_of(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
