"""Keep the files of a RADIUS server as they should be: staged, asked of FreeRADIUS, put in place.

Run by a timer on the machine of the server. What FreeRADIUS refuses never replaces what it reads;
the refusal stands in a row (RadiusServer) that the status page, ``/metrics`` and an alert tell.
Killed at any point, the next run begins anew.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import hmac
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django.conf import settings

from byod.actions.network.ask_server import FilesRefused, ask_freeradius, faults_of
from byod.actions.network.equipment import equipment_authority
from byod.actions.network.server_files import (
    wanted_digest,
    write_devices,
    write_secret,
    write_server,
    write_upstream,
)
from byod.models.network.nas import Nas
from byod.models.network.servers import RadiusServer
from byod.models.network.upstream import UpstreamRealm

RENEW = dt.timedelta(days=45)
"""Before its end the server's certificate is made anew: same name and root, no device notices."""
READ_AT_START = ("certs/server.key", "certs/server.pem", "generated/upstream.conf")
"""FreeRADIUS 3 reads these once; authorities and revocations it reads again by itself."""
CLIENTS = "clients.json"
FORGET = "generated/clients.changed"
"""Touched when what FreeRADIUS remembers of a client counts no more."""
PROGRAMS = ("freeradius", "radiusd")


@dataclass(frozen=True, slots=True)
class Kept:
    """What one run did."""

    changed: tuple[str, ...]
    """Files put in place, by their path under the stage."""
    asked: bool
    """Whether FreeRADIUS itself was asked."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the files stand: RADIUS_CERTS and RADIUS_GENERATED."""

    certs: Path
    generated: Path

    def of(self, name: str) -> Path:
        """Where a staged file goes."""
        kind, _slash, rest = name.partition("/")
        return (self.certs if kind == "certs" else self.generated) / rest


def keep_files(
    folders: Folders, environment: Mapping[str, str], now: dt.datetime, *, renew: bool = False
) -> Kept:
    """Compare, and write what differs. Raises FilesRefused, with the former files in place."""
    folders.certs.mkdir(parents=True, exist_ok=True)
    folders.generated.mkdir(parents=True, exist_ok=True)
    digest = ""
    try:
        with _alone(folders), _stage(folders) as stage:
            _make(stage, folders, now, renew=renew)
            digest = wanted_digest()
            changed = _differing(stage, folders)
            asked = _ask(stage, environment) if changed else False
            _put_in_place(stage, folders, changed)
            _note_clients(folders)
    except (FilesRefused, OSError, subprocess.SubprocessError) as error:
        _tell(folders, now, fault=str(error)[:2000])
        raise FilesRefused(str(error)) from error
    _tell(folders, now, digest=digest, wrote=bool(changed))
    return Kept(tuple(sorted(changed)), asked)


