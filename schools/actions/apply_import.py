from __future__ import annotations

import logging

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone, translation

from schools.actions.audit import record_action
from schools.actions.import_claims import Claim, ClaimLost, take_claim
from schools.actions.import_planning import open_run, plan_import
from schools.actions.import_writing import write_plan
from schools.actions.read_import import explain_failure, keep_preview, language_of, refuse_endless
from schools.imports.foreign import Prepared, foreign_sources
from schools.imports.plan import Plan
from schools.imports.reading import Source
from schools.live import announce
from schools.models import ImportRun, ImportState

log = logging.getLogger(__name__)
LOCK = 0x50_52_49_4D
"""One import writes at a time (advisory lock, until the end of the transaction)."""


def apply_import(pk: int) -> ImportRun | None:
    """Write a confirmed run, all of it or nothing, if its preview is still true.

    May run twice and be killed anywhere. Returns the run: *applied*; *previewed* again when the
    register changed since; *failed* with the reason. None when somebody else holds it.
    """
    claim = take_claim(pk, ImportState.APPLYING)
    if claim is None:
        return None
    with translation.override(language_of(claim.run)):
        try:
            return _apply(claim)
        except ClaimLost:
            return None
        except IntegrityError:
            # somebody wrote the same number meanwhile, past our locks: look again
            log.info("import %s met a row written meanwhile", pk)
            claim.settle(state=ImportState.READING, stale=True, attempts=0)
        except DatabaseError:
            raise  # undone; taken up again when the lease ends
        except Exception as error:
            explain_failure(claim, error)
        finally:
            claim.close()
    return claim.run


def _apply(claim: Claim) -> ImportRun:
    run = claim.run
    refuse_endless(claim)
    with transaction.atomic():
        _take_turns()
        claim.inside = True
        moment = timezone.now()
        source = open_run(run)
        plan = _planned(claim, source)
        if plan.fingerprint != run.fingerprint:
            keep_preview(claim, source, plan, previewed_at=moment, stale=True)
            return run
        if isinstance(plan, Plan):
            written = write_plan(run, plan, run.applied_by, claim.tick)
        else:
            written = plan.write(run, run.applied_by, claim.tick)
        record_action(run.applied_by, "apply_import", run, after={"written": written})
        claim.settle(
            state=ImportState.APPLIED, applied_at=moment, done=written, total=written, attempts=0
        )
        announce("import", run.pk, site=None)
    return run


def _planned(claim: Claim, source: Source) -> Plan | Prepared:
    """What the file would change now, the rows held."""
    run = claim.run
    foreign = foreign_sources().get(run.kind)
    if foreign is None:
        return plan_import(run, source, lambda rows: claim.tick(0), lock=True)
    return foreign.prepare(run, source, lambda _done, _total: claim.tick(0), True)


def _take_turns() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
