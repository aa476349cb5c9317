"""What a session with a device's command line can do, whoever implements it.

``inventory.cli`` opens sessions over SSH (netmiko); actions and tests know this contract alone.
Every failure is one of the errors below, and says what a person can do about it. No text of an
error, and no ``repr``, ever holds a password.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Login:
    """How to sign in. ``enable`` is the privileged mode's own password, where there is one."""

    username: str
    password: str = field(repr=False)
    enable: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a device's command line answers, and what it speaks (a key of the platforms' file)."""

    platform: str
    host: str
    port: int = 22
    host_key: str = ""
    """Base64 of the key seen before; empty: the first one is taken and handed back."""


class CliError(Exception):
    """A device could not be read or written; the text says why, in words for a technician."""


class Unreachable(CliError):
    """No connection: off, filtered, or nothing listens. Try again later."""


class Refused(CliError):
    """The device refuses the user or the password. Trying again would lock the account."""


class HostKeyChanged(CliError):
    """Another key than the one known: another device, or somebody in between. A person decides.
    ``key``: the one that was shown, in base64."""

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.key = key


class Hung(CliError):
    """Connected, but no prompt came back in time."""


class Dropped(CliError):
    """The line was lost in the middle: what was written before is unknown until it is read back."""


class Rejected(CliError):
    """The device refused a command. ``line`` is that command, masked; ``said`` what it answered."""

    def __init__(self, message: str, line: str = "", said: str = "") -> None:
        super().__init__(message)
        self.line, self.said = line, said


class Session(Protocol):
    """An open command line, in privileged mode. Not shared between threads."""

    host_key: str
    """Base64 of the key that the device showed."""

    def running(self) -> str:
        """The running configuration, as the device prints it. Raises CliError."""

    def configure(self, lines: Sequence[str]) -> str:
        """Enter these lines in configuration mode; what the device said. Takes effect at once
        where the platform has no candidate. Raises Rejected at the first refused line, Hung,
        Dropped."""

    def arm(self, minutes: int) -> bool:
        """Have the device go back by itself unless :meth:`confirm` comes in time (commit
        confirmed, reload in). False: the platform cannot."""

    def confirm(self) -> None:
        """Keep what was configured: disarm, and save to the startup configuration."""

    def close(self) -> None:
        """End the session. Never raises."""
