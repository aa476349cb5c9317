"""Decide about several people of a site at once: each decision can be undone for a while."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.people.members import can_run
from byod.actions.people.agree import note_papers
from byod.actions.people.authorise import Settled, authorise, withdraw
from byod.actions.people.decisions import begin_decision, note_rows, note_unbarred
from byod.actions.people.register import close_for
from byod.models.people.decisions import DecisionKind
from byod.models.people.devices import PersonalDevice
from byod.models.people.members import Authorisation, Member
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Site, User


@transaction.atomic
def authorise_many(user: User, members: Iterable[Member]) -> Settled:
    """As :func:`authorise`, and it can be undone. Raises DecisionRefused, DecisionImpossible."""
    rows = list(members)
    site, now = _one_site(user, rows), timezone.now()
    decision = begin_decision(user, site, DecisionKind.AUTHORISE, now)
    barred = Authorisation.objects.filter(member__in=rows, barred=True)
    note_unbarred(decision, list(barred.values_list("pk", "member")))
    settled = authorise(user, rows, now)
    note_rows(decision, _keys(rows))
    return settled


@transaction.atomic
def suspend_many(user: User, members: Iterable[Member], why: str) -> int:
    """As :func:`withdraw`, and it can be undone. Raises DecisionRefused, DecisionImpossible."""
    rows = list(members)
    site, now = _one_site(user, rows), timezone.now()
    decision = begin_decision(user, site, DecisionKind.SUSPEND, now)
    ended = withdraw(user, rows, why, now)
    note_rows(decision, _keys(rows))
    return ended


@transaction.atomic
def note_papers_many(user: User, members: Iterable[Member]) -> Settled:
    """As :func:`note_papers`, and it can be undone. Raises DecisionRefused, DecisionImpossible."""
    rows = list(members)
    site, now = _one_site(user, rows), timezone.now()
    decision = begin_decision(user, site, DecisionKind.PAPER, now)
    settled = note_papers(user, rows, now)
    note_rows(decision, _keys(rows))
    return settled


@transaction.atomic
def leave_many(user: User, members: Iterable[Member]) -> int:
    """They left, as a class does at the end of the year: the network closes at this moment.

    Undone in time, their devices come in again without being set up anew. How many left.
    Raises DecisionRefused, DecisionImpossible.
    """
    rows = list(members)
    site, now = _one_site(user, rows), timezone.now()
    here = Member.objects.present().filter(pk__in=_keys(rows)).order_by("pk")
    keys = list(here.select_for_update().values_list("pk", flat=True))
    decision = begin_decision(user, site, DecisionKind.LEAVE, now)
    close_for(keys, "left", now, revoke=False)
    note_rows(decision, keys, left=keys)
    record_action(user, "note_members_left", site, site=site, after={"people": len(keys)})
    announce("members", site.pk, site=site.pk)
    return len(keys)


@transaction.atomic
def lose_many(user: User, members: Iterable[Member]) -> int:
    """All devices of these people are lost, as when a bus is emptied: none comes in any more.

    How many devices. Raises DecisionRefused, DecisionImpossible.
    """
    rows = list(members)
    site, now = _one_site(user, rows), timezone.now()
    decision = begin_decision(user, site, DecisionKind.LOSE, now)
    lost = PersonalDevice.objects.in_use().filter(member__in=_keys(rows)).update(lost_at=now)
    if not lost:
        raise DecisionImpossible(_("Ces personnes n’ont aucun appareil."))
    note_rows(decision, _keys(rows))
    record_action(user, "lose_personal_devices", site, site=site, after={"devices": lost})
    announce("members", site.pk, site=site.pk)
    return lost


def _one_site(user: User, rows: Sequence[Member]) -> Site:
    if not rows:
        raise DecisionImpossible(_("Choisissez au moins une personne."))
    site = rows[0].site
    require(can_run(user, site))
    if any(row.site_id != site.pk for row in rows):
        raise DecisionImpossible(_("Choisissez des personnes d’une seule implantation."))
    return site


def _keys(rows: Sequence[Member]) -> list[int]:
    return [row.pk for row in rows]
