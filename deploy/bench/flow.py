"""``./preau bench flow``: the main job, measured in a private Préau with its lab.

Unplug an access point, cut a site's uplink, let a trap tell, leave a school that did not consent
alone; for each, what the platform did and how long it took. Every figure is read from the
platform's own rows. Exit code 1 when a promise is not kept.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from deploy.bench.stack import Stack, running

SITE = "Moulin"
ACCESS_POINT = "AP-B11"
CUT_SITE_ROUTER = "RT-1"
SETTLE_S = 90.0


@dataclass
class Verdicts:
    """What was promised, what was seen."""

    kept: bool = True
    lines: list[str] = field(default_factory=list)

    def say(self, promise: str, seen: str, kept: bool) -> None:
        """Write one line of the result."""
        self.kept = self.kept and kept
        print(f"  {'ok ' if kept else 'NOT'} {promise:<58} {seen}", flush=True)


TARGET = """
    SELECT t.id FROM supervision_target t
    JOIN inventory_device d ON d.id = t.device_id
    JOIN schools_site s ON s.id = d.site_id
    WHERE d.name = %s AND s.name = %s
"""
STATE = "SELECT state FROM supervision_check WHERE target_id = %s AND key = 'reachability'"
SINCE = "SELECT failing_since FROM supervision_check WHERE target_id = %s AND key = 'reachability'"
LIVE = """
    SELECT i.id FROM supervision_incident i JOIN supervision_check c ON c.id = i.check_row_id
    WHERE c.target_id = %s AND i.state <> 'closed'
"""
TICKETS = """
    SELECT DISTINCT k.id FROM helpdesk_ticket k
    JOIN helpdesk_ticketcause u ON u.ticket_id = k.id
    JOIN supervision_incident i ON i.id = u.incident_id
    JOIN supervision_check c ON c.id = i.check_row_id
    WHERE c.target_id = %s AND k.opened_at >= %s
"""
AGE = "SELECT extract(epoch FROM now() - max(began_at))::float FROM lab_fault"
LATENESS = """
    SELECT extract(epoch FROM k.opened_at - i.began_at)::float
    FROM helpdesk_ticket k
    JOIN helpdesk_ticketcause u ON u.ticket_id = k.id AND u.role = 'root'
    JOIN supervision_incident i ON i.id = u.incident_id WHERE k.id = %s
