"""Let what was not used in time expire: a movement like any other, once a day and right."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from inventory.grants.actions.rights.formulas import formula_in_force, rules_of
from inventory.grants.actions.rights.posting import Posting, moved, post_many
from inventory.grants.models.rights.ledger import Account, DrawingRight, Entry, MovementKind
from inventory.grants.models.rights.programmes import Programme
from inventory.grants.rules.rights.schedule import last_day_of
from inventory.grants.rules.rights.sharing import Part, expirable


def expire_rights(now: dt.datetime) -> int:
    """Write what expired, programme by programme. Returns how many rights lost something."""
    return sum(_expire(programme, now) for programme in Programme.objects.adopted())


def _expire(programme: Programme, now: dt.datetime) -> int:
    with transaction.atomic():
        rows = DrawingRight.objects.select_for_update(of=("self",), no_key=True)
        rights = list(rows.filter(programme=programme, available__gt=0).order_by("pk"))
        return len(post_many(_postings(programme, rights, now), None, now))


def _postings(
    programme: Programme, rights: list[DrawingRight], now: dt.datetime
) -> Iterator[Posting]:
    today = timezone.localdate(now)
    parts = _parts(programme, rights)
    for right in rights:
        used = right.granted - right.unreleased - right.available
        lost = expirable(parts[right.pk], used, right.available, today)
        if lost:
            yield Posting(
                MovementKind.EXPIRE,
                f"expire:{right.pk}:{today.isoformat()}",
                right.site_id,
                lost,
                moved([(right.pk, lost)], Account.AVAILABLE, Account.EXPIRED),
            )


def _parts(programme: Programme, rights: list[DrawingRight]) -> dict[int, list[Part]]:
    """What was released for each school year, corrections included. One query."""
    formula = formula_in_force(programme)
    assert formula is not None  # of an adopted programme
    rules = rules_of(formula)
    outside = Q(account__in=(Account.GRANTED, Account.UNRELEASED))
    rows = (
        Entry.objects.filter(outside, right__in=[right.pk for right in rights])
        .order_by("movement__year")
        .values_list("right_id", "movement__year")
        .annotate(total=Sum("amount"))
    )
    parts: dict[int, list[Part]] = defaultdict(list)
    for right, year, total in rows:
        if released := -Decimal(total):
            last = last_day_of(rules, programme.first_year, year)
            parts[right].append(Part(released, last))
    return parts
