"""The journal is a chain, sealed at commit; whoever breaks it is seen."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from schools.actions.audit import record_action
from schools.chain import FIRST_LINK, link_digest, said_by, sealed_text, verify
from schools.models import AuditEntry, AuditSeal, Site, User
from schools.origin import Door, Origin, coming_from
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def write(cast: Cast, times: int = 1, why: str = "") -> list[AuditEntry]:
    return [
        record_action(cast.sofia, "take_ticket", cast.tilleuls, site=cast.tilleuls, why=why)
        for _n in range(times)
    ]


def numbers() -> list[tuple[int, int]]:
    """Number and entry of each seal, in order."""
    return list(AuditSeal.objects.order_by("sequence").values_list("sequence", "entry_id"))


# --- sealing ------------------------------------------------------------------------------------


def test_an_entry_is_sealed_when_its_transaction_commits_not_before(cast: Cast):
    with transaction.atomic():
        entry = write(cast)[0]
        assert not AuditSeal.objects.exists()
    seal = AuditSeal.objects.get()
    assert (seal.sequence, seal.entry_id) == (1, entry.pk)
    assert seal.digest == link_digest(FIRST_LINK, said_by([entry.pk])[entry.pk])


def test_what_is_sealed_is_what_the_entry_says(cast: Cast):
    """The form of the sealed text, part by part, each after its length in bytes."""
    origin = Origin(Door.TOKEN, "Export", "2001:db8::1")
    with coming_from(origin):
        entry = record_action(
            cast.sofia,
            "take_ticket",
            cast.tilleuls,
            site=cast.tilleuls,
            before={"b": 1.50, "a": "é"},
            after={"z": None},
            why="élève",
        )
    moment = entry.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    number = str(entry.pk)
    assert sealed_text(said_by([entry.pk])[entry.pk]) == (
        f"{len(number)}:{number}27:{moment}13:Sofia Exemple11:take_ticket12:schools.site"
        f"{len(str(cast.tilleuls.pk))}:{cast.tilleuls.pk}15:École Tilleuls15:École Tilleuls"
        '21:{"a": "é", "b": 1.5}11:{"z": null}7:élève5:token6:Export11:2001:db8::1'
    )
    assert verify().broken is None


def test_a_rolled_back_transaction_leaves_no_gap(cast: Cast):
    write(cast)
    with transaction.atomic():
        write(cast, 3)
        transaction.set_rollback(True)
    last = write(cast)[0]
    assert [number for number, _entry in numbers()] == [1, 2]
    assert numbers()[-1][1] == last.pk


def test_a_rolled_back_savepoint_takes_its_entries_alone(cast: Cast):
    with transaction.atomic():
        first = write(cast)[0]
        with transaction.atomic():
            write(cast)
            transaction.set_rollback(True)
        with transaction.atomic():
            second = write(cast)[0]
    assert numbers() == [(1, first.pk), (2, second.pk)]
    assert verify().broken is None


def test_constraints_made_immediate_in_between_seal_once(cast: Cast):
    with transaction.atomic(), connection.cursor() as cursor:
        write(cast, 2)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        write(cast)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        write(cast)
    assert [number for number, _entry in numbers()] == [1, 2, 3, 4]
    assert verify().broken is None


def test_five_thousand_at_once_are_one_chain_in_order(cast: Cast):
    rows = [
        AuditEntry(actor_text="P", action="x", object_type="t", object_id=str(n), object_text="o")
        for n in range(5_000)
    ]
    AuditEntry.objects.bulk_create(rows)
    found = numbers()
    assert [number for number, _entry in found] == list(range(1, 5_001))
    assert [entry for _number, entry in found] == sorted(entry for _number, entry in found)
    verdict = verify()
    assert verdict.broken is None
    assert verdict.read == 5_000


def test_two_transactions_at_once_share_one_chain(cast: Cast):
    """Both write before either commits; the one that commits first is first in the chain."""
    both, entries = threading.Barrier(2, timeout=20), {}

    def work(name: str, turn: threading.Event, done: threading.Event) -> None:
        try:
            with transaction.atomic():
                entries[name] = write(cast, 2)
                both.wait()
                assert turn.wait(20)
        finally:
            done.set()
            connection.close()

    events = [threading.Event() for _n in range(4)]
    threads = [
        threading.Thread(target=work, args=("a", events[0], events[1])),
        threading.Thread(target=work, args=("b", events[2], events[3])),
    ]
    for thread in threads:
        thread.start()
    events[2].set()
    assert events[3].wait(20)
    events[0].set()
    for thread in threads:
        thread.join(20)
    order = [entry.pk for name in "ba" for entry in entries[name]]
    assert [entry for _number, entry in numbers()] == order
    assert verify().broken is None


def test_many_writers_never_fork_the_chain_nor_wait_for_ever(cast: Cast):
    failed: list[Exception] = []

    def work() -> None:
        try:
            for _n in range(15):
                with transaction.atomic():
                    write(cast, 2)
        except DatabaseError as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert [number for number, _entry in numbers()] == list(range(1, 181))
    assert verify().broken is None


def test_who_holds_the_chain_waits_for_nobody(cast: Cast):
    """A locks a site and commits; B's entries are about that site. Sealing before the other
    deferred checks, B would hold the chain and wait for A, and A would wait for the chain."""
    locked, failed = threading.Event(), []

    def keeper() -> None:
        try:
            with transaction.atomic():
                Site.objects.select_for_update().get(pk=cast.peupliers.pk)
                locked.set()
                write(cast)
                connection.cursor().execute("SELECT pg_sleep(0.4)")
        except DatabaseError as error:
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=keeper)
    thread.start()
    assert locked.wait(20)
    with transaction.atomic():
        write(cast)
        record_action(None, "take_ticket", cast.peupliers, site=cast.peupliers)
    thread.join(20)
    assert failed == []
    assert verify().read == 3


def test_a_long_transaction_makes_nobody_wait(cast: Cast):
    with transaction.atomic():
        write(cast)
        done = threading.Event()

        def work() -> None:
            write(cast)
            connection.close()
            done.set()

        thread = threading.Thread(target=work)
        thread.start()
        assert done.wait(20), "a colleague waits for our commit"
        thread.join(20)
    assert [number for number, _entry in numbers()] == [1, 2]


def test_the_chain_holds_when_the_person_and_the_site_are_gone(cast: Cast):
    entry = record_action(cast.odile, "take_ticket", cast.bouleaux, site=cast.bouleaux)
    User.objects.get(pk=cast.odile.pk).delete()
    Site.objects.get(pk=cast.bouleaux.pk).delete()
    entry.refresh_from_db()
    assert (entry.actor_id, entry.site_id) == (None, None)
    assert (entry.actor_text, entry.site_text) == ("Odile Exemple", "École Bouleaux")
    assert verify().broken is None


# --- refusing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE schools_auditseal SET digest = repeat('0', 64)",
        "DELETE FROM schools_auditseal",
        "INSERT INTO schools_auditseal SELECT entry_id, 9, digest FROM schools_auditseal",
        "UPDATE schools_auditentry SET address = NULL, why = 'x'",
        "DELETE FROM schools_auditentry",
    ],
)
def test_nobody_rewrites_the_chain(sql: str, cast: Cast):
    write(cast)
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("table", ["schools_auditentry", "schools_auditseal"])
def test_nobody_empties_it(table: str, cast: Cast):
    write(cast)
    with transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="append-only"):
            cursor.execute(f"TRUNCATE {table} CASCADE")
        transaction.set_rollback(True)
    assert AuditEntry.objects.count() == 1