"""


def main(words: list[str]) -> int:
    """Run every scene; 0 when all promises were kept."""
    parser = argparse.ArgumentParser(prog="./preau bench flow", description=__doc__)
    parser.add_argument("--agreed", type=float, default=30.0, help="agreed time of the lab's WiFi")
    options = parser.parse_args(words)
    verdicts = Verdicts()
    with running() as stack:
        print(f"Préau with its lab: {stack.url}", flush=True)
        _settle(stack)
        for scene in SCENES:
            print(scene.__doc__ and scene.__doc__.splitlines()[0], flush=True)
            scene(stack, verdicts, options.agreed)
    print("every promise kept" if verdicts.kept else "a promise was NOT kept", flush=True)
    return 0 if verdicts.kept else 1


def _settle(stack: Stack) -> None:
    """Wait until every target that may be polled has answered."""
    waiting = """
        SELECT count(*) > 50 AND count(*) = count(t.last_answer_at)
        FROM supervision_target t WHERE t.site_id IN
            (SELECT site_id FROM supervision_target WHERE last_answer_at IS NOT NULL)
    """
    took = stack.wait("all targets answered", lambda: stack.value(waiting), SETTLE_S)
    polled = stack.value("SELECT count(*) FROM supervision_target WHERE last_answer_at IS NOT NULL")
    print(f"  {polled} devices answer, after {took:.1f} s", flush=True)


def unplug(stack: Stack, verdicts: Verdicts, agreed: float) -> None:
    """Unplug an access point, and plug it again"""
    target = stack.value(TARGET, ACCESS_POINT, SITE)
    interval = stack.value("SELECT interval_s FROM supervision_target WHERE id = %s", target)
    moment = stack.value("SELECT now()")
    stack.manage("lab", "unplug", f"{SITE}/{ACCESS_POINT}")
    stack.wait("suspect", lambda: stack.value(STATE, target) == "suspect", 20)
    seen = stack.value(AGE)
    verdicts.say("suspect at once (a trap, then two silent seconds)", f"{seen:.1f} s", seen < 5)
    limit = agreed + interval + 10
    stack.wait("a ticket", lambda: stack.value(TICKETS, target, moment), limit)
    ticket = stack.value(TICKETS, target, moment)
    late = stack.value(LATENESS, ticket) - agreed
    verdicts.say("ticket at agreed time + at most one interval", f"+{late:.1f} s", late <= interval)
    verdicts.say("… which a trap began: at most 2 s beyond", f"+{late:.1f} s", late <= 2)
    time.sleep(interval)
    count = len(stack.rows(TICKETS, target, moment))
    verdicts.say("one ticket", str(count), count == 1)
    began = time.monotonic()
    stack.manage("lab", "repair", f"{SITE}/{ACCESS_POINT}")
    closed = "SELECT state FROM helpdesk_ticket WHERE id = %s"
    stack.wait("the ticket closed", lambda: stack.value(closed, ticket) == "closed", 120)
    told = "SELECT count(*) FROM helpdesk_ticketevent WHERE ticket_id = %s AND kind = 'recovered'"
    verdicts.say(
        "recovery on the ticket, closed untouched",
        f"{time.monotonic() - began:.1f} s, {stack.value(told, ticket)} line",
        stack.value(told, ticket) == 1,
    )


def cut_uplink(stack: Stack, verdicts: Verdicts, agreed: float) -> None:
    """Cut a site's uplink: one ticket, everything behind it attached"""
    moment = stack.value("SELECT now()")
    behind = stack.value(
        "SELECT count(*) FROM supervision_target t JOIN schools_site s ON s.id = t.site_id "
        "WHERE s.name = %s",
        SITE,
    )
    stack.manage("lab", "uplink_cut", SITE)
    live = """
        SELECT count(*) FROM supervision_incident i JOIN schools_site s ON s.id = i.site_id
        JOIN supervision_check c ON c.id = i.check_row_id
        WHERE s.name = %s AND i.state = 'open' AND c.key = 'reachability'
    """
    took = stack.wait(
        "every device confirmed", lambda: stack.value(live, SITE) == behind, agreed + 90
    )
    attached = f"{live} AND i.root_id IS NOT NULL"
    seen = stack.value(attached, SITE)
    verdicts.say(
        "all but the root attached", f"{seen} of {behind}, {took:.0f} s", seen == behind - 1
    )
    time.sleep(10)
    tickets = stack.value(
        "SELECT count(*) FROM helpdesk_ticket k JOIN schools_site s ON s.id = k.site_id "
        "WHERE s.name = %s AND k.opened_at >= %s",
        SITE,
        moment,
    )
    verdicts.say("one ticket", str(tickets), tickets == 1)
    root = """
        SELECT d.name FROM supervision_incident i JOIN schools_site s ON s.id = i.site_id
        JOIN inventory_device d ON d.id = i.device_id
        WHERE s.name = %s AND i.state = 'open' AND i.root_id IS NULL
    """
    name = stack.value(root, SITE)
    verdicts.say("its cause is the site's router", str(name), name == CUT_SITE_ROUTER)
    stack.manage("lab", "repair", SITE)
    stack.wait("the site back", lambda: stack.value(live, SITE) == 0, 150)


def leave_alone(stack: Stack, verdicts: Verdicts, agreed: float) -> None:
    """No consent: never polled"""
    asked = stack.value(
        """
        SELECT count(*) FROM supervision_target t
        JOIN schools_site s ON s.id = t.site_id JOIN schools_school c ON c.id = s.school_id
        WHERE (t.last_poll_at IS NOT NULL
               OR EXISTS (SELECT 1 FROM supervision_sample x
                          WHERE x.target_id = t.id AND x.at >= now() - interval '1 hour'))
          AND NOT (
            EXISTS (SELECT 1 FROM schools_consent k WHERE k.school_id = c.id
                    AND k.kind = 'supervision' AND k.revoked_on IS NULL)
            AND EXISTS (SELECT 1 FROM schools_consent k WHERE k.authority_id = c.authority_id
                    AND k.kind = 'assistance' AND k.revoked_on IS NULL))
        """
    )
    silent = stack.value("SELECT count(*) FROM supervision_target WHERE last_poll_at IS NULL")
    verdicts.say("devices without consent that were polled", f"{asked} of {silent}", asked == 0)


SCENES: tuple[Callable[[Stack, Verdicts, float], None], ...] = (unplug, cut_uplink, leave_alone)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
