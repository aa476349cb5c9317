"""Open a device's command line over SSH, by netmiko, with three promises that it does not make.

* **The key of the device is held to.** The first one is taken and handed back; another one is
  refused before a password is sent.
* **Nothing waits for ever.** Each step has a deadline; when it passes the socket is shut, and
  whatever waits for it ends (:class:`_Deadline`).
* **No error says a secret.** Errors of netmiko and paramiko become those of the contract, in words
  of our own, without the chain that holds arguments.
"""

from __future__ import annotations

import contextlib
import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import paramiko
from netmiko import (
    NetmikoAuthenticationException,
    NetmikoTimeoutException,
)
from netmiko.ssh_dispatcher import CLASS_MAPPER

from inventory.cli.contract import (
    CliError,
    Dropped,
    Endpoint,
    Hung,
    Login,
    Refused,
    Rejected,
    Session,
    Unreachable,
)
from inventory.cli.host_keys import Pinned
from inventory.cli.masking import mask
from inventory.cli.platforms import Platform, platform_of

CONNECT_S = 10.0
"""A device that does not take the connection within this is off or filtered."""
QUIET_S = 0.4
LONGEST_ANSWER = 8 * 1024 * 1024
"""Characters of one answer: an endless one is a device gone mad."""
MASK_KEY = b"said by a device"
"""Marks of what an error quotes need to compare with nothing: any key does."""

