"""Simulated devices on a real SSH server, and how to speak to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from deploy.lab.cli.box import Box
from deploy.lab.cli.examples import EXAMPLES
from deploy.lab.cli.server import CliServer
from inventory.cli.contract import Endpoint, Login, Session
from inventory.cli.session import open_session

PASSWORD = "geheim-1"
ENABLE = "enable-2"
LOGIN = Login("preau", PASSWORD, ENABLE)
FAMILIES = ("cisco_ios", "hp_procurve", "aruba_aoscx", "juniper_junos")


def make_box(platform: str = "cisco_ios", **extra: Any) -> Box:
    """A device of that family with its example configuration."""
    enable = ENABLE if platform == "cisco_ios" else ""
    return Box(platform, extra.pop("text", EXAMPLES[platform]), enable=enable, **extra)


@contextmanager
def served(box: Box, host: str = "127.0.0.1") -> Iterator[Endpoint]:
    """The device answers, as long as this lasts."""
    with CliServer() as server:
        _host, port = server.add(box, host)
        yield Endpoint(box.platform, host, port)


@contextmanager
def signed_in(
    endpoint: Endpoint, login: Login = LOGIN, timeout_s: float = 20.0
) -> Iterator[Session]:
    with closing(open_session(endpoint, login, timeout_s)) as session:
        yield session
