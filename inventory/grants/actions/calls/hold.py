"""What the actions about a file share: the lock, the line of its story, the journal."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from inventory.grants.models.calls.applications import Application, ApplicationMove
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User


def hold(user: User, pk: int) -> Application:
    """A file that the person sees, for this transaction. Raises Application.DoesNotExist.

    Its call first, shared: a new version of it and a file that is sent wait for one another, and
    any number of files are sent at once.
    """
    seen = Application.objects.visible_to(user)
    call = seen.values_list("call", flat=True).get(pk=pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM grants_call WHERE id = %s FOR SHARE", [call])
    held = seen.select_for_update(of=("self",), no_key=True)
    return held.select_related("site__school__authority", "call", "version", "form").get(pk=pk)


def moment() -> dt.datetime:
    """When this transaction began, by the clock of the database: when what was sent arrived."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT transaction_timestamp()")
        row: tuple[dt.datetime] = cursor.fetchone()
    return row[0]


def move(
    user: User | None, application: Application, state: str, at: dt.datetime, why: str = ""
) -> None:
    """Save the file in its new state, with a line of its story and one of the journal."""
    before, application.state = application.state, state
    application.changed_at = at
    application.revision += 1
    application.save()
    ApplicationMove.objects.create(
        application=application,
        at=at,
        before=before,
        after=state,
        by=user,
        by_text=str(user) if user else "Préau",
        why=why,
    )
    record_action(
        user,
        f"{state}_application",
        application,
        site=application.site,
        before={"state": before},
        after={"state": state},
        why=why,
    )
    announce("application", application.pk, site=application.site_id)
