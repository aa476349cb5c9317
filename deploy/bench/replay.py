"""Recorded devices as agents over real UDP, one port each, served by one thread."""

from __future__ import annotations

import selectors
import socket
import threading
from pathlib import Path

from deploy.lab.agent_core import AgentCore, TableMib
from deploy.lab.recorded import read_recording

ADDRESS = "127.0.0.1"
BUFFER = 1 << 20


class Museum:
    """Every recording of a folder, answering the community ``public`` while it is open."""

    def __init__(self, folder: Path) -> None:
        self._selector = selectors.DefaultSelector()
        self._over = threading.Event()
        self.agents: dict[str, tuple[str, int]] = {}
        """Name of the recording → its address and port."""
        for path in sorted(folder.glob("*.snmprec")):
            if "@" not in path.name:  # contexts of another recording (VLANs of a switch)
                self._open(path)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _open(self, path: Path) -> None:
        core = AgentCore(TableMib(dict(read_recording(path))), communities=("public",))
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        sock.bind((ADDRESS, 0))
        sock.setblocking(False)
        self._selector.register(sock, selectors.EVENT_READ, core)
        self.agents[path.stem] = sock.getsockname()

    def _serve(self) -> None:
        while not self._over.is_set():
            for key, _events in self._selector.select(timeout=0.05):
                sock, core = key.fileobj, key.data
                assert isinstance(sock, socket.socket)
                try:
                    datagram, source = sock.recvfrom(65535)
                except BlockingIOError:
                    continue
                reply = core.handle(datagram)
                if reply is not None:
                    sock.sendto(reply, source)

    def __enter__(self) -> Museum:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
        self._selector.close()
