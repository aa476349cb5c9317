"""What loans forgets, tells of a person and erases (``byod.actions.privacy`` calls it).

A loan that forgets its pupil also forgets the hour: two rows that share a moment are joined as well
as by a key. Days stay, and with them every figure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from byod.models.loans.conditions import LoanPhoto
from byod.models.loans.damages import LoanDamage
from byod.models.loans.desks import DeskScan, LoanDesk
from byod.models.loans.loans import Loan, LoanState
from byod.models.loans.reminders import LoanReminder
from byod.models.loans.terms import TermsSignature
from byod.models.people.members import Member
from byod.rules.privacy.naming import words_to_forget
from schools.sealed import unseal

SESSION = dt.timedelta(hours=14)
"""A session that nobody ended is over by the next night: nobody stands at the desk."""
BATCH = 2000
_FORGET = """
UPDATE byod_loan
   SET borrower_id = NULL, request_id = NULL, replaces_id = NULL,
       unlinked_at = %(now)s, during = 'empty',
       out_at = date_trunc('day', out_at AT TIME ZONE %(zone)s) AT TIME ZONE %(zone)s,
       returned_at = date_trunc('day', returned_at AT TIME ZONE %(zone)s) AT TIME ZONE %(zone)s
 WHERE id = ANY(%(keys)s)
"""


def forget(now: dt.datetime) -> dict[str, int]:
    """Apply the retention settings: purpose → rows forgotten. Twice forgets nothing more."""
    LoanDesk.objects.open().filter(begun_at__lt=now - SESSION).update(
        ended_at=now, pupil=None, loan=None, absent=[]
    )
    return {
        "loans": _forget_loans(now),
        "terms": _destroy_terms(now),
        "photos": _destroy_photos(now),
    }


def _forget_loans(now: dt.datetime) -> int:
    """Ended long enough ago, and without a damage that is still open."""
    before = now - dt.timedelta(days=settings.KEEP_LOAN_IDENTITY_DAYS)
    open_damage = LoanDamage.objects.open().filter(loan=OuterRef("pk"))
    ended = Q(state=LoanState.RETURNED, returned_at__lt=before)
    cancelled = Q(state=LoanState.CANCELLED, during__endswith__lt=before)
    nothing = Q(state=LoanState.CANCELLED, during__isempty=True)
    rows = Loan.objects.filter(ended | cancelled | nothing, unlinked_at=None)
    total = 0
    while keys := list(
        rows.exclude(Exists(open_damage))
        .select_for_update(skip_locked=True)
        .order_by("pk")
        .values_list("pk", flat=True)[:BATCH]
    ):
        total += unlink(keys, now)
    return total


@transaction.atomic
def unlink(keys: Iterable[int], now: dt.datetime) -> int:
    """Nothing leads from these loans to a pupil any more. How many.

    A replacement that is still out would lead from its pupil to the device that it replaces; what
    people wrote about the damage may name the pupil. Both go first, while the name is known.
    """
    asked = list(keys)
    _silence(asked)
    Loan.objects.filter(replaces__in=asked).update(replaces=None)
    TermsSignature.objects.filter(loan__in=asked).update(loan=None)
    LoanReminder.objects.filter(loan__in=asked).delete()
    DeskScan.objects.filter(loan__in=asked).delete()
    with connection.cursor() as cursor:
        zone = timezone.get_default_timezone_name()
        cursor.execute(_FORGET, {"now": now, "zone": zone, "keys": asked})
        return int(cursor.rowcount)


def _silence(keys: list[int]) -> None:
    """Take the pupil out of what other apps wrote of a damage (``settings.PUPILS_FORGOTTEN``).

    The name is unsealed in memory for the search alone; nobody reads it.
    """
    damages = LoanDamage.objects.filter(loan__in=keys, loan__borrower__isnull=False)
    for damage in damages.select_related("loan__borrower__identity"):
        assert damage.loan is not None
        assert damage.loan.borrower is not None
        member = damage.loan.borrower
        identity = getattr(member, "identity", None)
        told = [member.pseudonym]
        if identity is not None:
            named = identity.named
            told += [str(named), f"{named.family_name} {named.given_name}", named.guardian_name]
            told += [named.email, named.guardian_email, named.guardian_phone]
        for name in settings.PUPILS_FORGOTTEN:
            import_string(name)(damage.pk, words_to_forget(*told))


def _destroy_terms(now: dt.datetime) -> int:
    """Signed terms are kept for a year after the return (``keep_until``, written then)."""
    gone, _rows = TermsSignature.objects.filter(keep_until__lt=timezone.localdate(now)).delete()
    return gone


def _destroy_photos(now: dt.datetime) -> int:
    """The file goes with its row: PostgreSQL first, so that a row never misses its file."""
    before = now - dt.timedelta(days=settings.KEEP_LOAN_PHOTO_DAYS)
    ended = Q(loan__returned_at__lt=before) | Q(loan=None, at__lt=before)
    rows = list(LoanPhoto.objects.filter(ended).order_by("pk")[:BATCH])
    files = [(row.photo.storage, str(row.photo.name)) for row in rows]
    LoanPhoto.objects.filter(pk__in=[row.pk for row in rows]).delete()

    def remove() -> None:
        for storage, name in files:
            storage.delete(name)

    transaction.on_commit(remove)
    return len(rows)


def export_of(member: Member) -> dict[str, Any]:
    """All that is kept of a person here, JSON-able, for the person (GDPR, article 15)."""
    rows = Loan.objects.filter(borrower=member).select_related(
        "item__device__product", "charger__device", "signature__terms"
    )
    loans = [_told(row) for row in rows.order_by("pk")]
    return {"loans": loans} if loans else {}


def _told(row: Loan) -> dict[str, Any]:
    signature = getattr(row, "signature", None)
    return {
        "device": f"{row.item.device.name} ({row.item.device.product})",
        "charger": row.charger.device.name if row.charger else "",
        "state": row.get_state_display(),
        "out_at": row.out_at,
        "due_on": row.due_on,
        "returned_at": row.returned_at,
        "signed": unseal(signature.sealed) if signature else None,
        "damages": [str(one.get_kind_display()) for one in row.damages.all()],
    }


def erase(member: Member, now: dt.datetime) -> dict[str, int]:
    """Forget a person at once (article 17); statistics keep their count. Purpose → rows.

    Loans that are out stay: the caller refuses an erasure while there is one.
    """
    ended = Loan.objects.filter(
        borrower=member, state__in=[LoanState.RETURNED, LoanState.CANCELLED]
    )
    keys = list(ended.values_list("pk", flat=True))
    signed, _rows = TermsSignature.objects.filter(loan__in=keys).delete()
    LoanDesk.objects.filter(pupil=member).update(pupil=None)
    for desk in LoanDesk.objects.open().filter(absent__contains=[member.pk]):
        desk.absent = [one for one in desk.absent if one != member.pk]
        desk.save(update_fields=["absent"])
    return {"loans": unlink(keys, now), "terms": signed}
