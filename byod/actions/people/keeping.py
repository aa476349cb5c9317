"""What people forgets, tells of a person and erases (``byod.actions.privacy`` calls it)."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from byod.models.loans.loans import Loan
from byod.models.people.agreements import CharterAgreement
from byod.models.people.decisions import DecisionEntry
from byod.models.people.devices import Credential, PersonalDevice
from byod.models.people.guests import GuestStay
from byod.models.people.identities import Identity, IdentityReading
from byod.models.people.letters import FamilyLetter
from byod.models.people.links import MemberSession, PersonalLink
from byod.models.people.lists import WAITS, ClassList
from byod.models.people.members import Authorisation, Member, MemberKind
from byod.models.people.refusals import GuardianRefusal

BATCH = 2000
"""People whose names go in one transaction."""


def forget(now: dt.datetime) -> dict[str, int]:
    """Apply the retention settings: purpose → rows forgotten. Twice forgets nothing more.

    Who still holds a loan is not forgotten: the school must be able to write to them.
    """
    return {
        "leavers": _forget_leavers(now),
        "guests": _forget_guests(now),
        "credentials": _forget_credentials(now),
        "links": _forget_links(now),
        "lists": _forget_lists(now),
        "readings": _forget_readings(now),
    }


def _days_before(now: dt.datetime, days: int) -> dt.datetime:
    return now - dt.timedelta(days=days)


def _forget_leavers(now: dt.datetime) -> int:
    before = timezone.localdate(_days_before(now, settings.KEEP_LEAVER_DAYS))
    holding = Loan.objects.out().filter(borrower__isnull=False).values("borrower")
    gone = Member.objects.filter(left_on__lte=before, identity__isnull=False)
    gone = gone.exclude(kind=MemberKind.GUEST).exclude(pk__in=holding)
    forgotten = 0
    while keys := list(gone.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        _strip(keys)
        forgotten += len(keys)
    return forgotten


@transaction.atomic
def _strip(keys: list[int]) -> None:
    """Nothing leads from these rows to a person any more; the rows stay as figures."""
    Identity.objects.filter(member__in=keys).delete()
    PersonalDevice.objects.filter(member__in=keys).delete()
    PersonalLink.objects.filter(member__in=keys).delete()
    FamilyLetter.objects.filter(member__in=keys).delete()
    DecisionEntry.objects.filter(member__in=keys).delete()
    GuardianRefusal.objects.filter(member__in=keys).delete()
    CharterAgreement.objects.filter(member__in=keys).delete()
    Authorisation.objects.filter(member__in=keys).delete()
    Member.objects.filter(pk__in=keys).update(school_key="", user=None)


def _forget_guests(now: dt.datetime) -> int:
    """A guest leaves nothing behind, not even a figure of their own."""
    before = _days_before(now, settings.KEEP_GUEST_DAYS)
    over = GuestStay.objects.filter(until__lte=before).values("member")
    _all, by_table = Member.objects.filter(pk__in=over, kind=MemberKind.GUEST).delete()
    return by_table.get("byod.Member", 0)


def _forget_credentials(now: dt.datetime) -> int:
    before = _days_before(now, settings.KEEP_CREDENTIAL_DAYS)
    rows = Credential.objects.filter(expires_at__lte=before)
    rows |= Credential.objects.filter(revoked_at__lte=before)
    count, _rows = rows.delete()
    bare = PersonalDevice.objects.filter(credentials=None)
    bare = bare.filter(lost_at__lte=before) | bare.filter(removed_at__lte=before)
    bare.delete()
    return count


def _forget_links(now: dt.datetime) -> int:
    MemberSession.objects.filter(expires_at__lte=now).delete()
    before = _days_before(now, settings.KEEP_LINK_DAYS)
    over = PersonalLink.objects.filter(expires_at__lte=before)
    over |= PersonalLink.objects.filter(revoked_at__lte=before)
    count = over.count()
    over.delete()
    letters = _days_before(now, settings.BYOD_LINK_DAYS + settings.KEEP_LINK_DAYS)
    FamilyLetter.objects.filter(round__asked_at__lte=letters).delete()
    return count


def _forget_lists(now: dt.datetime) -> int:
    stale = ClassList.objects.filter(sent_at__lte=now - WAITS).exclude(sealed="")
    return stale.update(sealed="")


def _forget_readings(now: dt.datetime) -> int:
    before = _days_before(now, settings.KEEP_READING_DAYS)
    count, _rows = IdentityReading.objects.filter(at__lte=before).delete()
    return count


def export_of(member: Member) -> dict[str, Any]:
    """All that is kept of a person here, JSON-able, for the person (GDPR, article 15)."""
    identity = Identity.objects.filter(member=member).first()
    return {
        "person": {
            "pseudonym": member.pseudonym,
            "kind": member.kind,
            "school": str(member.site),
            "class": str(member.school_class or ""),
            "language": member.language,
            "adult": member.adult,
            "equipment": member.equipment,
            "registered_at": member.registered_at,
            "registered_by": member.registered_by,
            "left_on": member.left_on,
        },
        "identity": asdict(identity.named) if identity else None,
        "agreements": list(
            member.agreements.order_by("at").values("as_guardian", "paper", "at", "withdrawn_at")
        ),
        "refusals": list(
            member.refusals.order_by("at").values("reason", "words", "at", "ended_at")
        ),
        "letters": list(
            member.letters.order_by("pk").values("kind", "reminder", "state", "sent_at")
        ),
        "authorisations": list(
            member.authorisations.order_by("given_at").values("given_at", "ended_at", "end_why")
        ),
        "devices": [_device(row) for row in member.devices.prefetch_related("credentials")],
        "links": list(
            member.links.order_by("made_at").values(
                "as_guardian", "made_at", "expires_at", "used_at", "revoked_at"
            )
        ),
        "readings": list(
            IdentityReading.objects.filter(members__contains=[member.pk]).values(
                "reader_text", "why", "at"
            )
        ),
    }


def _device(row: PersonalDevice) -> dict[str, Any]:
    credentials = row.credentials.all()
    return {
        "name": row.name,
        "platform": row.platform,
        "registered_at": row.registered_at,
        "lost_at": row.lost_at,
        "removed_at": row.removed_at,
        "seen_at": row.seen_at,
        "credentials": [
            {
                "kind": one.kind,
                "username": one.username,
                "issued_at": one.issued_at,
                "expires_at": one.expires_at,
                "revoked_at": one.revoked_at,
            }
            for one in credentials
        ],
    }


def erase(member: Member, now: dt.datetime) -> dict[str, int]:
    """Forget a person at once (article 17); statistics keep their count. Purpose → rows."""
    known = Identity.objects.filter(member=member).count()
    devices = PersonalDevice.objects.filter(member=member).count()
    _strip([member.pk])
    Member.objects.filter(pk=member.pk, left_on=None).update(left_on=timezone.localdate(now))
    return {"leavers": known, "devices": devices}
