from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schools.actions.audit import record_action
from schools.models import User

EVENTS = {
    "account/email/password_changed": "change_password",
    "account/email/password_reset": "reset_password",
    "account/email/password_set": "set_password",
    "account/email/email_changed": "change_email",
    "mfa/email/totp_activated": "add_totp",
    "mfa/email/totp_deactivated": "remove_totp",
    "mfa/email/webauthn_added": "add_key",
    "mfa/email/webauthn_removed": "remove_key",
    "mfa/email/recovery_codes_generated": "renew_recovery_codes",
    "recovery_code_used": "use_recovery_code",
    "socialaccount/email/account_connected": "link_provider",
    "socialaccount/email/account_disconnected": "unlink_provider",
}
"""The name of what happened (allauth's, or ours for what it does not tell) → our verb."""


def write_down_event(name: str, person: User, context: Mapping[str, Any]) -> None:
    """A line of the journal for what allauth tells the person about. Secrets are never in it."""
    if name not in EVENTS:
        return
    before = {"email": context["from_email"]} if "from_email" in context else None
    after = {"email": context["to_email"]} if "to_email" in context else None
    record_action(person, EVENTS[name], person, before=before, after=after)
