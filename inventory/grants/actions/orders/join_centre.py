"""Join the purchasing centre, leave it, and decide who may."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.orders import (
    can_decide_membership,
    can_end_membership,
    can_join,
    heads,
)
from inventory.grants.models.orders.members import Membership, MemberState
from schools.actions.audit import record_action
from schools.models import Site, User


@transaction.atomic
def ask_membership(user: User, site: int, *, own: bool) -> Membership:
    """Ask for the school's membership, or (``own``) for one's own as a teacher, delivered to that
    site. A head who asks for the school has decided as well.

    Raises Site.DoesNotExist where unseen, DecisionRefused, DecisionImpossible.
    """
    here = Site.objects.visible_to(user).select_related("school").get(pk=site)
    require(can_join(user, here.school))
    decided = not own and heads(user, here.school)
    now = timezone.now()
    row = Membership(
        school=here.school,
        person=user if own else None,
        site=here,
        asked_by=user,
        state=MemberState.ACCEPTED if decided else MemberState.REQUESTED,
        decided_by=user if decided else None,
        decided_at=now if decided else None,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        known = Membership.objects.standing().get(school=here.school, person=row.person)
        if known.state == MemberState.REQUESTED and decided:
            return decide_membership(user, known.pk, accept=True)
        return known
    after = {"own": own, "state": row.state}
    record_action(user, "ask_membership", row, site=here, after=after)
    return row


@transaction.atomic
def decide_membership(user: User, pk: int, *, accept: bool, why: str = "") -> Membership:
    """Accept or refuse what was asked; the same answer again changes nothing.

    Raises Membership.DoesNotExist where unseen, DecisionRefused, DecisionImpossible.
    """
    row = _locked(user, pk)
    require(can_decide_membership(user, row))
    state = MemberState.ACCEPTED if accept else MemberState.REFUSED
    if row.state == state:
        return row
    if row.state != MemberState.REQUESTED:
        raise DecisionImpossible(_("Cette affiliation est déjà décidée."))
    if not accept and not why.strip():
        raise DecisionImpossible(_("Dites pourquoi\u00a0: la personne le lit."))
    row.state, row.why = state, why.strip()[:300]
    row.decided_by, row.decided_at = user, timezone.now()
    row.save(update_fields=["state", "why", "decided_by", "decided_at"])
    verb = "accept_membership" if accept else "refuse_membership"
    record_action(user, verb, row, site=row.site, why=row.why)
    return row


@transaction.atomic
def end_membership(user: User, pk: int) -> Membership:
    """Leave, or close; what was ordered is still delivered."""
    row = _locked(user, pk)
    require(can_end_membership(user, row))
    if row.state in (MemberState.ENDED, MemberState.REFUSED):
        return row
    row.state = MemberState.ENDED
    row.save(update_fields=["state"])
    record_action(user, "end_membership", row, site=row.site)
    return row


def _locked(user: User, pk: int) -> Membership:
    rows = Membership.objects.visible_to(user).select_for_update(of=("self",))
    return rows.select_related("school", "person", "site__school").get(pk=pk)
