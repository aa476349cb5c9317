"""Every morning: guardians who did not answer a letter are asked again, a few times at most.

Who said no has answered. Once a new charter is published, those who had agreed are written to anew.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from byod.actions.people.in_force import in_force
from byod.actions.people.letters import queue_reminders, wanting
from byod.loan_days import open_days
from byod.models.people.agreements import CharterAgreement
from byod.models.people.letters import FamilyLetter, LetterKind, LetterRound, LetterState
from byod.models.people.members import Member
from byod.rules.people.letters import due_for_reminder
from schools.models import Site


def remind_families(now: dt.datetime) -> int:
    """How many letters are asked for. Only where the school itself wrote to families before.

    A transaction per site; run twice in a day, once: the first run's letters are the newest.
    """
    asked = 0
    wrote = LetterRound.objects.filter(kind=LetterKind.AGREE).exclude(asked_by=None)
    for site in Site.objects.filter(pk__in=wrote.values("site")).select_related("school"):
        today = timezone.localdate(now)
        if open_days(site, today)(today):
            asked += _remind_site(site, now)
    return asked


@transaction.atomic
def _remind_site(site: Site, now: dt.datetime) -> int:
    Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    present = Member.objects.present().pupils().filter(site=site).select_related("site__school")
    people = wanting(list(present), LetterKind.AGREE, now)
    newest = _newest_letters(people)
    since = in_force(site.school).since
    agreed = _agreed_before(people) if since else set()
    reminders: dict[int, int] = {}
    for member in people:
        last = newest.get(member.pk)
        before = last is None or (since is not None and _moment(last) < since)
        if before and (member.pk in agreed or (last and last.state == LetterState.SENT)):
            reminders[member.pk] = 0
        elif last is not None and not before and _is_due(last, now):
            reminders[member.pk] = last.reminder + 1
    chosen = [member for member in people if member.pk in reminders]
    return queue_reminders(site, chosen, LetterKind.AGREE, reminders, now) if chosen else 0


def _newest_letters(people: list[Member]) -> dict[int, FamilyLetter]:
    rows = FamilyLetter.objects.filter(member__in=people, kind=LetterKind.AGREE)
    rows = rows.select_related("round").order_by("member_id", "-pk").distinct("member_id")
    return {row.member_id: row for row in rows}


def _agreed_before(people: list[Member]) -> set[int]:
    """Who agreed to a former version, on a page of ours: on paper, the school asks on paper."""
    rows = CharterAgreement.objects.standing().filter(member__in=people, as_guardian=True)
    return set(rows.filter(paper=False).values_list("member", flat=True))


def _moment(letter: FamilyLetter) -> dt.datetime:
    return letter.sent_at or letter.round.asked_at


def _is_due(letter: FamilyLetter, now: dt.datetime) -> bool:
    return (
        letter.state == LetterState.SENT
        and letter.sent_at is not None
        and due_for_reminder(
            letter.sent_at,
            letter.reminder,
            now,
            days=settings.BYOD_REMIND_DAYS,
            times=settings.BYOD_REMIND_TIMES,
        )
    )
