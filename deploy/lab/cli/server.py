"""The SSH server of simulated devices: one listener a device, one thread a session."""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
import time
from types import TracebackType
from typing import Self

import paramiko

from deploy.lab.cli.box import Box
from deploy.lab.cli.shells import Endless, Falls, Hangs, Leaves, Shell, shell_for

logging.getLogger("paramiko.transport").setLevel(logging.CRITICAL)  # clients that leave are no news

IDLE_S = 600.0
STEP_S = 0.1
Address = tuple[str, int]


class CliServer:
    """Serves devices until :meth:`stop`. Use as a context manager."""

    def __init__(self) -> None:
        self._looks = selectors.DefaultSelector()
        self._lock = threading.Lock()
        self._doors: dict[int, tuple[socket.socket, Box]] = {}
        self._live: set[paramiko.Transport] = set()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True, name="lab-cli")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def add(self, box: Box, host: str = "127.0.0.1", port: int = 0) -> Address:
        """Let a device answer at an address; where it does. Raises OSError when it is taken."""
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((host, port))
        door.listen(16)
        door.setblocking(False)
        with self._lock:
            self._doors[door.fileno()] = (door, box)
            self._looks.register(door, selectors.EVENT_READ, box)
        address: Address = door.getsockname()
        return address

    def remove(self, box: Box) -> None:
        """Nothing listens for it any more; its sessions fall."""
        with self._lock:
            for number, (door, one) in list(self._doors.items()):
                if one is box:
                    self._looks.unregister(door)
                    door.close()
                    del self._doors[number]
        for fall in box.lost[:]:
            fall()

    def stop(self) -> None:
        """Close every door and every session."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(2.0)
        for _number, (door, _box) in list(self._doors.items()):
            door.close()
        self._doors.clear()
        for transport in list(self._live):
            transport.close()
        self._looks.close()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            for key, _events in self._looks.select(STEP_S):
                assert isinstance(key.fileobj, socket.socket)
                with contextlib.suppress(OSError):
                    line, _from = key.fileobj.accept()
                    if key.data.faults.offline:
                        line.close()
                        continue
                    line.setblocking(True)
                    threading.Thread(target=self._serve, args=(line, key.data), daemon=True).start()

    def _serve(self, line: socket.socket, box: Box) -> None:
        transport = paramiko.Transport(line)
        self._live.add(transport)
        fall = transport.close
        box.lost.append(fall)
        try:
            transport.add_server_key(box.host_key)
            door = _Door(box)
            transport.start_server(server=door)
            channel = transport.accept(20)
            if channel is not None and door.asked.wait(10):
                _Terminal(channel, shell_for(box)).run()
        except (paramiko.SSHException, EOFError, OSError):
            pass
        finally:
            transport.close()
            self._live.discard(transport)
            with contextlib.suppress(ValueError):
                box.lost.remove(fall)


class _Door(paramiko.ServerInterface):
    """Who may come in: by password, for a shell."""

    def __init__(self, box: Box) -> None:
        self.box, self.asked = box, threading.Event()

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_auth_password(self, username: str, password: str) -> int:
        if not self.box.admits(username, password):
            return int(paramiko.common.AUTH_FAILED)
        self.box.sessions += 1
        return int(paramiko.common.AUTH_SUCCESSFUL)

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return int(paramiko.common.OPEN_SUCCEEDED)

    def check_channel_pty_request(self, *_asked: object) -> bool:
        return True

    def check_channel_window_change_request(self, *_asked: object) -> bool:
        return True

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:
        self.asked.set()
        return True


class _Terminal:
    """Echoes what is typed, cuts it into lines, shows what the shell answers."""

    def __init__(self, channel: paramiko.Channel, shell: Shell) -> None:
        self.channel, self.shell = channel, shell
        self.channel.settimeout(IDLE_S)
        self.typed = ""
        self.after_return = False
        self.waiting: list[str] = []
        """Said, not yet sent: a line typed at once is echoed and answered in one packet."""

    def run(self) -> None:
        if self.shell.box.faults.hangs:
            return self._hang()
        self._say(self.shell.banner() + self.shell.prompt())
        self._send()
        while piece := self.channel.recv(4096):
            goes_on = all(self._take(sign) for sign in piece.decode(errors="replace"))
            self._send()
            if not goes_on:
                return None
        return None

    def _take(self, sign: str) -> bool:
        """One character; False ends the session."""
        if sign == "\n" and self.after_return:
            self.after_return = False
            return True
        self.after_return = sign == "\r"
        if sign not in "\r\n":
            self.typed += sign
            if not self.shell.hidden:
                self._say(sign)
            return True
        line, self.typed = self.typed, ""
        self._say("\r\n")
        return self._line(line)

    def _line(self, line: str) -> bool:
        if self.shell.box.faults.delay_s:
            self._send()
            time.sleep(self.shell.box.faults.delay_s)
        try:
            self._say(self.shell.answer(line) + self.shell.prompt())
        except Leaves:
            return False
        except Falls:
            self.channel.get_transport().close()
            return False
        except Hangs:
            self._hang()
            return False
        except Endless:
            self._flood()
            return False
        return True

    def _say(self, text: str) -> None:
        self.waiting.append(text)

    def _send(self) -> None:
        said, self.waiting = "".join(self.waiting), []
        if said:
            self.channel.sendall(said.encode())

    def _hang(self) -> None:
        self._send()
        with contextlib.suppress(OSError):
            while self.channel.recv(4096):
                pass

    def _flood(self) -> None:
        with contextlib.suppress(OSError):
            for n in range(10_000_000):
                self._say(f"interface {n}\r\n")
                self._send()
                time.sleep(0.002)
