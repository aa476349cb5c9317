"""Write movements whole: each with its entries, once per key, in few statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from django.db import transaction
from django.utils import timezone

from inventory.grants.models.rights.ledger import Account, Entry, Movement, MovementKind
from inventory.grants.models.rights.programmes import Computation
from inventory.grants.rules.rights.years import school_year
from schools.actions.audit import SYSTEM
from schools.models import Site, User

Moves = Mapping[tuple[int, Account], Decimal]
"""``(right, account)`` → what is added to it, below nothing for what is taken."""
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Posting:
    """A movement to write; ``moves`` must be balanced within each right."""

    kind: MovementKind
    key: str
    site: Site | int
    amount: Decimal
    moves: Moves
    cause: str = ""
    why: str = ""
    year: int | None = None
    computation: Computation | None = None


def post(posting: Posting, by: User | None, now: dt.datetime) -> Movement:
    """Write one. Raises IntegrityError where a balance would go below nothing."""
    return post_many([posting], by, now)[0]


def post_many(postings: Iterable[Posting], by: User | None, now: dt.datetime) -> list[Movement]:
    """Write many in one transaction, two statements for each thousand."""
    written: list[Movement] = []
    with transaction.atomic():
        waiting = iter(postings)
        while few := list(islice(waiting, BATCH)):
            written += _post_batch(few, by, now)
    return written


def _post_batch(postings: Sequence[Posting], by: User | None, now: dt.datetime) -> list[Movement]:
    movements = Movement.objects.bulk_create([_movement(one, by, now) for one in postings])
    # One statement: the trigger refuses a movement whose entries do not come together.
    Entry.objects.bulk_create(_entries(movements, postings))
    return movements


def _movement(posting: Posting, by: User | None, now: dt.datetime) -> Movement:
    site = posting.site if isinstance(posting.site, int) else posting.site.pk
    year = posting.year
    return Movement(
        kind=posting.kind,
        key=posting.key,
        cause=posting.cause,
        site_id=site,
        amount=posting.amount,
        year=school_year(timezone.localdate(now)) if year is None else year,
        at=now,
        actor=by,
        actor_text=str(by) if by else SYSTEM,
        why=posting.why[:500],
        computation=posting.computation,
    )


def _entries(movements: Sequence[Movement], postings: Sequence[Posting]) -> Iterator[Entry]:
    for movement, posting in zip(movements, postings, strict=True):
        for (right, account), amount in sorted(posting.moves.items()):
            if amount:
                yield Entry(movement=movement, right_id=right, account=account, amount=amount)


def moved(
    parts: Iterable[tuple[int, Decimal]], source: Account, target: Account
) -> dict[tuple[int, Account], Decimal]:
    """So much of each right from one account to another."""
    moves: dict[tuple[int, Account], Decimal] = {}
    for right, amount in parts:
        moves[right, source] = moves.get((right, source), Decimal(0)) - amount
        moves[right, target] = moves.get((right, target), Decimal(0)) + amount
    return moves


def together(*several: Moves) -> dict[tuple[int, Account], Decimal]:
    """Several moves as one."""
    total: dict[tuple[int, Account], Decimal] = {}
    for moves in several:
        for place, amount in moves.items():
            total[place] = total.get(place, Decimal(0)) + amount
    return total
