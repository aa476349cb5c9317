"""Give and end authorisations: by the school's policy once nothing is missing, or by the school."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.people.members import can_run
from byod.actions.people.in_force import InForce, in_force
from byod.models.network.policies import NetworkPolicy
from byod.models.people.agreements import CharterAgreement
from byod.models.people.members import Authorisation, Member, MemberKind
from byod.rules.people.requirements import Missing, Standing, missing
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Site, User


@dataclass(frozen=True, slots=True)
class Settled:
    """What a run over people changed."""

    given: int = 0
    ended: int = 0
    waiting: dict[int, tuple[Missing, ...]] = field(default_factory=dict)
    """Those who are not authorised, and what they still miss."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is missing for each of several people of one school, and the texts in force."""

    missing: dict[int, tuple[Missing, ...]]
    texts: InForce
    required: bool = True
    """The school's policy asks for a charter."""
    unanswered: frozenset[int] = frozenset()
    """Minors whose guardian has not agreed to the version in force, be it within its grace."""


def judge(members: Iterable[Member], now: dt.datetime) -> Judged:
    """Four queries for any number of people of one school.

    Within BYOD_GRACE_DAYS of a new version a yes to the former one still counts.
    """
    rows = list(members)
    if not rows:
        return Judged({}, InForce(None, None))
    school = rows[0].site.school
    policy = NetworkPolicy.objects.live().filter(school=school).first()
    required = policy.charter_required if policy else True
    texts = in_force(school)
    grace = dt.timedelta(days=settings.BYOD_GRACE_DAYS)
    former_counts = texts.since is not None and now < texts.since + grace
    own: dict[bool, set[int]] = {False: set(), True: set()}
    newest: set[int] = set()
    agreed = CharterAgreement.objects.standing().filter(member__in=rows)
    for member, guardian, floor, charter in agreed.values_list(
        "member", "as_guardian", "floor", "charter"
    ):
        current = not required or (floor, charter) == texts.key
        if current and guardian:
            newest.add(member)
        if former_counts or current:
            own[guardian].add(member)
    last = Authorisation.objects.filter(member__in=rows).order_by("member_id", "-given_at", "-pk")
    barred = {row.member_id for row in last.distinct("member_id") if row.ended_at and row.barred}
    return Judged(
        {
            row.pk: missing(
                Standing(
                    needs_guardian=row.needs_guardian,
                    charter_required=required,
                    charter_published=texts.exists,
                    accepted=row.pk in own[False],
                    guardian_agreed=row.pk in own[True],
                    barred=row.pk in barred,
                    guest=row.kind == MemberKind.GUEST,
                )
            )
            for row in rows
        },
        texts,
        required,
        frozenset(row.pk for row in rows if row.needs_guardian and row.pk not in newest),
    )


@transaction.atomic
def settle(members: Iterable[Member], now: dt.datetime, by: User | None = None) -> Settled:
    """Give what nothing stands against any more, end what has lost its ground.

    Guests are left alone: their stay is their authorisation's end. Call with people of one school.
    """
    keys = [row.pk for row in members if row.kind != MemberKind.GUEST]
    locked = Member.objects.select_for_update(of=("self",)).select_related("site__school")
    rows = list(locked.filter(pk__in=keys, left_on=None).order_by("pk"))
    judged = judge(rows, now)
    live = {row.member_id: row for row in Authorisation.objects.live().filter(member__in=rows)}
    waiting = {pk: found for pk, found in judged.missing.items() if found}
    lost = [live[pk].pk for pk in waiting if pk in live]
    ended = Authorisation.objects.filter(pk__in=lost).update(
        ended_at=now, ended_by=by, end_why=_("une condition manque à nouveau")
    )
    fresh = [row for row in rows if row.pk not in waiting and row.pk not in live]
    given = _give(fresh, judged.texts, now, by)
    if (given or ended) and rows:
        site = rows[0].site
        record_action(
            by, "settle_authorisations", site, site=site, after={"given": given, "ended": ended}
        )
        announce("members", site.pk, site=site.pk)
    return Settled(given, ended, waiting)


def _give(rows: list[Member], texts: InForce, now: dt.datetime, by: User | None) -> int:
    agreed = CharterAgreement.objects.standing().filter(member__in=rows).order_by("at")
    moments: dict[tuple[int, bool], dt.datetime] = {
        (member, guardian): at
        for member, guardian, at in agreed.values_list("member", "as_guardian", "at")
    }
    made = Authorisation.objects.bulk_create(
        Authorisation(
            member=row,
            charter=texts.newest,
            accepted_at=moments.get((row.pk, False)),
            guardian_at=moments.get((row.pk, True)),
            given_at=now,
            given_by=by,
        )
        for row in rows
    )
    return len(made)


@transaction.atomic
def authorise(user: User, members: Iterable[Member], now: dt.datetime | None = None) -> Settled:
    """The school lifts its suspensions, and authorises whoever misses nothing else.

    Raises DecisionRefused. People who still miss something stay as they are: ``waiting`` says what.
    """
    rows = _of_one_site(user, members)
    if not rows:
        return Settled()
    Authorisation.objects.filter(member__in=rows, barred=True).update(barred=False)
    return settle(rows, now or timezone.now(), by=user)


@transaction.atomic
def withdraw(
    user: User, members: Iterable[Member], why: str, now: dt.datetime | None = None
) -> int:
    """The school ends authorisations, for a reason that the family reads; how many.

    Raises DecisionRefused, DecisionImpossible without a reason.
    """
    rows = _of_one_site(user, members)
    reason = " ".join(why.split())[:300]
    if not reason:
        raise DecisionImpossible(_("Dites pourquoi\u00a0: la famille lit ce motif."))
    now = now or timezone.now()
    live = Authorisation.objects.live().filter(member__in=rows)
    ended = live.update(ended_at=now, ended_by=user, barred=True, end_why=reason)
    if ended:
        site = rows[0].site
        record_action(user, "withdraw_authorisations", site, site=site, after={"ended": ended})
        announce("members", site.pk, site=site.pk)
    return ended


def _of_one_site(user: User, members: Iterable[Member]) -> list[Member]:
    rows = list(members)
    for site in {row.site_id: row.site for row in rows}.values():
        require(can_run(user, site))
    if len({row.site_id for row in rows}) > 1:
        raise DecisionImpossible(_("Choisissez des personnes d’une seule implantation."))
    return rows


def settle_site(site: Site, now: dt.datetime) -> Settled:
    """Everybody of a site: after a list, a new charter whose grace is over, a new policy."""
    rows = Member.objects.present().exclude(kind=MemberKind.GUEST).filter(site=site)
    return settle(list(rows.select_related("site__school")), now)
