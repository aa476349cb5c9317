"""From where an act comes: the door, its name, and the address of who knocked.

One middleware, the base of the commands and the base of the tasks set it; ``record_action`` reads
it. Actions do not pass it along: an argument that thirty actions hand through is forgotten in one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from schools.models.audit import Door


@dataclass(frozen=True, slots=True)
class Origin:
    """A door of the platform, as the journal keeps it. ``address``: IPv4 or IPv6, None unknown."""

    door: Door = Door.UNKNOWN
    name: str = ""
    address: str | None = None


_current: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039  # frozen


def current_origin() -> Origin:
    """Where what happens now comes from; unknown outside of every door."""
    return _current.get()


@contextmanager
def coming_from(origin: Origin) -> Iterator[None]:
    """Let what happens inside come from there; afterwards the former origin holds again."""
    token = _current.set(origin)
    try:
        yield
    finally:
        _current.reset(token)


def enter_by(door: Door, name: str) -> None:
    """Name the door more closely, once it is known (the token of a request); the address stays."""
    _current.set(replace(_current.get(), door=door, name=name[:100]))
