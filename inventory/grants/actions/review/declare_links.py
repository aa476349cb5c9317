"""A reviewer declares their links with schools for a call, or that there are none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.access import DecisionRefused
from inventory.grants.actions.review.refusals import ReviewRefused
from inventory.grants.actions.review.settle_conflicts import settle_conflicts
from inventory.grants.models.review.appointments import Appointment, DeclaredLink, Statement
from schools.actions.audit import record_action
from schools.models import School, User


def declare_links(
    user: User, pk: int, schools: Collection[School], now: dt.datetime, *, none: bool
) -> Appointment:
    """Add links, or say that there is none. What was declared once is not taken back here.

    A file already held is given to another at once.
    """
    if not schools and not none:
        raise ReviewRefused(_("Cochez «\u00a0aucun lien\u00a0» ou nommez les écoles."))
    with transaction.atomic():
        row = Appointment.objects.select_for_update(of=("self",)).get(pk=pk)
        if row.user_id != user.pk:
            raise DecisionRefused(_("Chacun déclare ses propres liens."))
        known = set(row.links.values_list("school", flat=True))
        if none and (schools or known):
            raise ReviewRefused(
                _("Vous avez nommé une école\u00a0: ce n’est pas «\u00a0aucun lien\u00a0».")
            )
        DeclaredLink.objects.bulk_create(
            DeclaredLink(appointment=row, school=school, at=now)
            for school in schools
            if school.pk not in known
        )
        row.statement = Statement.NONE if none else Statement.LINKS
        row.declared_at = row.declared_at or now
        row.version += 1
        row.save(update_fields=["statement", "declared_at", "version"])
        # the journal says how many: which schools stays between the reviewer and the SPW
        after = {"declaration": str(Statement(row.statement).label), "links": len(schools)}
        record_action(user, "declare_links", row, after=after)
        settle_conflicts(row.call, user, now)
    return row
