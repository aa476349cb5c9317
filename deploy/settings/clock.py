"""What beat starts, and how often."""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab

# A tick that no worker took before the next one is worth nothing: it expires.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "send-operator-orders": {
        "task": "byod.tasks_equity.send_operator_orders",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "ask-about-lines": {
        "task": "byod.tasks_equity.ask_about_lines",
        "schedule": crontab(hour="7", minute="20"),
        "options": {"expires": 12 * 3600},
    },
    "poll-due": {
        "task": "supervision.tasks.poll_due",
        "schedule": 1.0,
        "options": {"expires": 2},
    },
    "open-tickets": {
        "task": "helpdesk.tasks.open_tickets",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "remind-loans": {
        "task": "byod.tasks_loans.remind_loans",
        "schedule": crontab(hour="8", minute="20"),
        "options": {"expires": 6 * 3600},
    },
    "open-for-damages": {
        "task": "helpdesk.tasks.open_for_damages",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "close-quiet": {
        "task": "helpdesk.tasks.close_quiet",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "send-invitations": {
        "task": "schools.tasks.send_invitations",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "watch-silence": {
        "task": "supervision.tasks.watch_silence",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "verify-journal": {
        "task": "schools.tasks.verify_journal",
        "schedule": crontab(hour="2", minute="40"),
        "options": {"expires": 12 * 3600},
    },
    "expire-rights": {
        "task": "inventory.grants.tasks_rights.expire_rights",
        "schedule": crontab(hour="3", minute="10"),
        "options": {"expires": 12 * 3600},
    },
    "recount-rights": {
        "task": "inventory.grants.tasks_rights.recount_rights",
        "schedule": crontab(hour="3", minute="30"),
        "options": {"expires": 12 * 3600},
    },
    "clear-sessions": {
        "task": "schools.tasks.clear_sessions",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "settle-management": {
        "task": "schools.tasks.settle_management",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "push-due": {
        "task": "inventory.tasks.push_due",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "discover-due": {
        "task": "supervision.tasks.discover_due",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "back-up-due": {
        "task": "inventory.tasks.back_up_due",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "keep-house": {
        "task": "supervision.tasks.keep_house",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "tell-webhooks": {
        "task": "schools.tasks.tell_webhooks",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "forget-deliveries": {
        "task": "schools.tasks.forget_deliveries",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "tell-waiting": {
        "task": "inventory.tasks.tell_waiting",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "keep-labels": {
        "task": "inventory.tasks.keep_labels",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "tell-declarations": {
        "task": "inventory.tasks.tell_declarations",
        "schedule": crontab(hour="7", minute="30"),
        "options": {"expires": 12 * 3600},
    },
    "check-ledger": {
        "task": "inventory.tasks.check_ledger",
        "schedule": crontab(hour="3", minute="10"),
        "options": {"expires": 12 * 3600},
    },
    "send-receipts": {
        "task": "inventory.grants.tasks.send_receipts",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "remind-drafts": {
        "task": "inventory.grants.tasks.remind_drafts",
        "schedule": crontab(minute="5"),
        "options": {"expires": 3000},
    },
    "note-returns": {
        "task": "inventory.grants.tasks.note_returns",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "remind-returns": {
        "task": "inventory.grants.tasks.remind_returns",
        "schedule": crontab(hour="7", minute="40"),
        "options": {"expires": 12 * 3600},
    },
    "keep-indicators": {
        "task": "inventory.grants.tasks.keep_indicators",
        "schedule": crontab(hour="4", minute="10"),
        "options": {"expires": 12 * 3600},
    },
    "open-strategy-reviews": {
        "task": "byod.tasks_strategy.open_reviews",
        "schedule": crontab(hour="6", minute="20"),
        "options": {"expires": 12 * 3600},
    },
    "settle-people": {
        "task": "byod.tasks_people.settle_people",
        "schedule": crontab(hour="3", minute="50"),
        "options": {"expires": 12 * 3600},
    },
    "send-family-letters": {
        "task": "byod.tasks_people.send_family_letters",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "settle-mass-decisions": {
        "task": "byod.tasks_people.settle_mass_decisions",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "remind-guardians": {
        "task": "byod.tasks_people.remind_guardians",
        "schedule": crontab(hour="8", minute="40"),
        "options": {"expires": 6 * 3600},
    },
    "end-guests": {
        "task": "byod.tasks_people.end_guests",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "keep-retention": {
        "task": "byod.tasks_privacy.keep_retention",
        "schedule": crontab(hour="2", minute="40"),
        "options": {"expires": 6 * 3600},
    },
    "tell-deliveries": {
        "task": "inventory.grants.tasks.tell_deliveries",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "keep-letters": {
        "task": "inventory.grants.tasks_review.keep_letters",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "follow-reviews": {
        "task": "inventory.grants.tasks_review.follow_reviews",
        "schedule": crontab(hour="7", minute="50"),
        "options": {"expires": 12 * 3600},
    },
    "keep-imports": {
        "task": "schools.tasks.keep_imports",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "remind-certificates": {
        "task": "byod.tasks_network.remind_certificates",
        "schedule": crontab(hour="7", minute="35"),
        "options": {"expires": 12 * 3600},
    },
    "end-network-sessions": {
        "task": "byod.tasks_network.end_sessions",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
}
