from __future__ import annotations

import logging

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from schools.actions.import_claims import MOST_ATTEMPTS, Claim, ClaimLost, take_claim
from schools.actions.import_planning import open_run, plan_import
from schools.actions.import_writing import batches
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
            if claim.run.attempts > MOST_ATTEMPTS:
                return fail(claim, interrupted())
            return _preview(claim)
        except ClaimLost:
            return None
        except FileRefused as refused:
            return fail(claim, str(refused))
        except DatabaseError:
            raise  # the run stays as it is; it is taken up again when its lease ends
        except Exception:
            log.exception("import %s cannot be read", pk)
            return fail(claim, unforeseen())


def _preview(claim: Claim) -> ImportRun:
    moment = timezone.now()
    source = open_run(claim.run)
    plan = plan_import(claim.run, source, lambda rows: claim.tick(rows, source.total))
    with transaction.atomic():
        keep_preview(claim, source, plan, previewed_at=moment)
    return claim.run


def keep_preview(claim: Claim, source: Source, plan: Plan, **values: object) -> None:
    """Replace the run's findings and say *previewed*. Inside the caller's transaction."""
    run = claim.run
    run.findings.all().delete()
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


def fail(claim: Claim, why: str) -> ImportRun:
    """The run ends here, with the reason; nothing was written."""
    try:
        claim.settle(state=ImportState.FAILED, failure=why, attempts=0)
    except ClaimLost:
        claim.run.refresh_from_db()
    return claim.run


def language_of(run: ImportRun) -> str:
    """In which language the file's faults are told: that of whoever sent it."""
    person = run.applied_by or run.started_by
    return person.language if person else settings.LANGUAGE_CODE


def interrupted() -> str:
    return _(
        "Le travail s’est interrompu cinq fois : rien n’est écrit. Le fichier est peut-être trop "
        "lourd ; prévenez l’administration technique."
    )


def unforeseen() -> str:
    return _(
        "Erreur imprévue : rien n’est écrit. Elle est notée dans le journal du serveur ; prévenez "
        "l’administration technique."
    )
