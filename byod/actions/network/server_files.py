"""Files of the RADIUS server that come from the database: authorities, revocations, partners."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils import timezone

from byod.actions.people.authority import issue_server, issuers, roots
from byod.actions.people.revocations import crl
from byod.models.network.upstream import UpstreamRealm
from byod.models.people.authorities import CertificateAuthority, RevocationList, RevokedCertificate

BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----\n?", re.DOTALL)
PARTNER_S = 4
"""A partner that answers later is away: a telephone gives up after some ten seconds, and tries
again by itself."""


def write_devices(folder: Path, now: dt.datetime) -> int:
    """What EAP-TLS trusts: roots, issuers and their lists of revocations, by hash.

    The folder is put in place whole: the server never reads half of it. Returns how many files.

    Raises FileNotFoundError without the program ``openssl``.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".devices-"))
    texts = [roots(), issuers(), crl(now)]
    blocks = [found.group(0) for text in texts for found in BLOCK.finditer(text)]
    for rank, block in enumerate(blocks):
        kind = "crl" if "CRL" in block.splitlines()[0] else "ca"
        (fresh / f"{kind}-{rank}.pem").write_text(block)
    subprocess.run(  # noqa: S603  a folder of our own making
        ["openssl", "rehash", str(fresh)],  # noqa: S607
        check=True,
        capture_output=True,
    )
    fresh.chmod(0o755)
    if folder.exists():
        old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".old-")) / "devices"
        folder.rename(old)
        fresh.rename(folder)
        shutil.rmtree(old.parent)
    else:
        fresh.rename(folder)
    return len(blocks)


def write_server(folder: Path, now: dt.datetime) -> str:
    """A key and certificate of the RADIUS server, signed by our own authority. Returns its name."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = issue_server(settings.BYOD_RADIUS_NAME, key.public_key(), now)
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_secret(folder / "server.key", secret.decode())
    (folder / "server.pem").write_text(made.chain)
    return settings.BYOD_RADIUS_NAME


def write_upstream(folder: Path) -> int:
    """``upstream.conf``: where identities of other realms go. Returns how many partners."""
    write_secret(folder / "upstream.conf", upstream_text())
    return UpstreamRealm.objects.filter(enabled=True).count()


def upstream_text() -> str:
    """What FreeRADIUS reads of the partners in service, their secrets included."""
    parts = ["# Written by ./preau manage write_freeradius; a change here is lost.\n"]
    parts += [_partner(partner) for partner in UpstreamRealm.objects.filter(enabled=True)]
    return "\n".join(parts)


def wanted_digest() -> str:
    """Of all that the files are made from, as it is now: authorities, revocations, partners. Keyed,
    as secrets go into it. A revocation that stands in no list yet changes it."""
    now = timezone.now()
    above = CertificateAuthority.objects.filter(expires_at__gt=now).order_by("pk")
    lists = RevocationList.objects.order_by("authority").values_list("authority", "number")
    unlisted = RevokedCertificate.objects.filter(listed=False, expires_at__gt=now)
    known = [list(above.values_list("pk", "certificate")), list(lists), unlisted.exists()]
    parts = [upstream_text(), repr(known)]
    key = b"radius files" + settings.SECRET_KEY.encode()
    return hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def _partner(partner: UpstreamRealm) -> str:
    name = f"partner_{partner.name}"
    key = "ipv6addr" if ":" in partner.address else "ipaddr"
    secret = partner.secret.replace("\\", "\\\\").replace('"', '\\"')
    realms = ["DEFAULT"] if partner.realms == "*" else partner.realms.split()
    return "\n".join(
        [
            f"home_server {name} {{",
            "\ttype = auth",
            f"\t{key} = {partner.address}",
            f"\tport = {partner.port}",
            f'\tsecret = "{secret}"',
            "\trequire_message_authenticator = yes",
            f"\tresponse_window = {PARTNER_S}",
            "\tzombie_period = 40",
            "\tstatus_check = status-server",
            "}",
            f"home_server_pool {name} {{",
            "\ttype = fail-over",
            f"\thome_server = {name}",
            "}",
            *(f'realm "{realm}" {{\n\tauth_pool = {name}\n\tnostrip\n}}' if realm != "DEFAULT"
              else f"realm DEFAULT {{\n\tauth_pool = {name}\n\tnostrip\n}}" for realm in realms),
            "",
        ]
    )  # fmt: skip


def write_secret(path: Path, text: str) -> None:
    """Replace a file that only its owner reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    fresh.replace(path)
