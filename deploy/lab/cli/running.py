"""The command lines of one run of the lab: they fall silent, refuse and change as its faults say.

What a switch saved lies in a file, so that a lab that starts again finds what was configured.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.lab.cli.box import Box
from deploy.lab.cli.of_plan import (
    BY_HAND,
    PASSWORD,
    PLATFORM,
    UNDONE,
    USER,
    configuration,
    is_spoken_to,
)
from deploy.lab.cli.server import CliServer
from deploy.lab.plan import DevicePlan, LabError, RegionPlan, SitePlan
from deploy.lab.rules import Condition


class CommandLines:
    """One SSH server for all switches of a Region, each at its own loopback address."""

    def __init__(self, region: RegionPlan, port: int, folder: Path | None = None) -> None:
        """``folder``: where startup configurations are kept; None: nowhere."""
        self.port, self.folder, self.server = port, folder, CliServer()
        self.boxes = {
            plan.ref: self._box(site, plan)
            for site in region.sites
            for plan in site.devices
            if is_spoken_to(plan)
        }
        self.addresses = {ref: region.by_ref[ref].address for ref in self.boxes}
        self._by_hand: set[str] = set()

    def __enter__(self) -> Self:
        self.server.__enter__()
        for ref, box in self.boxes.items():
            try:
                self.server.add(box, self.addresses[ref], self.port)
            except OSError as problem:
                self.server.stop()
                raise LabError(
                    f"{self.addresses[ref]}, TCP port {self.port}: {problem.strerror}. Does "
                    "another lab run? Another port: PREAU_LAB_CLI_PORT=16123"
                ) from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.server.stop()

    def follow(self, conditions: Mapping[str, Condition]) -> None:
        """Have the command lines do as the devices do."""
        for ref, box in self.boxes.items():
            told = conditions.get(ref, Condition())
            box.faults.offline = not told.reachable
            box.faults.refuses = told.refusing
            box.faults.delay_s = told.delay_ms / 1000
            if told.by_hand != (ref in self._by_hand):
                self._change(ref, box, told.by_hand)

    def _change(self, ref: str, box: Box, by_hand: bool) -> None:
        box.by_hand(*(BY_HAND if by_hand else UNDONE))
        (self._by_hand.add if by_hand else self._by_hand.discard)(ref)

    def _box(self, site: SitePlan, plan: DevicePlan) -> Box:
        text = configuration(site, plan)
        return Box(
            PLATFORM,
            self._kept(plan) or text,
            name=plan.name,
            users={USER: PASSWORD},
            seed=f"lab/{plan.ref}",
            on_save=lambda saved: self._keep(plan, saved),
        )

    def _file(self, plan: DevicePlan) -> Path | None:
        return self.folder / f"{plan.ref.replace('/', '+')}.txt" if self.folder else None

    def _kept(self, plan: DevicePlan) -> str:
        file = self._file(plan)
        return file.read_text() if file is not None and file.exists() else ""

    def _keep(self, plan: DevicePlan, text: str) -> None:
        file = self._file(plan)
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
