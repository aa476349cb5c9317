from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.access import ImportRefused, can_import
from schools.actions.audit import record_action
from schools.models import ImportRun, ImportState, User
from schools.rules import Refused


@transaction.atomic
def confirm_import(
    user: User | None, pk: int, fingerprint: str, *, closing: bool = False
) -> ImportRun:
    """Say yes to the preview that ``fingerprint`` names; a worker writes it.

    ``closing``: also close what a file that looks partial lacks. A second click changes nothing.
    Raises ImportRun.DoesNotExist, ImportRefused with the reason.
    """
    run = ImportRun.objects.select_for_update().get(pk=pk)
    if user is not None and isinstance(answer := can_import(user, run.kind), Refused):
        raise ImportRefused(answer.why)
    if run.state in (ImportState.APPLYING, ImportState.APPLIED):
        return run  # a second click, or a colleague, was first
    if run.state != ImportState.PREVIEWED:
        raise ImportRefused(_("Cet import n’est pas à confirmer : relisez son état."))
    if run.fingerprint != fingerprint:
        raise ImportRefused(_("L’aperçu a été refait entre-temps : relisez-le, puis confirmez."))
    run.state = ImportState.APPLYING
    run.closing = closing or not run.counts.get("guarded", False)
    run.applied_by, run.stale, run.begun_at = user, False, timezone.now()
    run.claim = run.claimed_at = None
    run.attempts = run.done = 0
    run.total = run.counts["to_write" if run.closing else "to_write_unclosed"]
    run.save()
    record_action(user, "confirm_import", run, after={"closing": run.closing})
    return run
