"""Jobs of supervision. All of them may run twice, in parallel, and be killed at any point."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic, sleep

from celery import current_app, shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from supervision.actions import keep_house as house
from supervision.actions.claim_due import claim_due, claim_these
from supervision.actions.park_unconsented import park_unconsented
from supervision.actions.poll import PollReport, own_reader, poll_batch
from supervision.actions.run_scan import run_scan
from supervision.actions.settle_causes import settle_causes, unsettled_sites
from supervision.actions.start_scan import schedule_scans
from supervision.actions.watch_silence import watch_silence as mark_silence
from supervision.models import Scan

LONGEST_S = 20.0
"""A task of polling ends after this: a stopping worker waits no longer."""
TICK_S = 1.0
"""The clock sends a task this often; each serves until the next one comes."""
STEP_S = 0.2
"""Between two looks of a task at what has become due. Shorter would split the batches."""
WAITING = 20
"""Scans without a worker that are handed out at one tick."""


@shared_task
def poll_due() -> int:
    """Poll whatever is due, batch after batch. Returns how many targets were polled.

    The agreed time of a fault ends between two ticks: the task stays for what becomes due until
    the next tick, so that a confirmation is late by a step, not by a tick.
    """
    began = monotonic()
    polled = 0
    while monotonic() < began + LONGEST_S:
        targets = claim_due(timezone.now())
        if not targets:
            if monotonic() + STEP_S > began + TICK_S:
                break
            sleep(STEP_S)
            continue
        report = poll_batch(targets)
        polled += report.asked
        _follow(report)
    return polled


@shared_task
def poll_targets(ids: list[int]) -> int:
    """Poll these targets now: a trap came, or a person asked."""
    report = poll_batch(claim_these(ids, timezone.now()))
    _follow(report)
    return report.asked


@shared_task
def watch_silence() -> None:
    """Once a minute: what we no longer poll is unknown; consents park and wake; causes settle."""
    now = timezone.now()
    park_unconsented(now)
    mark_silence(now)
    if settle_causes(unsettled_sites(), now).changed:
        _open_tickets()


@shared_task
def keep_house() -> None:
    """Once an hour: partitions ahead, old rows away."""
    house.keep_house(timezone.now())


def _follow(report: PollReport) -> None:
    """Hurry on what the batch began. Without broker the clock does it, a few seconds later."""
    with suppress(OperationalError, OSError):
        if report.incidents:
            _open_tickets()
        if report.woken:
            poll_targets.apply_async((list(report.woken),), expires=30, retry=False)


def _open_tickets() -> None:
    """Supervision never calls the helpdesk: it says, by name, that there is something to pull."""
    current_app.send_task("helpdesk.tasks.open_tickets", expires=30, retry=False)


@shared_task
def discover(scan_id: int) -> bool:
    """Work at a scan for a while; hand it on when it is not over. True when it is."""
    over = run_scan(scan_id, own_reader(), until=monotonic() + LONGEST_S)
    if not over and Scan.objects.unattended(timezone.now()).filter(pk=scan_id).exists():
        with suppress(OperationalError, OSError):
            discover.apply_async((scan_id,), retry=False, expires=60)
    return over


@shared_task
def discover_due() -> int:
    """Twice a minute: scans that nobody works at (their worker died), and the weekly ones."""
    now = timezone.now()
    begun = schedule_scans(now)
    waiting = list(Scan.objects.unattended(now).values_list("pk", flat=True)[:WAITING])
    for scan in dict.fromkeys([*begun, *waiting]):
        with suppress(OperationalError, OSError):
            discover.apply_async((scan,), retry=False, expires=60)
    return len(begun)
