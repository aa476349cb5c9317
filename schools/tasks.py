"""Jobs of the register. All of them may run twice, in parallel, and be killed at any point."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from schools.actions import apply_import as applying
from schools.actions import choose_management as choosing
from schools.actions import clear_sessions as house
from schools.actions import read_import as reading
from schools.actions import verify_journal as journal
from schools.actions.fan_out_events import fan_out_events
from schools.actions.forget_deliveries import forget_deliveries as forget
from schools.actions.invite_waiting import invite_waiting as invite
from schools.actions.keep_imports import forget_old_files, runs_to_resume
from schools.actions.send_deliveries import send_deliveries
from schools.actions.send_invitations import send_invitations as send
from schools.models import ImportState, User


@shared_task
def verify_journal() -> None:
    """Every night: does the chain of the journal hold? The answer is a row and a metric."""
    journal.verify_journal(timezone.now())


@shared_task
def clear_sessions() -> None:
    """Once an hour: sessions and counts that are over go."""
    house.clear_sessions(timezone.now())


@shared_task
def settle_management() -> int:
    """Once a minute: choices of management whose day has come show in the lists."""
    return choosing.settle_management()


@shared_task
def read_import(pk: int) -> None:
    """Read a file that somebody sent, and keep the preview."""
    reading.read_import(pk)


@shared_task
def apply_import(pk: int) -> None:
    """Write an import that somebody confirmed."""
    run = applying.apply_import(pk)
    if run is not None and run.state == ImportState.READING:
        read_import.delay(pk)  # the register changed under it: a new preview


@shared_task
def keep_imports() -> None:
    """Twice a minute: take up what a killed worker left; forget files past their days."""
    now = timezone.now()
    for pk, state in runs_to_resume(now):
        (read_import if state == ImportState.READING else apply_import).delay(pk)
    forget_old_files(now)


@shared_task
def send_invitations() -> None:
    """Send the invitations that wait. Run it as often and as many times as you like."""
    send()


@shared_task
def invite_waiting(person: int, batch: str) -> None:
    """Invite everybody whom ``person`` may and who waits. Run twice, it goes on where it was."""
    invite(User.objects.get(pk=person), UUID(batch))


@shared_task
def tell_webhooks() -> None:
    """Every few seconds: queue what the journal says, and send a batch of what waits."""
    fan_out_events()
    send_deliveries()


@shared_task
def forget_deliveries() -> int:
    """Once an hour: what was received or given up long ago goes."""
    return forget(timezone.now())
