"""A simulated device with a command line: what it holds, who may enter, what is wrong with it."""

from __future__ import annotations

import hashlib
import io
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import paramiko
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.lab.cli.dialects import DIALECTS, JUNOS
from deploy.lab.cli.trees import Configuration, Indented, SetLines


@dataclass
class Faults:
    """What can be wrong; set at any time, from any thread."""

    offline: bool = False
    """Nothing listens."""
    refuses: bool = False
    """No password is right."""
    hangs: bool = False
    """Takes the connection and the password, then says nothing more."""
    hangs_at: str = ""
    """Says nothing more at the command that begins so."""
    endless: bool = False
    """Never ends to print its configuration."""
    hangs_after: int | None = None
    """Says nothing more after so many lines in configuration mode; once."""
    drops_after: int | None = None
    """The line falls after so many lines in configuration mode; once."""
    drops_at: str = ""
    """The line falls at the command that begins so."""
    rejects: str = ""
    """Refuses lines that hold this text."""
    delay_s: float = 0.0
    """Before each answer."""


@dataclass
class Armed:
    """A return by itself: when, and to what."""

    at: float
    back: Configuration


def make_host_key(seed: str) -> paramiko.PKey:
    """An Ed25519 key that is the same whenever the seed is."""
    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    return paramiko.Ed25519Key.from_private_key(io.StringIO(pem.decode()))


@dataclass
class Box:
    """One device. Times are the clock's; ``minute_s`` shortens its minutes for tests.

    ``on_save`` is told what a save, or a commit, leaves in the startup configuration.
    """

    platform: str
    text: str
    name: str = "SW"
    users: dict[str, str] = field(default_factory=lambda: {"preau": "geheim-1"})
    enable: str = ""
    seed: str = "host"
    clock: Callable[[], float] = time.time
    minute_s: float = 60.0
    on_save: Callable[[str], None] | None = None
    faults: Faults = field(default_factory=Faults)
    startup_text: str = ""
    sessions: int = 0
    """Connections that were let in."""
    entered: list[str] = field(default_factory=list)
    """Every line that configuration mode took."""
    saved: int = 0
    reloads: int = 0

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.running = self._parse(self.text)
        self.startup = self._parse(self.startup_text or self.text)
        self.armed: Armed | None = None
        self.host_key = make_host_key(self.seed)
        self.lost: list[Callable[[], None]] = []
        """Called when it reloads: every line falls."""

    def _parse(self, text: str) -> Configuration:
        if self.platform == JUNOS:
            return SetLines(text)
        dialect = DIALECTS[self.platform]
        return Indented(text, dialect.single, dialect.indent)

    def admits(self, user: str, password: str) -> bool:
        """RouterOS and others take options after a plus sign in the name."""
        known = self.users.get(user.partition("+")[0])
        return not self.faults.refuses and known is not None and known == password

    # --- the return by itself ---

    def arm(self, minutes: float, back: Configuration) -> None:
        with self.lock:
            self.armed = Armed(self.clock() + minutes * self.minute_s, back.copy())

    def disarm(self) -> bool:
        """Whether anything was armed."""
        with self.lock:
            was, self.armed = self.armed, None
            return was is not None

    def tick(self) -> None:
        """Go back where the time is over. Whoever looks at the device calls this first."""
        with self.lock:
            if self.armed is not None and self.clock() >= self.armed.at:
                self.running, self.armed = self.armed.back.copy(), None
                self.reloads += 1
                if isinstance(self.running, SetLines):
                    self._keep()  # a commit is its own startup
                else:
                    self._hang_up()

    def reload(self) -> None:
        """Start again from the startup configuration."""
        with self.lock:
            self.running, self.armed = self.startup.copy(), None
            self.reloads += 1
            self._hang_up()

    def _hang_up(self) -> None:
        for fall in self.lost[:]:
            fall()

    # --- the two configurations ---

    def save(self) -> None:
        with self.lock:
            self.saved += 1
            self._keep()

    def _keep(self) -> None:
        self.startup = self.running.copy()
        if self.on_save is not None:
            self.on_save(self.startup.text())

    def by_hand(self, *lines: str) -> None:
        """Somebody sits at the console and enters these lines; nothing is saved."""
        from deploy.lab.cli.shells import shell_for  # noqa: PLC0415  shells know boxes

        with self.lock:
            shell = shell_for(self)
            shell.by_hand(lines)

    def now(self) -> str:
        """The device's own clock, as it prints it."""
        return time.strftime("%H:%M:%S CET %a %b %d %Y", time.gmtime(self.clock()))
