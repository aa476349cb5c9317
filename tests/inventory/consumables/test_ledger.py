"""The ledger of stocks: append-only, balanced, never below nothing, once per key."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.access.consumables import StockRefused
from inventory.actions.consumables.check_ledger import check_ledger
from inventory.actions.consumables.count_stock import count_stock
from inventory.actions.consumables.ledger import StockImpossible
from inventory.actions.consumables.move_stock import move_stock
from inventory.actions.consumables.open_store import open_store, set_reorder_level
from inventory.actions.consumables.receive_stock import receive_stock
from inventory.actions.consumables.undo_stock import undo_stock
from inventory.actions.consumables.use_consumable import return_stock, use_consumable
from inventory.models import Consumable, StockEntry, StockLine, Store
from schools.models import Province
from tests.cast import make_cast


@pytest.fixture
def toner(db):
    return Consumable.objects.create(name="Toner noir", kind="toner")


def key():
    return uuid.uuid4()


def left(store, consumable):
    line = StockLine.objects.filter(store=store, consumable=consumable).first()
    return line.quantity if line else 0


def van_of(cast):
    return Store.objects.create(name="Camionnette", holder=cast.thomas, province=Province.NAMUR)


def test_what_comes_in_goes_out(cast, toner):
    store = open_store(cast.claire, cast.tilleuls.pk)
    receive_stock(cast.claire, store, toner, 5, Decimal("61.50"), "BL-1", key=key())
    entry = use_consumable(cast.claire, store, toner, 2, reference="ticket 12", key=key())
    assert (entry.quantity, entry.balance) == (-2, 3)
    line = StockLine.objects.get()
    assert (line.quantity, line.last_cost) == (3, Decimal("61.50"))


def test_more_than_there_is_is_refused(cast, toner):
    store = open_store(cast.claire, cast.tilleuls.pk)
    receive_stock(cast.claire, store, toner, 1, key=key())
    with pytest.raises(StockImpossible, match=r"Il reste 1.*vous en prenez 2"):
        use_consumable(cast.claire, store, toner, 2, key=key())
    assert left(store, toner) == 1


def test_the_same_key_takes_once_and_with_other_words_is_refused(cast, toner):
    store, once = open_store(cast.claire, cast.tilleuls.pk), key()
    receive_stock(cast.claire, store, toner, 9, key=key())
    first = use_consumable(cast.claire, store, toner, 2, key=once)
    assert use_consumable(cast.claire, store, toner, 2, key=once).pk == first.pk
    with pytest.raises(StockImpossible, match="déjà été envoyé"):
        use_consumable(cast.claire, store, toner, 3, key=once)
    assert left(store, toner) == 7


def test_a_move_balances_and_is_undone_on_both_sides(cast, toner):
    van, store = van_of(cast), open_store(cast.thomas, cast.tilleuls.pk)
    receive_stock(cast.thomas, van, toner, 4, key=key())
    out = move_stock(cast.thomas, van, toner, 3, store, key=key())
    assert (left(van, toner), left(store, toner)) == (1, 3)
    assert len(undo_stock(cast.thomas, out.pk)) == 2
    assert (left(van, toner), left(store, toner)) == (4, 0)
    undo_stock(cast.thomas, out.pk)  # a second click
    assert (left(van, toner), left(store, toner)) == (4, 0)


@pytest.mark.django_db(transaction=True)
def test_half_a_move_cannot_be_stored():
    cast, toner = make_cast(), Consumable.objects.create(name="Toner", kind="toner")
    van = van_of(cast)
    with pytest.raises(IntegrityError, match="not balanced"):
        StockEntry.objects.create(
            store=van, consumable=toner, movement="moved", quantity=2, key=key(), actor_text="x"
        )
    assert not StockEntry.objects.exists()


def test_a_count_needs_a_reason_where_it_differs(cast, toner):
    store = open_store(cast.claire, cast.tilleuls.pk)
    receive_stock(cast.claire, store, toner, 4, key=key())
    assert count_stock(cast.claire, store, toner, 4, key=key()).quantity == 0
    with pytest.raises(StockImpossible, match="Le stock dit 4, vous comptez 3"):
        count_stock(cast.claire, store, toner, 3, key=key())
    assert count_stock(cast.claire, store, toner, 3, "un toner percé", key=key()).balance == 3


def test_what_was_used_since_cannot_be_undone(cast, toner):
    store = open_store(cast.claire, cast.tilleuls.pk)
    came = receive_stock(cast.claire, store, toner, 4, key=key())
    use_consumable(cast.claire, store, toner, 3, key=key())
    with pytest.raises(StockImpossible, match="Il reste 1"):
        undo_stock(cast.claire, came.pk)


def test_entries_are_kept_and_quantities_are_theirs(cast, toner):
    store = open_store(cast.claire, cast.tilleuls.pk)
    entry = receive_stock(cast.claire, store, toner, 4, key=key())
    for wrong in (
        lambda: StockEntry.objects.filter(pk=entry.pk).update(quantity=40),
        lambda: StockEntry.objects.filter(pk=entry.pk).delete(),
        lambda: StockLine.objects.update(quantity=40),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            wrong()
    assert left(store, toner) == 4


def test_strangers_see_and_take_nothing(cast, toner):
    store = open_store(cast.claire, cast.tilleuls.pk)
    receive_stock(cast.claire, store, toner, 4, key=key())
    with pytest.raises(Store.DoesNotExist):
        use_consumable(cast.karl, store, toner, 1, key=key())
    with pytest.raises(StockRefused, match="tenu par l’école"):
        use_consumable(cast.odile, store, toner, 1, key=key())


def test_what_is_low_says_how_many_to_order(cast, toner):
    store = open_store(cast.claire, cast.tilleuls.pk)
    receive_stock(cast.claire, store, toner, 2, key=key())
    line = set_reorder_level(cast.claire, store.pk, toner, 2, 6)
    assert (line.is_low, line.to_order) == (True, 4)
    assert StockLine.objects.to_reorder().count() == 1
    with pytest.raises(StockImpossible, match="dépasser"):
        set_reorder_level(cast.claire, store.pk, toner, 6, 6)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["receive", "use", "return", "move", "back", "count", "undo"]),
        st.integers(1, 9),
    ),
    max_size=25,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_any_run_of_gestures_adds_up_and_stays_above_nothing(steps, cast, toner):
    with transaction.atomic():
        van, store = van_of(cast), open_store(cast.thomas, cast.tilleuls.pk)
        model = {van.pk: 0, store.pk: 0}
        for step, n in steps:
            before = StockEntry.objects.count()
            try:
                with transaction.atomic():
                    _play(step, n, cast.thomas, van, store, toner)
            except StockImpossible:
                assert StockEntry.objects.count() == before
        for row in StockEntry.objects.order_by("pk"):
            model[row.store_id] += row.quantity
            assert row.balance == model[row.store_id] >= 0
        assert {van.pk: left(van, toner), store.pk: left(store, toner)} == model
        assert check_ledger() == []
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        transaction.set_rollback(True)


def _play(step, n, user, van, store, toner):
    if step == "receive":
        receive_stock(user, van, toner, n, key=key())
    elif step == "use":
        use_consumable(user, store, toner, n, key=key())
    elif step == "return":
        return_stock(user, store, toner, n, key=key())
    elif step == "move":
        move_stock(user, van, toner, n, store, key=key())
    elif step == "back":
        move_stock(user, store, toner, n, van, key=key())
    elif step == "count":
        count_stock(user, store, toner, n, "recompté", key=key())
    elif last := StockEntry.objects.order_by("-pk").first():
        undo_stock(user, last.pk)


@pytest.mark.django_db(transaction=True)
def test_many_hands_take_no_more_than_there_is():
    cast, toner = make_cast(), Consumable.objects.create(name="Toner", kind="toner")
    store = open_store(cast.claire, cast.tilleuls.pk)
    receive_stock(cast.claire, store, toner, 40, key=key())

    def take(_rank):
        try:
            use_consumable(cast.claire, store, toner, 3, key=key())
            return 1
        except StockImpossible:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(take, range(64))) == 13  # 39 of 40
    assert left(store, toner) == 1
    assert check_ledger() == []
