"""Correct a right: an officer proposes with a reason, another countersigns, an entry follows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.rights import can_correct, can_countersign
from inventory.grants.actions.rights.posting import Posting, moved, post
from inventory.grants.actions.rights.refusals import Overdrawn
from inventory.grants.models.rights.corrections import Correction, CorrectionState, CountingError
from inventory.grants.models.rights.ledger import Account, DrawingRight, Movement, MovementKind
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User

MOST = Decimal(1_000_000)


def propose_correction(
    user: User, right: DrawingRight, amount: Decimal, why: str, error: CountingError | None = None
) -> Correction:
    """More (above nothing) or less for a right. Raises DecisionRefused, DecisionImpossible."""
    require(can_correct(user, right.site))
    if not why.strip():
        raise DecisionImpossible(_("Dites pourquoi\u00a0: le motif reste avec l’écriture."))
    if not amount or abs(amount) > MOST or amount != round(amount, 2):
        raise DecisionImpossible(_("Entrez un montant en euros, en plus ou en moins."))
    with transaction.atomic():
        row = Correction.objects.create(
            right=right,
            amount=amount,
            why=why.strip()[:500],
            counting_error=error,
            proposed_by=user,
            proposed_by_text=str(user),
        )
        record_action(
            user, "propose_correction", row, site=right.site, after={"amount": str(amount)}, why=why
        )
    return row


def countersign_correction(user: User, correction: Correction, now: dt.datetime) -> Movement:
    """Write it. Raises Overdrawn where less remains than is taken back."""
    with transaction.atomic():
        row = _open(user, correction)
        right = DrawingRight.objects.select_for_update(of=("self",)).get(pk=row.right_id)
        if right.available + row.amount < 0:
            raise Overdrawn(right.available, -row.amount)
        moves = moved([(right.pk, row.amount)], Account.GRANTED, Account.AVAILABLE)
        key = f"correction:{row.pk}"
        why = row.why
        posting = Posting(MovementKind.CORRECT, key, right.site_id, abs(row.amount), moves, why=why)
        row.movement = post(posting, user, now)
        _decide(row, user, now, CorrectionState.MADE)
        site = row.right.site
        after = {"amount": str(row.amount), "proposed_by": row.proposed_by_text}
        record_action(user, "countersign_correction", row, site=site, after=after, why=why)
        announce("right", right.pk, site=site.pk)
    return row.movement


def refuse_correction(user: User, correction: Correction, why: str, now: dt.datetime) -> None:
    """Say no, and why."""
    if not why.strip():
        raise DecisionImpossible(_("Dites pourquoi\u00a0: le motif reste avec le refus."))
    with transaction.atomic():
        row = _open(user, correction)
        row.decided_why = why.strip()[:500]
        _decide(row, user, now, CorrectionState.REFUSED)
        record_action(user, "refuse_correction", row, site=row.right.site, why=why)


def _open(user: User, correction: Correction) -> Correction:
    rows = Correction.objects.select_for_update(of=("self",)).select_related("right__site__school")
    row = rows.get(pk=correction.pk)
    if row.state != CorrectionState.PROPOSED:
        raise DecisionImpossible(_("Cette correction est déjà décidée."))
    require(can_countersign(user, row))
    return row


def _decide(row: Correction, user: User, now: dt.datetime, state: CorrectionState) -> None:
    row.state, row.decided_at = state, now
    row.decided_by, row.decided_by_text = user, str(user)
    row.save()
