from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from schools.access import ImportRefused, can_import
from schools.actions.audit import record_action
from schools.models import ImportRun, ImportState, User
from schools.rules import Refused


@transaction.atomic
def abandon_import(user: User, pk: int) -> ImportRun:
    """Give a run up before anything is written. Twice changes nothing.

    Raises ImportRun.DoesNotExist, ImportRefused with the reason.
    """
    run = ImportRun.objects.select_for_update().get(pk=pk)
    if isinstance(answer := can_import(user, run.kind), Refused):
        raise ImportRefused(answer.why)
    if run.state == ImportState.ABANDONED:
        return run
    if run.state not in (ImportState.READING, ImportState.PREVIEWED, ImportState.FAILED):
        raise ImportRefused(_("L’écriture a commencé : cet import ne s’abandonne plus."))
    run.state = ImportState.ABANDONED
    run.claim = run.claimed_at = None
    run.save(update_fields=["state", "claim", "claimed_at"])
    record_action(user, "abandon_import", run)
    return run
