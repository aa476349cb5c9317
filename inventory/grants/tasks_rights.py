"""Jobs of drawing rights. All of them may run twice, in parallel, and be killed at any point."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from inventory.grants.actions.rights import expire, recount


@shared_task
def expire_rights() -> int:
    """Let what was not used in time expire. Returns how many rights lost something."""
    return expire.expire_rights(timezone.now())


@shared_task
def recount_rights() -> int:
    """Recompute the ledger from its entries. Returns how many balances differ: none should."""
    return len(recount.recount_rights(timezone.now()).differences)
