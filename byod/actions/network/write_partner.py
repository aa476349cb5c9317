"""Partner networks (eduroam, govroam): to whom identities of other realms are sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from byod.access.network.keeping import can_keep_partners
from byod.models.network.upstream import UpstreamRealm
from inventory.access.refusals import require
from schools.actions.audit import record_action
from schools.models import User

TOLD = ("name", "realms", "address", "port", "enabled")


@transaction.atomic
def write_partner(
    user: User, values: Mapping[str, Any], secret: str, *, pk: int | None = None
) -> UpstreamRealm:
    """Add or change a partner; an empty secret leaves the one there is. The RADIUS servers follow
    within minutes (``keep_files``).

    Raises DecisionRefused, UpstreamRealm.DoesNotExist, ValidationError.
    """
    require(can_keep_partners(user))
    row = UpstreamRealm() if pk is None else UpstreamRealm.objects.select_for_update().get(pk=pk)
    before = {} if pk is None else {name: getattr(row, name) for name in TOLD}
    for name, value in values.items():
        setattr(row, name, value)
    if secret:
        row.set_secret(secret)
    row.full_clean(exclude=["sealed"])
    row.save()
    after = {name: getattr(row, name) for name in TOLD}
    if secret:
        after["secret"] = "changed"  # noqa: S105  that it was, never what it is
    verb = "add_radius_partner" if pk is None else "change_radius_partner"
    record_action(user, verb, row, before=before, after=after)
    return row