@contextmanager
def _alone(folders: Folders) -> Iterator[None]:
    """A start of the server and the timer may come together: the second waits."""
    with (folders.generated / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in folders.certs.parent.glob(".stage-*"):
            shutil.rmtree(left, ignore_errors=True)  # of a run that was killed
        yield


@contextmanager
def _stage(folders: Folders) -> Iterator[Path]:
    """Beside the certificates: put in place by renaming."""
    with tempfile.TemporaryDirectory(dir=folders.certs.parent, prefix=".stage-") as name:
        yield Path(name)


def _make(stage: Path, folders: Folders, now: dt.datetime, *, renew: bool) -> None:
    """All the files as they should be."""
    certs = stage / "certs"
    certs.mkdir()
    equipment_authority(folders.certs, now)
    for name in ("server.key", "server.pem", "equipment.pem"):
        if (folders.certs / name).exists():
            shutil.copy2(folders.certs / name, certs / name)
    if renew or not _is_good(certs, now):
        write_server(certs, now)
    write_devices(certs / "devices", now)
    write_upstream(stage / "generated")


def _is_good(certs: Path, now: dt.datetime) -> bool:
    """Whether key and certificate are a pair of our name that lasts. A run killed between the two
    leaves none."""
    try:
        made = x509.load_pem_x509_certificate((certs / "server.pem").read_bytes())
        key = serialization.load_pem_private_key((certs / "server.key").read_bytes(), None)
    except (OSError, ValueError):
        return False
    names = made.subject.rfc4514_string()
    return (
        made.public_key() == key.public_key()
        and names == f"CN={settings.BYOD_RADIUS_NAME}"
        and made.not_valid_after_utc - now > RENEW
    )


def _differing(stage: Path, folders: Folders) -> set[str]:
    """Which staged files are not those in place; the authorities and lists count as one."""
    found = {name for name in READ_AT_START if _bytes(stage / name) != _bytes(folders.of(name))}
    if _tree(stage / "certs" / "devices") != _tree(folders.certs / "devices"):
        found.add("certs/devices")
    return found


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _tree(folder: Path) -> set[bytes]:
    """By content: links by hash are made from it."""
    files = folder.glob("*.pem") if folder.exists() else ()
    return {one.read_bytes() for one in files if not one.is_symlink()}


def _ask(stage: Path, environment: Mapping[str, str]) -> bool:
    """The linter, then FreeRADIUS, with the staged files instead of those in place."""
    config = Path(environment.get("RADIUS_CONFIG", "")) if "RADIUS_CONFIG" in environment else None
    staged = {
        **environment,
        "RADIUS_CERTS": str(stage / "certs"),
        "RADIUS_GENERATED": str(stage / "generated"),
    }
    if config is None:
        return False
    _count, faults = faults_of(config, staged)
    if faults:
        raise FilesRefused("\n".join(faults))
    return ask_freeradius(config, staged)


def _put_in_place(stage: Path, folders: Folders, changed: set[str]) -> None:
    """Each by one renaming: FreeRADIUS never reads half of one."""
    for name in sorted(changed):
        target = folders.of(name)
        if name == "certs/devices" and target.exists():
            target.rename(stage / "former-devices")
        (stage / name).rename(target)


def _note_clients(folders: Folders) -> None:
    """Leave a mark when a client that FreeRADIUS may remember has another secret, or is gone. New
    ones are met by themselves. Their secrets are kept as keyed digests."""
    path = folders.generated / CLIENTS
    known: dict[str, str] = json.loads(_bytes(path) or b"{}")
    now = _clients()
    if any(now.get(address) != told for address, told in known.items()):
        folders.of(FORGET).touch()
    write_secret(path, json.dumps(now, sort_keys=True))


def _clients() -> dict[str, str]:
    key = b"radius clients" + settings.SECRET_KEY.encode()
    partners = UpstreamRealm.objects.filter(enabled=True)
    found = {str(one.address): one.secret for one in partners}
    found |= {str(one.address): one.secret for one in Nas.objects.in_use().exclude(address=None)}
    return {
        address: hmac.new(key, secret.encode(), hashlib.sha256).hexdigest()
        for address, secret in found.items()
    }


def _tell(
    folders: Folders, now: dt.datetime, *, fault: str = "", digest: str = "", wrote: bool = False
) -> None:
    """One row a machine."""
    told: dict[str, object] = {
        "checked_at": now,
        "fault": fault,
        "server_ends_at": _end_of(folders.certs / "server.pem"),
        "equipment_ends_at": _end_of(folders.certs / "equipment.pem"),
    }
    if not fault:
        told["digest"] = digest
    if wrote:
        told["written_at"] = now
    RadiusServer.objects.update_or_create(host=socket.gethostname()[:120], defaults=told)


def _end_of(path: Path) -> dt.datetime | None:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return None


def end_former(folders: Folders, pid_file: Path) -> bool:
    """Let a FreeRADIUS end that began before its files were written: systemd starts it again. Asked
    of the clock, so that a run killed before this is made up for by the next one.

    Only a process of that name is told: a number left in a file may be somebody else's by now.
    """
    try:
        began, pid = pid_file.stat().st_mtime, int(pid_file.read_text())
        name = Path(f"/proc/{pid}/comm").read_text().strip()
    except (OSError, ValueError):
        return False
    written = [folders.of(one) for one in (*READ_AT_START, FORGET)]
    newest = max((one.stat().st_mtime for one in written if one.exists()), default=0.0)
    if name not in PROGRAMS or newest <= began:
        return False
    os.kill(pid, signal.SIGTERM)
    return True
