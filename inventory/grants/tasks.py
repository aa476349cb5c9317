"""Jobs of the grants. All of them may run twice, in parallel, and be killed at any point."""

from __future__ import annotations

from inventory.grants.tasks_calls import remind_drafts, send_receipts
from inventory.grants.tasks_orders import tell_deliveries
from inventory.grants.tasks_returns import keep_indicators, note_returns, remind_returns
from inventory.grants.tasks_review import follow_reviews, keep_letters
from inventory.grants.tasks_rights import expire_rights, recount_rights

__all__ = [
    "expire_rights",
    "follow_reviews",
    "keep_indicators",
    "keep_letters",
    "note_returns",
    "recount_rights",
    "remind_drafts",
    "remind_returns",
    "send_receipts",
    "tell_deliveries",
]
