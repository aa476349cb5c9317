"""A guardian says no, with a reason; a later yes lifts it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from byod.actions.people.credentials import lock_member
from byod.models.people.agreements import CharterAgreement
from byod.models.people.members import Authorisation, Member
from byod.models.people.refusals import GuardianRefusal, RefusalReason
from inventory.access import DecisionImpossible
from schools.actions.audit import record_action
from schools.live import announce


@transaction.atomic
def refuse(member: Member, *, reason: str, words: str, now: dt.datetime) -> GuardianRefusal:
    """No: a former yes is taken back, and the network closes at the same moment. Twice is once.

    Raises DecisionImpossible without a reason, or where the person decides alone.
    """
    held = lock_member(member)
    if not held.needs_guardian:
        raise DecisionImpossible(_("Cette personne décide elle-même."))
    if reason not in RefusalReason.values:
        raise DecisionImpossible(_("Dites pourquoi\u00a0: choisissez une raison."))
    said = " ".join(words.replace("\x00", "").split())[:300]
    row, made = GuardianRefusal.objects.get_or_create(
        member=held, ended_at=None, defaults={"reason": reason, "words": said, "at": now}
    )
    if not made:
        row.reason, row.words = reason, said
        row.save(update_fields=["reason", "words"])
        return row
    standing = CharterAgreement.objects.standing().filter(member=held, as_guardian=True)
    standing.update(withdrawn_at=now)
    live = Authorisation.objects.live().filter(member=held)
    live.update(ended_at=now, end_why=_("refus du parent"))
    record_action(None, "refuse_agreement", held, site=held.site)
    announce("members", held.site_id, site=held.site_id)
    return row


def end_refusals(members: Iterable[Member], now: dt.datetime) -> None:
    """They said yes since."""
    GuardianRefusal.objects.standing().filter(member__in=list(members)).update(ended_at=now)
