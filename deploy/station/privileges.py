"""Servers that refuse to run as root, run by root.

Linux: in a user namespace where root wears the number of ``nobody``; files still belong to
root outside, so nothing has to change hands. Where namespaces are forbidden (some containers),
the server really becomes ``nobody`` and is given its folder.
"""

from __future__ import annotations

import functools
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from deploy.station.problem import StationError

NOBODY = 65534
_NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")


def is_root() -> bool:
    """Return whether this process is the superuser's."""
    return os.geteuid() == 0


@functools.cache
def namespaces_work() -> bool:
    """Return whether this machine lets us map root to nobody (tried once)."""
    if not shutil.which("unshare"):
        return False
    tried = subprocess.run([*_NAMESPACE, "true"], capture_output=True, check=False)
    return tried.returncode == 0


def unprivileged(argv: Sequence[str]) -> list[str]:
    """Return ``argv``, wrapped so that it does not run as root. Raises StationError."""
    if not is_root():
        return list(argv)
    if namespaces_work():
        return [*_NAMESPACE, *argv]
    if not shutil.which("setpriv"):
        raise StationError(
            "PostgreSQL refuses to run as root and neither unshare nor setpriv (util-linux) is "
            "here. Run ./preau as an ordinary user, or set DATABASE_URL."
        )
    user = _nobody()
    become = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    reads = subprocess.run([*become, "test", "-x", argv[0]], capture_output=True, check=False)
    if reads.returncode:
        raise StationError(
            "PostgreSQL refuses to run as root, and the user “nobody” cannot reach this folder. "
            "Move it where everyone can read (say /srv), or run ./preau as an ordinary user."
        )
    return [*become, *argv]


def run(argv: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run ``argv`` to its end without root's rights; the caller reads the return code."""
    return subprocess.run(unprivileged(argv), capture_output=True, text=True, check=False)


def hand_over(folder: Path) -> None:
    """Give an empty folder to whom the server will run as."""
    if is_root() and not namespaces_work():
        user = _nobody()
        os.chown(folder, user.pw_uid, user.pw_gid)


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter. Raises StationError if it is another's."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(exist_ok=True, mode=0o700)
    hand_over(folder)
    if folder.stat().st_uid not in {os.geteuid(), _nobody().pw_uid if is_root() else -1}:
        raise StationError(f"{folder} belongs to another user. Remove it, or set PREAU_HOME.")
    if os.geteuid() == folder.stat().st_uid:
        folder.chmod(0o700)


def _nobody() -> pwd.struct_passwd:
    return pwd.getpwuid(NOBODY) if _known(NOBODY) else pwd.getpwnam("nobody")


def _known(number: int) -> bool:
    return any(entry.pw_uid == number for entry in pwd.getpwall())
