"""Devices that ask to be let in: Debian's ``eapol_test`` and ``radclient``, against a FreeRADIUS
started with the repository's own files. Skipped, with the reason, where they are absent."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.utils import timezone

from byod.actions.network.equipment import make_equipment_certificate
from byod.actions.network.server_files import write_devices, write_server, write_upstream
from byod.actions.people.authority import roots
from deploy.station import radius
from tests.byod.network.made import SECRET

MISSING = [
    name
    for name, found in (
        ("freeradius, freeradius-rest", radius.program()),
        ("eapoltest", shutil.which("eapol_test")),
        ("freeradius-utils", shutil.which("radclient")),
        ("openssl", shutil.which("openssl")),
    )
    if not found
]
needs_radius = pytest.mark.skipif(
    bool(MISSING), reason=f"not on this machine: Debian packages {'; '.join(MISSING)}"
)


@contextmanager
def radius_server(home: Path, platform: str, **more: str) -> Iterator[radius.Radius]:
    """FreeRADIUS on loopback, with the authorities of the database as it is now."""
    now = timezone.now()
    environment = radius.environment_of(home, platform, **more)
    write_devices(home / "certs" / "devices", now)
    write_server(home / "certs", now)
    write_upstream(home / "generated")
    make_equipment_certificate("centre.radsec.preau.example", home / "certs", now)
    (home / "certs" / "root.pem").write_text(roots())
    with radius.running(home, environment, *os.environ.get("RADIUS_OPTIONS", "").split()) as server:
        yield server


@dataclass
class Answered:
    """What the access point heard."""

    accepted: bool
    attributes: dict[str, str] = field(default_factory=dict)
    said: str = ""

    @property
    def classes(self) -> list[str]:
        """Every Class of the answer, in the words of radclient."""
        return [f"Class = 0x{one}" for one in self.attributes.get("25", "").split()]

    @property
    def vlan(self) -> int | None:
        text = self.attributes.get("81", "")
        return int(bytes.fromhex(text).lstrip(b"\0\x01")) if text else None


COMMON = """network={{
 ssid="preau"
 key_mgmt=WPA-EAP
 eap={eap}
 identity="{identity}"
 anonymous_identity="{outer}"
 ca_cert="{root}"
 domain_suffix_match="radius.preau.example"
{more}
}}
"""


def knock(
    server: radius.Radius,
    method: str,
    identity: str,
    secret: str = "",
    *,
    outer: str = "",
    files: tuple[str, str] = ("", ""),
    extra: tuple[str, ...] = (),
    source: str = "127.0.0.1",
    port: int | None = None,
    mac: str = "02:00:00:00:3f:a2",
) -> Answered:
    """One 802.1X authentication: ``method`` TLS, TTLS or PEAP."""
    folder = server.home / "devices"
    folder.mkdir(exist_ok=True)
    outer = outer or "anonymous@" + identity.rpartition("@")[2]
    if method == "TLS":
        (folder / "device.pem").write_text(files[0])
        (folder / "device.key").write_text(files[1])
        more = f' client_cert="{folder}/device.pem"\n private_key="{folder}/device.key"'
        identity = outer
    else:
        phase2 = "auth=PAP" if method == "TTLS" else "auth=MSCHAPV2"
        more = f' password="{secret}"\n phase2="{phase2}"'
    root = Path(server.environment["RADIUS_CERTS"]) / "root.pem"
    text = COMMON.format(eap=method, identity=identity, outer=outer, root=root, more=more)
    (folder / "eapol.conf").write_text(text)
    done = subprocess.run(
        ["eapol_test", "-c", str(folder / "eapol.conf"), "-a", server.environment["RADIUS_LISTEN"],
         "-p", str(port or server.auth_port), "-s", SECRET, "-A", source, "-M", mac, "-t", "8",
         *[word for one in extra for word in ("-N", one)]],
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    return Answered(done.returncode == 0, _attributes(done.stdout), done.stdout)


def _attributes(said: str) -> dict[str, str]:
    """Of the last Access-Accept: number → hexadecimal."""
    found: dict[str, str] = {}
    blocks = said.split("RADIUS message: code=2 (Access-Accept)")
    for number, value in re.findall(
        r"Attribute (\d+) \([^)]*\) length=\d+\s+Value: ([^\n]*)",
        blocks[-1] if len(blocks) > 1 else "",
    ):
        again = number == "25" and number in found
        found[number] = f"{found[number]} {_hex(value)}" if again else _hex(value)
    return found


def _hex(value: str) -> str:
    text = value.strip()
    if text.startswith("'"):
        return text.strip("'").encode().hex()
    return text if re.fullmatch(r"[0-9a-f]*", text) and len(text) % 2 == 0 else text.encode().hex()


def radclient(server: radius.Radius, port: int, kind: str, lines: list[str]) -> str:
    """Send one packet as a NAS at 127.0.0.1; what came back."""
    done = subprocess.run(
        ["radclient", "-x", "-t", "5", "-r", "1", f"127.0.0.1:{port}", kind, SECRET],
        input="\n".join(lines) + "\n", capture_output=True, text=True, check=False, timeout=20,
    )  # fmt: skip
    return done.stdout + done.stderr
