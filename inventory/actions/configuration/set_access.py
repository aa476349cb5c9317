"""Say where a device's command line answers."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from inventory.access import require
from inventory.access.configuration import can_set_access
from inventory.models import AccessState, CliAccess
from schools.actions.audit import record_action
from schools.models import User

TOLD = ("address", "port", "platform", "credential_set_id", "enabled")


@transaction.atomic
def set_access(user: User, wanted: CliAccess) -> CliAccess:
    """Save what a form says of a device's access. At another address another key is expected; a
    change of anything unblocks it. Raises DecisionRefused."""
    require(can_set_access(user, wanted.device))
    after = {name: getattr(wanted, name) for name in TOLD}
    if wanted._state.adding:
        wanted.save()
        before = {}
    else:
        stored = CliAccess.objects.select_for_update().get(pk=wanted.pk)
        before = {name: getattr(stored, name) for name in TOLD}
        moved = (stored.address, stored.port) != (wanted.address, wanted.port)
        for name in TOLD:
            setattr(stored, name, after[name])
        if moved:
            stored.host_key, stored.host_key_at = "", None
            stored.offered_key, stored.offered_key_at = "", None
        if before != after and stored.state == AccessState.PAUSED:
            stored.state, stored.next_backup_at = AccessState.FAILING, timezone.now()
        stored.save()
        wanted = stored
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    if changed:
        record_action(
            user,
            "set_cli_access",
            wanted.device,
            site=wanted.device.site,
            before={name: before[name] for name in changed if name in before},
            after=changed,
        )
    return wanted
