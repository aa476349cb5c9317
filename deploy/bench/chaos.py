"""``./preau chaos``: kill -9 at random, twenty times, while schools break; count the tickets.

A private Préau with its lab is started. While access points are unplugged and one site's uplink is
cut, workers, the clock, the broker and PostgreSQL are killed without warning, at random moments
and in random order. At the end every fault must have exactly one ticket, whatever was lost, and
nothing else may have one. Exit code 1 otherwise. ``--seed`` repeats a run's order of kills.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import psycopg

from deploy.bench.stack import Stack, StackError, running
from deploy.lab.region import REGION

VICTIMS = ("poll", "desk", "beat", "broker", "postgres")
SETTLE_S = 120.0
BACK_S = 60.0
TICKET_S = 240.0
QUIET_S = 20.0

DEVICES = """
    SELECT s.id, s.name, min(d.name) FILTER (WHERE p.category = 'access_point'), count(*)
    FROM supervision_target t
    JOIN inventory_device d ON d.id = t.device_id
    JOIN inventory_product p ON p.id = d.product_id
    JOIN schools_site s ON s.id = t.site_id
    WHERE t.last_answer_at IS NOT NULL
    GROUP BY s.id, s.name ORDER BY count(*)
"""
ACCESS_POINTS = """
    SELECT d.name FROM supervision_target t
    JOIN inventory_device d ON d.id = t.device_id
    JOIN inventory_product p ON p.id = d.product_id
    WHERE t.site_id = %s AND p.category = 'access_point' AND t.last_answer_at IS NOT NULL
    ORDER BY d.name
"""
TICKETS_OF = """
    SELECT k.id, extract(epoch FROM k.opened_at - min(i.began_at))::float
    FROM helpdesk_ticket k
    JOIN helpdesk_ticketcause u ON u.ticket_id = k.id AND u.role = 'root'
    JOIN supervision_incident i ON i.id = u.incident_id
    JOIN inventory_device d ON d.id = i.device_id
    WHERE k.opened_at >= %s AND d.site_id = %s AND (%s = '' OR d.name = %s)
    GROUP BY k.id ORDER BY k.id
"""
ALL_TICKETS = "SELECT count(*) FROM helpdesk_ticket WHERE opened_at >= %s"
UNANSWERED = """
    SELECT count(*) FROM supervision_incident i
    WHERE i.state <> 'closed'
      AND NOT EXISTS (SELECT 1 FROM helpdesk_ticketcause u WHERE u.incident_id = i.id)
"""
ALL_ANSWERED = """
    SELECT count(*) > 50 AND count(*) = count(t.last_answer_at)
    FROM supervision_target t WHERE NOT t.parked
"""


@dataclass
class Struck:
    """A fault that we made: one device, or (``device`` empty) a site's uplink."""

    site: int
    site_name: str
    device: str = ""
    tickets: int = 0
    late_s: float | None = None

    @property
    def name(self) -> str:
        return f"{self.site_name}/{self.device}" if self.device else f"{self.site_name} (uplink)"


def main(words: list[str]) -> int:
    """Run the kills; 0 when every fault has exactly one ticket."""
    parser = argparse.ArgumentParser(prog="./preau chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--faults", type=int, default=8)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args(words)
    seed = options.seed if options.seed is not None else random.randrange(10_000)  # noqa: S311
    chance = random.Random(seed)  # noqa: S311
    print(f"seed {seed}", flush=True)
    with running() as stack:
        stack.wait("all targets answered", lambda: stack.value(ALL_ANSWERED), SETTLE_S)
        began = stack.value("SELECT now()")
        faults = _plan(stack, options.faults, chance)
        killed = _storm(stack, faults, options.kills, chance)
        return _count(stack, faults, began, killed)


def _plan(stack: Stack, count: int, chance: random.Random) -> list[Struck]:
    """One uplink, and access points of the other sites."""
    sites = [row for row in stack.rows(DEVICES) if row[2]]
    cut = sites.pop(0)
    points = [
        Struck(site, name, point)
        for site, name, _first, _count in sites
        for (point,) in stack.rows(ACCESS_POINTS, site)
    ]
    chosen = chance.sample(points, min(count - 1, len(points)))
    faults = [Struck(cut[0], cut[1]), *chosen]
    chance.shuffle(faults)
    return faults


def _storm(stack: Stack, faults: list[Struck], kills: int, chance: random.Random) -> Counter[str]:
    """Make the faults and the kills, mixed."""
    killed: Counter[str] = Counter()
    waiting = list(faults)
    for number in range(1, kills + 1):
        while waiting and chance.random() < (len(waiting) / max(1, kills - number)):
            _strike(stack, waiting.pop())
        victim = chance.choice(VICTIMS)
        back = _kill(stack, victim)
        killed[victim] += 1
        print(f"  kill {number:2d}  {victim:<9} back after {back:5.1f} s", flush=True)
        time.sleep(chance.uniform(0.2, 4.0))
    for fault in waiting:
        _strike(stack, fault)
    return killed


def _strike(stack: Stack, fault: Struck) -> None:
    slug = next(site.slug for site in REGION.sites if site.name == fault.site_name)
    action, name = ("unplug", f"{slug}/{fault.device}") if fault.device else ("uplink_cut", slug)
    for attempt in range(8):
        try:
            stack.manage("lab", action, name)
        except StackError:
            if attempt == 7:
                raise
            time.sleep(1)  # its database was killed a moment ago
        else:
            print(f"  fault    {fault.name}", flush=True)
            return


def _kill(stack: Stack, name: str) -> float:
    """Kill a program as a power cut would; the seconds until another one stands in its place."""
    pid = stack.processes()[name]
    for child in _children(pid) if name in ("poll", "desk") else ():
        os.kill(child, signal.SIGKILL)
    os.kill(pid, signal.SIGKILL)
    began = time.monotonic()
    while stack.processes().get(name) in (pid, None):
        if time.monotonic() - began > BACK_S:
            raise StackError(f"{name} did not come back within {BACK_S:.0f} s")
        time.sleep(0.05)
    return time.monotonic() - began


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _count(stack: Stack, faults: list[Struck], began: object, killed: Counter[str]) -> int:
    """Wait until every fault has its ticket, then some more for those too many; judge."""

    def look() -> bool:
        for fault in faults:
            rows = stack.rows(TICKETS_OF, began, fault.site, fault.device, fault.device)
            fault.tickets, fault.late_s = len(rows), rows[0][1] if rows else None
        return all(fault.tickets for fault in faults) and not stack.value(UNANSWERED)

    try:
        stack.wait("a ticket for every fault", look, TICKET_S)
    except StackError as problem:
        print(problem)
    time.sleep(QUIET_S)
    try:
        look()
        total, open_ = stack.value(ALL_TICKETS, began), stack.value(UNANSWERED)
    except psycopg.Error as error:
        raise StackError(f"the database did not come back: {error}") from error
    print(f"\n  {'fault':<44}{'tickets':>8}{'ticket after':>14}")
    for fault in faults:
        late = f"{fault.late_s:.1f} s" if fault.late_s is not None else "–"
        print(f"  {fault.name:<44}{fault.tickets:>8}{late:>14}")
    print("  kills: " + ", ".join(f"{name} {killed[name]}" for name in VICTIMS))
    good = all(fault.tickets == 1 for fault in faults) and total == len(faults) and not open_
    said = "every fault exactly one ticket" if good else "NOT one ticket per fault"
    print(f"  {len(faults)} faults, {total} tickets, {open_} incidents without ticket: {said}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
