"""Random sequences of moves: never negative, balanced, recomputed equal; many people at once."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.bench.rights_race import race
from inventory.access import DecisionImpossible
from inventory.grants.actions.rights import ledger
from inventory.grants.actions.rights.recount import recount_rights
from inventory.grants.models.rights.ledger import DrawingRight, Entry, Movement
from inventory.grants.models.rights.standing import standing_of
from tests.cast import make_cast
from tests.grants.rights.world import give_right

CAUSES = ("application:1", "application:2", "application:3")
AMOUNTS = st.integers(0, 700).map(lambda cents: Decimal(cents) / 4)
MOVES = st.lists(
    st.tuples(
        st.sampled_from(("reserve", "commit", "consume", "void")),
        st.sampled_from(CAUSES),
        AMOUNTS,
        st.integers(1, 6),  # few keys: many a move is sent again
    ),
    max_size=25,
)


class Model:
    """What the ledger should hold, written the plainest way."""

    def __init__(self, available: Decimal) -> None:
        self.available = available
        self.reserved: dict[str, Decimal] = defaultdict(Decimal)
        self.committed: dict[str, Decimal] = defaultdict(Decimal)
        self.consumed: dict[str, Decimal] = defaultdict(Decimal)
        self.known: set[str] = set()
        self.keys: set[str] = set()

    def does(self, verb: str, cause: str, amount: Decimal, key: str) -> bool:
        """Move, and say whether it was allowed."""
        if key in self.keys:
            return True
        if not getattr(self, verb)(cause, amount):
            return False
        self.keys.add(key)
        return True

    def reserve(self, cause: str, amount: Decimal) -> bool:
        if not 0 < amount <= self.available:
            return False
        self.available -= amount
        self.reserved[cause] += amount
        self.known.add(cause)
        return True

    def commit(self, cause: str, amount: Decimal) -> bool:
        held = self.reserved[cause]
        if cause not in self.known or not held or amount > held:
            return False
        self.available += held - amount
        self.committed[cause] += amount
        self.reserved[cause] = Decimal(0)
        return True

    def consume(self, cause: str, amount: Decimal) -> bool:
        if cause not in self.known or not 0 < amount <= self.committed[cause]:
            return False
        self.committed[cause] -= amount
        self.consumed[cause] += amount
        return True

    def void(self, cause: str, _amount: Decimal) -> bool:
        held = self.reserved[cause] + self.committed[cause]
        self.available += held
        self.reserved[cause] = self.committed[cause] = Decimal(0)
        return bool(held)


def act(site, verb, cause, amount, key):
    """Whether the ledger did it."""
    now = timezone.now()
    try:
        with transaction.atomic():
            if verb == "reserve":
                return bool(ledger.reserve(site, amount, cause, key, None, now))
            if verb == "void":
                return bool(ledger.void(cause, key, None, now, "essai"))
            return bool(getattr(ledger, verb)(cause, amount, key, None, now))
    except (DecisionImpossible, ValueError):
        return False


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves=MOVES)
def test_any_sequence_keeps_the_books(cast, moves):
    with transaction.atomic():
        give_right(cast.tilleuls, Decimal(300))
        # A second right that ends sooner: a move may be spread over both.
        give_right(cast.tilleuls, Decimal("40.50"), code="ancien")
        model = Model(Decimal("340.50"))
        for verb, cause, amount, key in moves:
            name = f"{verb}:{cause}:{key}"
            assert act(cast.tilleuls, verb, cause, amount, name) == model.does(
                verb, cause, amount, name
            )
            found = standing_of([cast.tilleuls], timezone.localdate())
            assert found.available == model.available >= 0
            assert found.reserved == sum(model.reserved.values())
            assert found.committed == sum(model.committed.values())
            assert found.consumed == sum(model.consumed.values())
        sums = Entry.objects.values("movement", "right").annotate(total=Sum("amount"))
        assert not [row for row in sums if row["total"]]
        assert recount_rights(timezone.now()).differences == []
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_many_people_at_once_never_overdraw():
    cast = make_cast()
    sites = [cast.tilleuls, cast.saules]
    for site in sites:
        give_right(site, Decimal(300))
    done = race(sites, attempts=40, threads=8)
    assert not done.broken
    assert done.granted
    assert done.refused
    for right in DrawingRight.objects.all():
        assert right.available >= 0
    found = standing_of(sites, timezone.localdate())
    assert found.reserved + found.committed == done.amount
    assert recount_rights(timezone.now()).differences == []


@pytest.mark.django_db(transaction=True)
def test_the_same_key_sent_by_many_at_once_counts_once():
    cast = make_cast()
    give_right(cast.tilleuls, Decimal(300))

    def send(_turn):
        try:
            ledger.reserve(cast.tilleuls, Decimal(100), CAUSES[0], "once", None, timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(send, range(6)))
    assert Movement.objects.filter(kind="reserve").count() == 1
    assert standing_of([cast.tilleuls], timezone.localdate()).reserved == 100


def test_a_balance_that_somebody_forced_is_found(cast):
    right = give_right(cast.tilleuls, Decimal(300))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger is asked
        cursor.execute(
            "UPDATE grants_drawingright SET available = 200, expired = 100 WHERE id = %s",
            [right.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    found = recount_rights(timezone.now()).differences
    assert {(one["account"], one["kept"], one["entered"]) for one in found} == {
        ("available", "200.00", "300.00"),
        ("expired", "100.00", "0"),
    }
