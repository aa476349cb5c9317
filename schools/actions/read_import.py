from __future__ import annotations

import datetime as dt
import logging
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from schools.actions.import_claims import MOST_ATTEMPTS, Claim, ClaimLost, take_claim
from schools.actions.import_planning import open_run, plan_import
from schools.actions.import_writing import batches
from schools.imports.foreign import ForeignSource, Prepared, foreign_sources
from schools.imports.plan import Plan
from schools.imports.reading import FileRefused, Source
from schools.models import ImportFinding, ImportRun, ImportState

log = logging.getLogger(__name__)
BATCH = 2000


def read_import(pk: int) -> ImportRun | None:
    """Read a run's file, compare it with the register, and keep the preview.

    May run twice and be killed anywhere: findings and the state *previewed* are written together.
    Returns the run, or None when somebody else holds it.
    """
    claim = take_claim(pk, ImportState.READING)
    if claim is None:
        return None
    with translation.override(language_of(claim.run)):
        try:
            return _preview(claim)
        except ClaimLost:
            return None
        except DatabaseError:
            raise  # the run stays as it is; it is taken up again when its lease ends
        except Exception as error:
            explain_failure(claim, error)
    return claim.run


def _preview(claim: Claim) -> ImportRun:
    moment = timezone.now()
    refuse_endless(claim)
    source = open_run(claim.run)
    if (foreign := foreign_sources().get(claim.run.kind)) is not None:
        return _preview_foreign(claim, foreign, source, moment)
    plan = plan_import(claim.run, source, lambda rows: claim.tick(rows, source.total))
    with transaction.atomic():
        keep_preview(claim, source, plan, previewed_at=moment)
    return claim.run


def _preview_foreign(
    claim: Claim, foreign: ForeignSource, source: Source, moment: dt.datetime
) -> ImportRun:
    """The database holds what the file would change: all of it in one transaction."""
    try:
        with transaction.atomic():
            claim.inside = True
            prepared = foreign.prepare(claim.run, source, claim.tick, False)
            keep_preview(claim, source, prepared, previewed_at=moment)
    finally:
        claim.inside = False
        claim.close()
    return claim.run


def keep_preview(claim: Claim, source: Source, plan: Plan | Prepared, **values: object) -> None:
    """Replace the run's findings and say *previewed*. Inside the caller's transaction."""
    run = claim.run
    run.findings.all().delete()
    if isinstance(plan, Plan):
        _keep_findings(run, plan)
    else:
        plan.keep_findings(run)
    claim.settle(
        state=ImportState.PREVIEWED,
        format=source.format,
        heads=source.heads,
        unknown_columns=source.unknown,
        counts=plan.counts(),
        fingerprint=plan.fingerprint,
        done=plan.rows,
        total=plan.rows,
        attempts=0,
        **values,
    )


def _keep_findings(run: ImportRun, plan: Plan) -> None:
    findings = (
        ImportFinding(
            run=run,
            outcome=one.outcome,
            reason=one.reason,
            told=one.told,
            line=one.line,
            column=one.column,
            value=one.value,
            object_type=one.object_type,
            object_text=one.object_text,
            before=one.before,
            after=one.after,
            cells=list(one.cells),
        )
        for one in plan.told()
    )
    for batch in batches(findings, BATCH):
        ImportFinding.objects.bulk_create(batch)


def refuse_endless(claim: Claim) -> None:
    """Give up a run whose worker died again and again. Raises FileRefused."""
    if claim.run.attempts > MOST_ATTEMPTS:
        raise FileRefused(
            _(
                "Le travail s’est interrompu cinq fois : rien n’est écrit. Le fichier est "
                "peut-être trop lourd ; prévenez l’administration technique."
            )
        )


def explain_failure(claim: Claim, error: Exception) -> None:
    """The run ends here, with the reason; nothing was written."""
    why = str(error)
    if not isinstance(error, FileRefused):
        log.error("import %s failed", claim.run.pk, exc_info=error)
        why = _(
            "Erreur imprévue : rien n’est écrit. Elle est notée dans le journal du serveur ; "
            "prévenez l’administration technique."
        )
    with suppress(ClaimLost):
        claim.settle(state=ImportState.FAILED, failure=why, attempts=0)


def language_of(run: ImportRun) -> str:
    """In which language the file's faults are told: that of whoever sent it."""
    person = run.applied_by or run.started_by
    return person.language if person else settings.LANGUAGE_CODE
