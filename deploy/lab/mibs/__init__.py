"""What the simulated devices show: one module per MIB, each gives rows for a ``TableMib``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from deploy.lab.plan import DevicePlan, SitePlan
    from deploy.lab.rules import Condition

Arcs = tuple[int, ...]
Value = bytes | Callable[[], bytes]
Rows = dict[Arcs, Value]

MIB_2 = (1, 3, 6, 1, 2, 1)
ENTERPRISES = (1, 3, 6, 1, 4, 1)


class Living(Protocol):
    """The device that rows describe, as it is at the moment they are read."""

    plan: DevicePlan
    site: SitePlan
    condition: Condition

    @property
    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    @property
    def uptime_s(self) -> float:
        """Seconds since it started."""
        ...
