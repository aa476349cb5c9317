"""The SSH key of a device: it is held to before a password is sent."""

from __future__ import annotations

import base64
from typing import Any

import paramiko

from inventory.cli.contract import HostKeyChanged

KEY_CHANGED = (
    "L’équipement montre une autre clé SSH : un autre appareil, ou quelqu’un entre les deux."
)


class Pinned(paramiko.SSHClient):
    """An SSH client that knows one key, or takes the first."""

    def __init__(self, known: str) -> None:
        super().__init__()
        self.known, self.seen = known, ""
        self.set_missing_host_key_policy(paramiko.MissingHostKeyPolicy())

    def connect(self, *args: Any, **options: Any) -> None:
        """Raises HostKeyChanged, with the key that was shown, before anything is said of us."""
        if self.known:
            self._hold(options["hostname"], options["port"])
        try:
            super().connect(*args, **options)
        except paramiko.BadHostKeyException as other:
            raise HostKeyChanged(KEY_CHANGED, other.key.get_base64()) from None
        transport = self.get_transport()
        assert transport is not None
        self.seen = transport.get_remote_server_key().get_base64()

    def _hold(self, host: str, port: int) -> None:
        self.set_missing_host_key_policy(_Refuse())
        key = _read(self.known)
        if key is not None:  # a spoilt one is like none of the device's: whatever comes is another
            name = host if port == paramiko.config.SSH_PORT else f"[{host}]:{port}"
            self.get_host_keys().add(name, key.get_name(), key)


class _Refuse(paramiko.MissingHostKeyPolicy):
    """A key of another kind than the known one is another key."""

    def missing_host_key(self, client: Any, hostname: str, key: paramiko.PKey) -> None:
        raise HostKeyChanged(KEY_CHANGED, key.get_base64())


def _read(known: str) -> paramiko.PKey | None:
    """A key in base64; its kind is the first text within. None for what is none."""
    if not known:
        return None
    try:
        blob = base64.b64decode(known, validate=True)
        kind = paramiko.Message(blob).get_text()
        return paramiko.PKey.from_type_string(kind, blob)
    except Exception:  # paramiko raises of every kind for bytes that are no key
        return None
