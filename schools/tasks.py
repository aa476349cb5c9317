"""What workers run for people."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from schools.actions.invite_waiting import invite_waiting as invite
from schools.actions.send_invitations import send_invitations as send
from schools.models import User


@shared_task(name="schools.tasks.send_invitations")
def send_invitations() -> None:
    """Send the invitations that wait. Run it as often and as many times as you like."""
    send()


@shared_task(name="schools.tasks.invite_waiting")
def invite_waiting(person: int, batch: str) -> None:
    """Invite everybody whom ``person`` may and who waits. Run twice, it goes on where it was."""
    invite(User.objects.get(pk=person), UUID(batch))
