"""Where the station keeps its sockets, and the URLs that follow from it."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from urllib.parse import quote

SOCKET_PATH_LIMIT = 107  # bytes of sun_path in sockaddr_un without the closing zero (Linux)
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432"


def socket_folder(home: Path, part: str) -> Path:
    """Return the folder for the sockets of ``part`` (postgres, broker).

    It lies under ``home``; when the path would not fit a socket address, under the temp
    folder, with a name that follows from ``home`` so that every process finds the same one.
    """
    folder = home / "run" / part
    if len(str(folder).encode()) + len(LONGEST_SOCKET_NAME) <= SOCKET_PATH_LIMIT:
        return folder
    digest = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"preau-{digest}" / part


def database_url(home: Path, name: str = "preau") -> str:
    """Return the URL of the embedded PostgreSQL that lives in ``home``."""
    folder = quote(str(socket_folder(home, "postgres")), safe="")
    return f"postgresql://postgres@/{name}?host={folder}"


def broker_url(home: Path) -> str:
    """Return the URL of the embedded broker that lives in ``home``, as kombu writes it."""
    return f"redis+socket://{quote(str(socket_folder(home, 'broker') / 'broker.sock'))}"
