"""Hold rights in common: the PO opens a pool by a dated act, each head consents for the school."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.rights import can_consent_to_pool, can_open_pool
from inventory.grants.actions.rights.formulas import formula_in_force
from inventory.grants.models.rights.pools import Pool, PoolConsent
from inventory.grants.models.rights.programmes import Programme
from schools.actions.audit import record_action
from schools.models import Authority, School, User


def open_pool(
    user: User, authority: Authority, programme: Programme, act: str, on: dt.date
) -> Pool:
    """Raises DecisionRefused, DecisionImpossible."""
    require(can_open_pool(user, authority))
    formula = formula_in_force(programme)
    if formula is None or not formula.content.get("pooling"):
        raise DecisionImpossible(_("Ce programme ne permet pas de mise en commun."))
    if not act.strip():
        raise DecisionImpossible(_("Indiquez la date et la référence de l’acte."))
    try:
        with transaction.atomic():
            pool = Pool.objects.create(
                programme=programme,
                authority=authority,
                opened_on=on,
                opened_by=user,
                opened_by_text=str(user),
                act=act.strip()[:200],
            )
            record_action(user, "open_pool", pool, after={"act": pool.act})
    except IntegrityError:
        raise DecisionImpossible(_("Une mise en commun est déjà ouverte.")) from None
    return pool


def close_pool(user: User, pool: Pool, why: str, on: dt.date) -> None:
    """From that day on each school draws on its own right alone; what was drawn stays."""
    require(can_open_pool(user, pool.authority))
    if not why.strip():
        raise DecisionImpossible(_("Dites pourquoi\u00a0: le motif reste avec l’acte."))
    closed = Pool.objects.filter(pk=pool.pk, closed_on=None).update(
        closed_on=on, closed_why=why.strip()[:500]
    )
    if closed:
        record_action(user, "close_pool", pool, why=why)


def consent_to_pool(user: User, pool: Pool, school: School, on: dt.date) -> PoolConsent:
    """The school takes part. Raises DecisionRefused, DecisionImpossible."""
    require(can_consent_to_pool(user, school))
    if school.authority_id != pool.authority_id or pool.closed_on is not None:
        raise DecisionImpossible(_("Cette mise en commun n’est pas ouverte à votre école."))
    with transaction.atomic():
        consent, fresh = PoolConsent.objects.get_or_create(
            pool=pool,
            school=school,
            withdrawn_on=None,
            defaults={"given_on": on, "given_by": user, "given_by_text": str(user)},
        )
        if fresh:
            record_action(user, "consent_to_pool", consent)
    return consent


def leave_pool(user: User, consent: PoolConsent, why: str, on: dt.date) -> None:
    """The school draws on its own right alone again; what others drew stays drawn."""
    require(can_consent_to_pool(user, consent.school))
    if not why.strip():
        raise DecisionImpossible(_("Dites pourquoi\u00a0: le motif reste avec le retrait."))
    left = PoolConsent.objects.filter(pk=consent.pk, withdrawn_on=None).update(
        withdrawn_on=on, withdrawn_by_text=str(user), withdrawn_why=why.strip()[:500]
    )
    if left:
        record_action(user, "leave_pool", consent, why=why)
