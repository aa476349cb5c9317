from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from schools.actions.audit import record_action
from schools.models import ApiToken, User


@transaction.atomic
def revoke_token(by: User, token: ApiToken, why: str = "") -> bool:
    """End a key at once. False when it was ended already: the first time is the one that counts."""
    now = timezone.now()
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        return False
    record_action(by, "revoke_api_token", token, after={"revoked_at": now.isoformat()}, why=why)
    return True
