"""Write down what a decision about many did, row by row, in set-based SQL; and take it back.

Call within the transaction of the decision. Its rows are found by its moment: each action writes
the same ``at`` everywhere, and microseconds tell it from any other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.people.members import can_run
from byod.actions.people.authorise import settle_site
from byod.actions.people.credentials import revoke_of
from byod.actions.people.undo_sql import NOTED, UNDONE
from byod.models.people.decisions import DecisionEntry, EntryKind, MassDecision
from byod.models.people.devices import PersonalDevice
from byod.models.people.members import Member, SchoolClass
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Site, User


def begin_decision(user: User, site: Site, kind: str, now: dt.datetime) -> MassDecision:
    """What follows in this transaction, at ``now``, belongs to it."""
    return MassDecision.objects.create(
        site=site,
        kind=kind,
        made_by=user,
        at=now,
        until=now + dt.timedelta(hours=settings.BYOD_UNDO_HOURS),
    )


def note_rows(
    decision: MassDecision,
    members: Sequence[int],
    left: Sequence[int] = (),
    people: int | None = None,
) -> MassDecision:
    """The rows of these people that carry its moment; and ``left``, who left by it.

    ``people``: how many it was about, where it looked at more.
    A statement per kind of row, for any number of people.
    """
    told: dict[str, Any] = {
        "decision": decision.pk,
        "at": decision.at,
        "members": list(members),
    }
    with connection.cursor() as cursor:
        for sql in NOTED:
            cursor.execute(sql, told)
    note_members(decision, EntryKind.LEFT, left)
    decision.people = len(members) if people is None else people
    decision.done_at = timezone.now()
    decision.save(update_fields=["people", "done_at"])
    return decision


def note_members(decision: MassDecision, what: str, keys: Sequence[int]) -> None:
    """People whose own row was written."""
    DecisionEntry.objects.bulk_create(
        (DecisionEntry(decision=decision, what=what, row=pk, member_id=pk) for pk in keys),
        batch_size=5000,
    )


def note_unbarred(decision: MassDecision, rows: Sequence[tuple[int, int]]) -> None:
    """Suspensions that were lifted: authorisation and member."""
    DecisionEntry.objects.bulk_create(
        (
            DecisionEntry(decision=decision, what=EntryKind.UNBARRED, row=pk, member_id=member)
            for pk, member in rows
        ),
        batch_size=5000,
    )


@transaction.atomic
def undo_decision(user: User, pk: int) -> MassDecision:
    """Everything as it was, but for what somebody did to a row since. Twice is once.

    Raises MassDecision.DoesNotExist where unseen, DecisionRefused, DecisionImpossible when its
    time is over.
    """
    seen = MassDecision.objects.visible_to(user).select_related("site__school")
    decision = seen.select_for_update(of=("self",)).get(pk=pk)
    require(can_run(user, decision.site))
    if decision.undone_at is not None:
        return decision
    now = timezone.now()
    if not MassDecision.objects.undoable(now).filter(pk=pk).exists():
        raise DecisionImpossible(
            _("Le temps d’annuler est passé\u00a0: corrigez personne par personne.")
        )
    Site.objects.select_for_update(of=("self",)).get(pk=decision.site_id)
    told: dict[str, Any] = {
        "decision": decision.pk,
        "at": decision.at,
        "done": decision.done_at,
        "now": now,
    }
    with connection.cursor() as cursor:
        for sql in UNDONE:
            cursor.execute(sql, told | {"why": _("décision annulée")})
    _unregister(decision, now)
    _unopen(decision)
    decision.undone_at, decision.undone_by = now, user
    decision.save(update_fields=["undone_at", "undone_by"])
    DecisionEntry.objects.filter(decision=decision).delete()
    after = {"kind": decision.kind, "people": decision.people}
    record_action(user, "undo_mass_decision", decision.site, site=decision.site, after=after)
    settle_site(decision.site, now)
    announce("members", decision.site_id, site=decision.site_id)
    return decision


def _unregister(decision: MassDecision, now: dt.datetime) -> None:
    """Who was new goes; who used it since has left, so that nothing of theirs is lost."""
    new = DecisionEntry.objects.filter(decision=decision, what=EntryKind.NEW).values("row")
    rows = Member.objects.filter(pk__in=new)
    untouched = rows.filter(devices=None, agreements=None, letters=None, served=None).filter(
        loans=None, loan_requests=None, line_loans=None
    )
    Member.objects.filter(pk__in=list(untouched.values_list("pk", flat=True))).delete()
    rows.filter(left_on=None).update(left_on=timezone.localdate(now))


def _unopen(decision: MassDecision) -> None:
    opened = DecisionEntry.objects.filter(decision=decision, what=EntryKind.OPENED).values("row")
    SchoolClass.objects.filter(pk__in=opened, members=None).delete()


def settle_decisions(now: dt.datetime) -> int:
    """The time to undo is over: certificates of who left or lost a device are revoked for good.

    A transaction per decision; twice does nothing more.
    """
    due = MassDecision.objects.filter(undone_at=None, settled_at=None, until__lte=now)
    keys = list(due.order_by("until").values_list("pk", flat=True))
    return sum(_settle(pk, now) for pk in keys)


@transaction.atomic
def _settle(pk: int, now: dt.datetime) -> bool:
    rows = MassDecision.objects.select_for_update(skip_locked=True)
    decision = rows.filter(pk=pk, undone_at=None, settled_at=None).first()
    if decision is None:
        return False
    entries = DecisionEntry.objects.filter(decision=decision)
    left = entries.filter(what=EntryKind.LEFT).values("row")
    gone = PersonalDevice.objects.filter(member__in=left).exclude(member__left_on=None)
    revoke_of(gone, now, "left")
    lost = entries.filter(what=EntryKind.LOST).values("row")
    revoke_of(PersonalDevice.objects.filter(pk__in=lost).exclude(lost_at=None), now, "lost")
    entries.delete()
    decision.settled_at = now
    decision.save(update_fields=["settled_at"])
    return True