# At DEBUG both write down what is sent, passwords of the privileged mode included.
for _name in ("netmiko", "paramiko"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

UNREACHABLE = "L’équipement ne répond pas en SSH : éteint, coupé, ou filtré."
REFUSED = "L’équipement refuse le nom ou le mot de passe."
NO_ENABLE = "L’équipement refuse le mot de passe du mode privilégié."
KEY_CHANGED = (
    "L’équipement montre une autre clé SSH : un autre appareil, ou quelqu’un entre les deux."
)
HUNG = "L’équipement a pris la connexion, puis n’a plus répondu."
DROPPED = "La ligne est tombée au milieu."
ODD = "L’équipement n’a pas répondu comme sa famille le fait : vérifiez la plateforme choisie."
NOT_WRITABLE = "Cette plateforme se lit, mais ne s’écrit pas."


def open_session(endpoint: Endpoint, login: Login, timeout_s: float = 30.0) -> Session:
    """Sign in, in privileged mode, without paging. ``timeout_s`` holds for this and for each later
    call. Raises CliError (contract) and PlatformError for a platform that nobody described."""
    return _Netmiko(platform_of(endpoint.platform), endpoint, login, timeout_s)


class _Deadline:
    """Shuts the socket when its time is over, which ends every wait for it; once over, for good."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.passed = sock, False

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        timer = threading.Timer(seconds, self._pass)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _pass(self) -> None:
        self.passed = True
        self.shut()

    def shut(self) -> None:
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self.sock.close()


class _Netmiko:
    """The contract's session by one of netmiko's drivers."""

    def __init__(
        self, platform: Platform, endpoint: Endpoint, login: Login, timeout_s: float
    ) -> None:
        self.platform, self.timeout_s = platform, timeout_s
        self.host_key = endpoint.host_key
        self._armed_min = 0
        self._said: list[str] = []
        self._deadline = _Deadline(_connected(endpoint, timeout_s))
        try:
            with self._translated():
                self._line = self._signed_in(endpoint, login)
                self._prepare(login)
        except BaseException:
            self._deadline.shut()
            raise

    def __repr__(self) -> str:
        return f"<Session {self.platform.key}>"

    # --- the contract ---

    def running(self) -> str:
        """The running configuration, as the device prints it."""
        with self._translated():
            text = self._ask(self.platform.running)
        if (refused := self._refusal(text[:2000])) and len(text) < 2000:
            raise self._rejected(self.platform.running, refused)
        if not text.strip():
            raise Hung(ODD)
        return text

    def configure(self, lines: Sequence[str]) -> str:
        """Enter the lines one by one; stops at the first that the device refuses."""
        if not self.platform.writable:
            raise Rejected(NOT_WRITABLE)
        said: list[str] = []
        with self._translated():
            self._enter()
            try:
                for line in lines:
                    said.append(self._tell(line))
                said += self._commit()
            finally:
                if not self._deadline.passed:
                    self._leave()
        return "\n".join(part for part in said if part.strip())

    def arm(self, minutes: int) -> bool:
        """Have it go back by itself: at once, or with the commit that follows."""
        if not self.platform.returns:
            return False
        self._armed_min = minutes
        with self._translated():
            for command in self.platform.arm:
                self._converse(command.format(minutes=minutes))
        return True

    def confirm(self) -> None:
        """Disarm what is armed, commit for good, and save."""
        with self._translated():
            if self.platform.commit and self._armed_min:
                self._confirm_commit()
            elif self._armed_min:
                for command in self.platform.disarm:
                    self._converse(command, tolerant=True)
            self._armed_min = 0
            for command in self.platform.save:
                self._converse(command)

    def close(self) -> None:
        """Say good-bye, at most for a moment; then shut."""
        with contextlib.suppress(Exception), self._deadline.within(3.0):
            self._line.disconnect()
        self._deadline.shut()

    # --- signing in ---

    def _signed_in(self, endpoint: Endpoint, login: Login) -> Any:
        driver = CLASS_MAPPER[self.platform.driver]
        client, deadline = Pinned(endpoint.host_key), self._deadline

        class Driver(driver):  # type: ignore[misc, valid-type]  # which one is data
            def _build_ssh_client(self) -> paramiko.SSHClient:
                return client

            def read_channel(self) -> str:
                """netmiko would go on looking at a dead line until its own time is over."""
                piece = str(super().read_channel())
                if not piece and (deadline.passed or self.remote_conn.closed):
                    raise EOFError
                return piece

        line = Driver(
            host=endpoint.host,
            port=endpoint.port,
            username=login.username,
            password=login.password,
            secret=login.enable,
            device_type=self.platform.driver,
            sock=self._deadline.sock,
            conn_timeout=min(CONNECT_S, self.timeout_s),
            auth_timeout=self.timeout_s,
            banner_timeout=self.timeout_s,
            fast_cli=True,
            allow_agent=False,
            use_keys=False,
        )
        self.host_key = client.seen
        return line

    def _prepare(self, login: Login) -> None:
        if self.platform.enable and not self._line.check_enable_mode():
            try:
                self._line.enable()
            except ValueError:
                raise Refused(NO_ENABLE) from None
        for command in self.platform.prepare:
            self._ask(command)

    # --- speaking ---

    def _ask(self, command: str) -> str:
        answer = self._line.send_command(
            command, read_timeout=self.timeout_s, strip_prompt=True, strip_command=True
        )
        if len(answer) > LONGEST_ANSWER:
            raise Hung(ODD)
        return str(answer)

    def _tell(self, line: str) -> str:
        """One line in configuration mode. Raises Rejected."""
        said = str(
            self._line.send_command(
                line,
                expect_string=r"[>#\]$%]\s*$",
                read_timeout=self.timeout_s,
                strip_prompt=True,
                strip_command=True,
                cmd_verify=len(line) < 400,  # a terminal folds longer ones
            )
        )
        if refused := self._refusal(said):
            raise self._rejected(line, refused)
        return said

    def _converse(self, command: str, tolerant: bool = False) -> str:
        """A command that may ask back before it is done."""
        asked = [question for question, _said in self.platform.answers]
        ends = "|".join([r"[>#]\s*$", *(question.pattern for question in asked)])
        ends = re.sub(r"\(\?i\)", "", ends)
        self._line.clear_buffer()
        self._line.write_channel(self._line.normalize_cmd(command))
        told = ""
        for _turn in range(6):
            part = self._line.read_until_pattern(
                pattern=rf"(?:{ends})", read_timeout=self.timeout_s, re_flags=re.IGNORECASE
            )
            part = part.replace(command, "", 1)
            told += part
            reply = self._reply(part)
            if reply is None:
                break
            self._line.write_channel(reply + self._line.RETURN)
        if (refused := self._refusal(told)) and not tolerant:
            raise self._rejected(command, refused)
        return told

    def _reply(self, part: str) -> str | None:
        for question, said in self.platform.answers:
            if question.search(part):
                return said
        return None

    # --- configuration mode ---

    def _enter(self) -> None:
        if self.platform.enter:
            self._line.config_mode(config_command=self.platform.enter)
        else:
            self._line.config_mode()

    def _leave(self) -> None:
        with contextlib.suppress(Exception):
            if self.platform.leave:
                self._line.exit_config_mode(exit_config=self.platform.leave)
            else:
                self._line.exit_config_mode()

    def _commit(self) -> list[str]:
        if not self.platform.commit:
            return []
        command = self.platform.commit
        if self._armed_min and self.platform.commit_confirmed:
            command = self.platform.commit_confirmed.format(minutes=self._armed_min)
        return [self._tell(command)]

    def _confirm_commit(self) -> None:
        if self.platform.disarm:
            for command in self.platform.disarm:
                self._converse(command, tolerant=True)
            return
        self._enter()
        try:
            self._tell(self.platform.commit)
        finally:
            self._leave()

    # --- what went wrong ---

    def _refusal(self, said: str) -> str:
        """The line of an answer that says no; empty: none does."""
        for line in said.splitlines():
            if any(pattern.search(line) for pattern in self.platform.errors):
                return line.strip() or said.strip()
        return ""

    def _rejected(self, line: str, said: str) -> Rejected:
        shown = mask(line.strip(), MASK_KEY, self.platform)
        answer = mask(said, MASK_KEY, self.platform).replace(line.strip(), shown)
        return Rejected(f"L’équipement refuse « {shown} » : {answer}"[:400], shown, answer)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        """Run within the deadline; every failure leaves as one of the contract's."""
        try:
            with self._deadline.within(self.timeout_s):
                yield
            failure: CliError | None = None
        except CliError as error:
            # what a device sent before the line fell may be anything: the deadline says it better
            failure = Hung(HUNG) if self._deadline.passed else error
        except Exception as error:
            failure = self._failure(error)
        if failure is not None:
            raise failure from None

    def _failure(self, error: Exception) -> CliError:
        if self._deadline.passed:
            return Hung(HUNG)
        if isinstance(error, NetmikoAuthenticationException):
            return Refused(REFUSED)
        opened = hasattr(self, "_line")
        lost = isinstance(error, OSError | EOFError | paramiko.SSHException) or not self._alive()
        if opened and lost:
            return Dropped(DROPPED)
        if isinstance(error, NetmikoTimeoutException):
            return Hung(HUNG) if opened or type(error) is not NetmikoTimeoutException else _none()
        if lost:
            return _none()
        return Hung(ODD)

    def _alive(self) -> bool:
        line = getattr(self, "_line", None)
        client = getattr(line, "remote_conn_pre", None)
        transport = client.get_transport() if client else None
        return line is None or bool(transport and transport.is_active())


def _none() -> CliError:
    return Unreachable(UNREACHABLE)


def _connected(endpoint: Endpoint, timeout_s: float) -> socket.socket:
    try:
        return socket.create_connection(
            (endpoint.host, endpoint.port), timeout=min(CONNECT_S, timeout_s)
        )
    except OSError:
        raise Unreachable(UNREACHABLE) from None


Opener = Callable[[Endpoint, Login, float], Session]
"""What opens sessions: :func:`open_session`, or a stand-in of the tests."""
