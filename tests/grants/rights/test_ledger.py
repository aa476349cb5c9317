"""The ledger of rights: once per key, never below nothing, and never rewritten."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from inventory.actions.declare_inventory import declare_inventory
from inventory.grants.actions.rights import ledger
from inventory.grants.actions.rights.ledger import KeyReused, NotUsable, Overdrawn
from inventory.grants.actions.rights.posting import Posting, moved, post
from inventory.grants.models.rights.ledger import (
    Account,
    Draw,
    DrawingRight,
    Entry,
    Movement,
    MovementKind,
)
from inventory.grants.models.rights.standing import standing_of
from schools.models import AuditEntry
from tests.grants.rights.world import give_right

FILE = "application:7"


def now():
    return timezone.now()


def standing(site):
    return standing_of([site], timezone.localdate())


def test_a_file_reserves_commits_and_consumes(cast):
    give_right(cast.tilleuls, Decimal(1000), Decimal(500))
    ledger.reserve(cast.tilleuls, Decimal(400), FILE, "submit:7", cast.bernard, now())
    found = standing(cast.tilleuls)
    assert (found.available, found.reserved) == (600, 400)
    ledger.commit(FILE, Decimal(350), "award:7", cast.odile, now())
    found = standing(cast.tilleuls)
    assert (found.available, found.reserved, found.committed) == (650, 0, 350)
    ledger.consume(FILE, Decimal(200), "delivery:1", cast.bernard, now())
    ledger.consume(FILE, Decimal(150), "delivery:2", cast.bernard, now())
    found = standing(cast.tilleuls)
    assert (found.available, found.committed, found.consumed) == (650, 0, 350)
    assert (found.granted, found.released, found.to_release) == (1500, 1000, 500)
    told = AuditEntry.objects.filter(action__endswith="_right").values_list("action", flat=True)
    assert sorted(told) == ["commit_right", "consume_right", "consume_right", "reserve_right"]


def test_the_same_key_changes_nothing(cast):
    give_right(cast.tilleuls, Decimal(1000))
    for _ in range(2):
        ledger.reserve(cast.tilleuls, Decimal(400), FILE, "submit:7", None, now())
    for _ in range(2):
        ledger.commit(FILE, Decimal(400), "award:7", None, now())
    for _ in range(2):
        ledger.consume(FILE, Decimal(100), "delivery:1", None, now())
    for _ in range(2):
        ledger.void(FILE, "void:7", None, now(), "abandon")
    found = standing(cast.tilleuls)
    assert (found.available, found.committed, found.consumed) == (900, 0, 100)
    with pytest.raises(KeyReused):
        ledger.reserve(cast.tilleuls, Decimal(1), "application:8", "submit:7", None, now())


def test_more_than_there_is_is_refused_with_what_is_missing(cast):
    give_right(cast.tilleuls, Decimal(5036))
    with pytest.raises(Overdrawn, match=r"il manque 1.204.€.*Il reste 5.036.€") as told:
        ledger.reserve(cast.tilleuls, Decimal(6240), FILE, "k", None, now())
    assert (told.value.available, told.value.asked) == (5036, 6240)
    ledger.reserve(cast.tilleuls, Decimal(5036), FILE, "k", None, now())
    with pytest.raises(Overdrawn, match="a réservé"):
        ledger.commit(FILE, Decimal("5036.01"), "c", None, now())
    ledger.commit(FILE, Decimal(5000), "c", None, now())
    with pytest.raises(Overdrawn, match="d’engagé"):
        ledger.consume(FILE, Decimal("5000.01"), "d", None, now())


def test_a_refusal_gives_everything_back_and_a_second_one_nothing(cast):
    give_right(cast.tilleuls, Decimal(1000))
    ledger.reserve(cast.tilleuls, Decimal(400), FILE, "a", None, now())
    ledger.void(FILE, "b", None, now(), "refusé")
    assert standing(cast.tilleuls).available == 1000
    assert ledger.void(FILE, "c", None, now(), "refusé") is None
    assert ledger.void("application:404", "d", None, now(), "") is None


def test_no_right_none_in_its_period_and_none_for_a_file_without_reservation(cast):
    with pytest.raises(NotUsable, match="n’a pas de droit"):
        ledger.reserve(cast.tilleuls, Decimal(1), FILE, "a", None, now())
    give_right(cast.tilleuls, Decimal(10))
    later = now() + dt.timedelta(days=800)
    with pytest.raises(NotUsable, match="terminée depuis le"):
        ledger.reserve(cast.tilleuls, Decimal(1), FILE, "a", None, later)
    with pytest.raises(NotUsable, match="à partir du"):
        ledger.reserve(cast.tilleuls, Decimal(1), FILE, "a", None, now() - dt.timedelta(days=60))
    with pytest.raises(NotUsable, match="Aucun montant n’est réservé"):
        ledger.commit(FILE, Decimal(1), "b", None, now())
    with pytest.raises(ValueError, match="above nothing"):
        ledger.reserve(cast.tilleuls, Decimal(0), FILE, "a", None, now())


def test_a_missing_condition_is_named(cast):
    give_right(cast.tilleuls, Decimal(100), conditions=("declaration",))
    with pytest.raises(NotUsable, match="déclaration valable"):
        ledger.reserve(cast.tilleuls, Decimal(1), FILE, "a", None, now())
    declare_inventory(cast.bernard, cast.tilleuls)
    ledger.reserve(cast.tilleuls, Decimal(1), FILE, "a", None, now())


def test_the_right_that_ends_first_pays_first(cast):
    late = give_right(cast.tilleuls, Decimal(100))
    soon = give_right(cast.tilleuls, Decimal(100), code="ancien")
    DrawingRight.objects.filter(pk=soon.pk).update(usable_until=timezone.localdate())
    ledger.reserve(cast.tilleuls, Decimal(130), FILE, "a", None, now())
    ledger.commit(FILE, Decimal(110), "b", None, now())
    ledger.consume(FILE, Decimal(110), "c", None, now())
    for right in (late, soon):
        right.refresh_from_db()
    assert (soon.consumed, late.consumed, late.available) == (100, 10, 90)


def test_what_was_written_stays_and_balances_are_the_entries(cast):
    right = give_right(cast.tilleuls, Decimal(100))
    ledger.reserve(cast.tilleuls, Decimal(40), FILE, "a", None, now())
    for wrong in (
        lambda: Movement.objects.update(amount=1),
        lambda: Movement.objects.all().delete(),
        lambda: Entry.objects.update(amount=1),
        lambda: Entry.objects.all().delete(),
        lambda: Draw.objects.update(reserved=1),
        lambda: Draw.objects.all().delete(),
        lambda: DrawingRight.objects.filter(pk=right.pk).update(available=10, reserved=90),
        lambda: DrawingRight.objects.filter(pk=right.pk).update(site=cast.saules),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            wrong()
    right.refresh_from_db()
    assert (right.available, right.reserved) == (60, 40)


def test_an_unbalanced_or_overdrawing_movement_cannot_be_stored(cast):
    right = give_right(cast.tilleuls, Decimal(100))

    def write(key, moves):
        with transaction.atomic():
            return post(
                Posting(MovementKind.CORRECT, key, cast.tilleuls, Decimal(1), moves), None, now()
            )

    with pytest.raises(IntegrityError, match="not balanced"):
        write("x", {(right.pk, Account.AVAILABLE): Decimal(5)})
    with pytest.raises(IntegrityError, match="not balanced"):
        write(
            "x",
            {
                (right.pk, Account.AVAILABLE): Decimal(5),
                (right.pk, Account.EXPIRED): Decimal(-4),
            },
        )
    with pytest.raises(IntegrityError, match="right_is_never_overdrawn"):
        write("x", moved([(right.pk, Decimal(101))], Account.AVAILABLE, Account.RESERVED))
    movement = write("x", moved([(right.pk, Decimal(1))], Account.AVAILABLE, Account.RESERVED))
    with pytest.raises(IntegrityError, match="not balanced"), transaction.atomic():
        Entry.objects.bulk_create(
            [
                Entry(movement=movement, right=right, account=Account.COMMITTED, amount=1),
                Entry(movement=movement, right=right, account=Account.EXPIRED, amount=-1),
            ]
        )
    with transaction.atomic():
        Movement.objects.create(
            kind="grant", key="y", site=cast.tilleuls, amount=1, year=2026, actor_text="x"
        )
        with pytest.raises(IntegrityError, match="has no entries"):
            connection.check_constraints()
        transaction.set_rollback(True)


def test_a_day_gone_by_is_summed_up_from_its_entries(cast):
    give_right(cast.tilleuls, Decimal(100))
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    assert standing_of([cast.tilleuls], yesterday).granted == 0
    assert standing_of([cast.tilleuls, cast.saules.pk], timezone.localdate()).granted == 100
