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
    # the kernel forgets the wish to die with the parent when the user changes: say it again
    become.append("--pdeathsig=INT")
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
    """Give a folder, with all in it, to whom the server will run as (only root has to).

    A folder may have another owner since an ordinary user, or a machine with other rules about
    namespaces, started the server before.
    """
    if not is_root():
        return
    user = pwd.getpwuid(0) if namespaces_work() else _nobody()
    if folder.stat().st_uid == user.pw_uid:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def require_own(folder: Path) -> None:
    """Make the folder. Raises StationError when we may not write in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        inside = [folder, *(path for path in folder.iterdir() if path.is_dir())]
    except OSError as refusal:
        raise StationError(f"{folder}: {refusal.strerror}. Set PREAU_HOME elsewhere.") from None
    closed = next((path for path in inside if not os.access(path, os.W_OK | os.X_OK)), None)
    if closed:
        owner = closed.stat().st_uid
        raise StationError(
            f"{closed} belongs to another user (number {owner}). Make it yours: "
            f"sudo chown -R $(id -u) {folder}; or set PREAU_HOME elsewhere."
        )


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter. Raises StationError if it is another's."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(exist_ok=True, mode=0o700)
    hand_over(folder)
    if not is_root() and folder.stat().st_uid != os.geteuid():
        raise StationError(f"{folder} belongs to another user. Remove it, or set PREAU_HOME.")
    folder.chmod(0o700)


def _nobody() -> pwd.struct_passwd:
    return pwd.getpwuid(NOBODY) if _known(NOBODY) else pwd.getpwnam("nobody")


def _known(number: int) -> bool:
    return any(entry.pw_uid == number for entry in pwd.getpwall())
