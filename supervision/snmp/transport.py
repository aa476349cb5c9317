"""The shared UDP sockets of the fast reader: one per address family, unconnected, non-blocking."""

from __future__ import annotations

import os
import select
import socket
import struct
from collections.abc import Container

RECEIVE_BUFFER = 4 * 2**20
"""What we ask for; the kernel's ``net.core.rmem_max`` decides what we get."""

LARGEST_DATAGRAM = 65535

Sockaddr = tuple[str, int] | tuple[str, int, int, int]


def resolve(address: str, port: int) -> tuple[socket.AddressFamily, Sockaddr]:
    """Family and socket address of a *numeric* address, as ``recvfrom`` will spell the source.

    Raises ValueError for anything else: a name would make the loop wait for a resolver.
    """
    if not 0 < port < 65536:
        raise ValueError("port")
    try:
        packed = socket.inet_pton(socket.AF_INET, address)
    except OSError:
        pass
    else:
        return socket.AF_INET, (socket.inet_ntop(socket.AF_INET, packed), port)
    try:
        found = socket.getaddrinfo(
            address, port, socket.AF_INET6, socket.SOCK_DGRAM, 0, socket.AI_NUMERICHOST
        )
    except (OSError, UnicodeError) as error:
        raise ValueError("address") from error
    host, port, flow, scope = (*found[0][4], 0, 0)[:4]
    return socket.AF_INET6, (str(host), int(port), int(flow), int(scope))


class Transport:
    """Sockets that open in the process that uses them: a fork never shares its parent's."""

    def __init__(self, receive_buffer: int = RECEIVE_BUFFER) -> None:
        self._asked = receive_buffer
        self._pid = 0
        self._sockets: dict[int, socket.socket] = {}
        self._poll = select.poll()
        self.receive_buffer = 0
        """What the kernel granted, in octets of its own accounting; 0 until open."""

    def open(self) -> bool:
        """Make sure of sockets of this process's own; True when they are new."""
        if self._pid == os.getpid():
            return False
        self.close()
        self._pid = os.getpid()
        self._add(socket.AF_INET)
        return True

    def close(self) -> None:
        """Close our sockets (in a child: only its copies)."""
        for sock in self._sockets.values():
            sock.close()
        self._sockets = {}
        self._poll = select.poll()
        self._pid = 0

    def _add(self, family: int) -> socket.socket:
        sock = socket.socket(family, socket.SOCK_DGRAM)
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._asked)
        self.receive_buffer = sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        self._sockets[family] = sock
        self._poll.register(sock, select.POLLIN)
        return sock

    def send(self, family: int, datagram: bytes, target: Sockaddr) -> None:
        """Send, or let the datagram be lost: the timer of the request will tell."""
        sock = self._sockets.get(family)
        try:
            if sock is None:
                sock = self._add(family)
            sock.sendto(datagram, target)
        except BlockingIOError:
            assert sock is not None
            self._send_when_free(sock, datagram, target)
        except OSError:
            return  # no route, interface down: as silent as a dead device

    @staticmethod
    def _send_when_free(sock: socket.socket, datagram: bytes, target: Sockaddr) -> None:
        gate = select.poll()
        gate.register(sock, select.POLLOUT)
        gate.poll(50)
        try:
            sock.sendto(datagram, target)
        except OSError:
            return

    def wait(self, seconds: float) -> list[socket.socket]:
        """Sockets with something to read, after at most ``seconds``."""
        ready = self._poll.poll(max(0, int(seconds * 1000 + 0.999)))
        if not ready:
            return []
        numbers = {number for number, _ in ready}
        return [sock for sock in self._sockets.values() if sock.fileno() in numbers]


class RequestIds:
    """Unpredictable request ids, always four octets long, so that they can be patched in place."""

    def __init__(self) -> None:
        self._pool: list[int] = []

    def renew(self) -> None:
        """Forget the ids drawn ahead: a forked child must not send its parent's."""
        self._pool = []

    def draw(self, taken: Container[int]) -> int:
        """An id between 2³⁰ and 2³¹ that is not among ``taken``."""
        while True:
            if not self._pool:
                self._pool = [
                    number & 0x3FFFFFFF | 0x40000000
                    for (number,) in struct.iter_unpack(">I", os.urandom(4096))
                ]
            number = self._pool.pop()
            if number not in taken:
                return number
