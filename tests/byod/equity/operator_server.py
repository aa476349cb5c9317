"""A real HTTP operator on loopback, as the contract tells: it remembers keys, and misbehaves."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Operator:
    """What it was told, and how it answers. ``answers``: popped one by one, else it does it."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.done: dict[str, str] = {}
        self.answers: list[tuple[int, dict[str, Any]]] = []
        self.key = "clé-de-test".encode("ascii", "ignore").decode()
        self.url = ""

    def answer(self, order: dict[str, Any], headers: Any) -> tuple[int, dict[str, Any]]:
        self.heard.append(order)
        if headers["authorization"] != f"Bearer {self.key}":
            return 401, {}
        if headers["idempotency-key"] != order["id"]:
            return 400, {}
        if self.answers:
            return self.answers.pop(0)
        reference = self.done.setdefault(order["id"], f"OP-{len(self.done) + 1}")
        return 200, {"state": "done", "reference": reference}


@contextmanager
def running_operator() -> Iterator[Operator]:
    """On a free port of loopback; stopped at the end."""
    operator = Operator()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status, said = operator.answer(json.loads(body), self.headers)
            told = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_args: Any) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    operator.url = f"http://127.0.0.1:{server.server_port}/ordres"
    try:
        yield operator
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
