"""A stage for the flow: devices that answer or not, a clock that the test turns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from inventory.models import Device
from supervision.actions.claim_due import claim_due, claim_these
from supervision.actions.poll import PollReport, poll_batch
from supervision.actions.wake_targets import wake_targets
from supervision.models import AgreedTime, Check, Incident, Target
from supervision.snmp.contract import Outcome, Question, Reply, Value
from supervision.snmp.profile import SYS_UPTIME
from tests.cast import make_target

# Yesterday: before ten in the morning, ten o'clock of today would be a time to come.
YESTERDAY = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
START = YESTERDAY.replace(hour=10, minute=0, second=0, microsecond=0)
CONFIRM_S = 300
RECOVER_S = 60


@dataclass
class FakeReader:
    """Answers for every address, except those told to be otherwise."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    values: dict[str, dict[str, Value]] = field(default_factory=dict)
    columns: dict[str, dict[str, dict[str, Value]]] = field(default_factory=dict)
    rtt_ms: dict[str, float] = field(default_factory=dict)
    uptime: dict[str, int] = field(default_factory=dict)
    asked: list[Question] = field(default_factory=list)

    def read(self, questions: Iterable[Question]) -> list[Reply]:
        return [self._answer(question) for question in questions]

    def _answer(self, question: Question) -> Reply:
        self.asked.append(question)
        at = question.address
        outcome = self.outcomes.get(at, Outcome.ANSWERED)
        if outcome is not Outcome.ANSWERED:
            return Reply(outcome, detail="as told")
        said = {SYS_UPTIME: self.uptime.get(at, 1_000_000), **self.values.get(at, {})}
        told = self.columns.get(at, {})
        return Reply(
            outcome,
            self.rtt_ms.get(at, 5.0),
            {oid: said.get(oid) for oid in question.get},
            {oid: told.get(oid, {}) for oid in question.walk},
        )


class Scene:
    """Time passes by :meth:`until`: every due target is polled at its second."""

    def __init__(self) -> None:
        self.reader = FakeReader()
        self.now = START
        self.reports: list[PollReport] = []
        AgreedTime.objects.update_or_create(
            agreement=None,
            service="",
            check_key="",
            defaults={"confirm_s": CONFIRM_S, "recover_s": RECOVER_S},
        )

    def watch(self, device: Device, interval_s: int = 60, profile: str = "generic") -> Target:
        """Supervise a device; its first poll is due at once."""
        return make_target(device, interval_s=interval_s, profile=profile, next_poll_at=self.now)

    def kill(self, *targets: Target, outcome: Outcome = Outcome.TIMEOUT) -> None:
        for target in targets:
            self.reader.outcomes[target.address] = outcome

    def revive(self, *targets: Target) -> None:
        for target in targets:
            self.reader.outcomes.pop(target.address, None)

    def poll(self, *targets: Target) -> PollReport:
        """Poll these now, or whatever is due."""
        wake_targets([target.pk for target in targets], self.now)
        due = claim_these([t.pk for t in targets], self.now) if targets else claim_due(self.now)
        report = poll_batch(due, now=self.now, reader=self.reader)
        self.reports.append(report)
        return report

    def until(self, seconds: float) -> None:
        """Let time pass second by second, polling what is due."""
        ends = self.now + dt.timedelta(seconds=seconds)
        while self.now < ends:
            self.now += dt.timedelta(seconds=1)
            for _round in range(5):
                if not self.poll().asked:
                    break

    def state(self, target: Target, key: str = "reachability") -> str:
        return Check.objects.get(target=target, key=key).state

    def live(self, device: Device) -> Incident | None:
        return Incident.objects.live().filter(device=device).first()
