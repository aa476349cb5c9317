"""Pieces that the actions of loans share: locks, the journal's words, refusals in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from byod.desk_words import refusal_words
from byod.models.loans.loans import Loan, LoanState
from byod.models.loans.pools import PoolItem
from inventory.access import DecisionImpossible
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User


class LendRefused(DecisionImpossible):
    """A device that cannot be handed out, or taken back; ``outcome``: of ``ScanOutcome``."""

    def __init__(self, outcome: str, item: PoolItem | None = None, words: str = "") -> None:
        super().__init__(words or refusal_words(outcome, item))
        self.outcome = outcome
        self.item = item


def lock_items(*keys: int) -> dict[int, PoolItem]:
    """Pieces of pools, locked in the order of their keys: two clerks queue, and never cross."""
    rows = PoolItem.objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk__in=keys).select_related("device__product", "pool").order_by("pk")
    return {row.pk: row for row in found}


def lock_loan(user: User, pk: int) -> Loan:
    """The loan, locked, if the person sees it. Raises Loan.DoesNotExist.

    Its device first, as whoever hands out does: two who want the same wait for one another.
    """
    seen = Loan.objects.visible_to(user)
    item, charger = seen.values_list("item", "charger").get(pk=pk)
    lock_items(*(key for key in (item, charger) if key))
    rows = seen.select_for_update(of=("self",))
    return rows.select_related(
        "site__school", "item__device__product", "item__pool", "charger__device", "request"
    ).get(pk=pk)


def closed(loan: Loan, now: dt.datetime) -> DateTimeTZRange:
    """Its range of time, ended now."""
    return DateTimeTZRange(loan.during.lower, max(now, loan.during.lower))


def told(loan: Loan) -> dict[str, Any]:
    """What the journal keeps: the device, never the pupil, nor the pseudonym."""
    return {
        "state": str(LoanState(loan.state).label),
        "device": loan.item.device.name,
        "charger": loan.charger.device.name if loan.charger else "",
        "due_on": loan.due_on.isoformat(),
    }


def record(user: User | None, verb: str, loan: Loan, **more: Any) -> None:
    """A line of the journal, and the open pages."""
    record_action(user, verb, loan, site=loan.site, after=told(loan), **more)
    announce("loan", loan.pk, site=loan.site_id)


def taken_meanwhile(item: PoolItem) -> LendRefused:
    """The exclusion constraint had the last word."""
    return LendRefused("out", item, _("Quelqu’un vient de prêter cet appareil."))
