"""What rights amount to together, today or on a day gone by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils import timezone

from inventory.grants.models.rights.ledger import Account, DrawingRight, Entry
from schools.models import Site

NOTHING = Decimal("0.00")
COLUMNS = ("granted", "unreleased", "available", "reserved", "committed", "consumed", "expired")


@dataclass(frozen=True, slots=True)
class Standing:
    """In euros. ``granted`` = ``released`` + ``to_release``, and ``released`` is the sum of
    available, reserved, committed, consumed and expired."""

    granted: Decimal = NOTHING
    released: Decimal = NOTHING
    reserved: Decimal = NOTHING
    committed: Decimal = NOTHING
    consumed: Decimal = NOTHING
    expired: Decimal = NOTHING
    available: Decimal = NOTHING
    to_release: Decimal = NOTHING


def standing_of(sites: Iterable[Site | int], on: dt.date) -> Standing:
    """What these sites hold together on a day, in programmes whose period of use is not over.

    One query over balances; a day gone by is summed up from the entries until its evening.
    """
    keys = [site if isinstance(site, int) else site.pk for site in sites]
    rights = DrawingRight.objects.filter(site__in=keys, usable_until__gte=on)
    if on >= timezone.localdate():
        return standing_from(rights.aggregate(**{name: Sum(name) for name in COLUMNS}))
    return _once(rights.values_list("pk", flat=True), on)


def _once(rights: Iterable[int], on: dt.date) -> Standing:
    entries = Entry.objects.filter(right__in=rights, movement__at__date__lte=on)
    sums = {account.value: Sum("amount", filter=Q(account=account.value)) for account in Account}
    found = entries.aggregate(**sums)
    return standing_from({**found, "granted": -(found["granted"] or NOTHING)})


def standing_from(sums: dict[str, Decimal | None]) -> Standing:
    """From sums of the columns of rights."""
    known = {name: sums.get(name) or NOTHING for name in COLUMNS}
    return Standing(
        granted=known["granted"],
        released=known["granted"] - known["unreleased"],
        reserved=known["reserved"],
        committed=known["committed"],
        consumed=known["consumed"],
        expired=known["expired"],
        available=known["available"],
        to_release=known["unreleased"],
    )
