"""Keys that a development station makes for itself, once, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet


def secret_key(home: Path) -> str:
    """Return the signing key kept in ``home``, made at the first call."""
    return _kept(home / "secret_key", lambda: secrets.token_urlsafe(50))


def field_key(home: Path) -> str:
    """Return the Fernet key kept in ``home``, made at the first call."""
    return _kept(home / "field_key", lambda: Fernet.generate_key().decode())


def _kept(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_once(path, make())
    return path.read_text().strip()


def _write_once(path: Path, value: str) -> None:
    """Write ``value`` whole or not at all; of two processes that start together one wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(value + "\n")
        os.link(draft, path)
    except FileExistsError:
        pass  # another process made it first: its key is the key
    finally:
        draft.unlink()
