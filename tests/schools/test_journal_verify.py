"""Whoever breaks the chain of the journal is seen, and the harm has a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from schools.actions.verify_journal import verify_journal
from schools.chain import link_digest, said_by, verify
from schools.models import AuditCheck, AuditEntry, AuditSeal
from tests.cast import Cast, make_cast
from tests.schools.test_journal_chain import write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def tamper(sql: str, *values: object) -> None:
    """As a superuser who has turned the triggers off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)


def change(entries: list[AuditEntry]) -> None:
    tamper("UPDATE schools_auditentry SET why = 'x' WHERE id = %s", entries[2].pk)


def change_before(entries: list[AuditEntry]) -> None:
    tamper("UPDATE schools_auditentry SET before = '{\"a\": 1}' WHERE id = %s", entries[2].pk)


def remove_entry(entries: list[AuditEntry]) -> None:
    tamper("DELETE FROM schools_auditentry WHERE id = %s", entries[2].pk)


def remove_both(entries: list[AuditEntry]) -> None:
    tamper("DELETE FROM schools_auditseal WHERE entry_id = %s", entries[2].pk)
    remove_entry(entries)


def remove_and_renumber(entries: list[AuditEntry]) -> None:
    remove_both(entries)
    tamper("UPDATE schools_auditseal SET sequence = sequence - 1000 WHERE sequence > 3")
    tamper("UPDATE schools_auditseal SET sequence = sequence + 999 WHERE sequence < 0")


def _copy(entry: AuditEntry) -> int:
    tamper(
        "INSERT INTO schools_auditentry (at, actor_text, action, object_type, object_id,"
        " object_text, site_text, before, after, why, door, door_name)"
        " SELECT at, actor_text, action, object_type, object_id, object_text, site_text,"
        " before, after, 'forged', door, door_name FROM schools_auditentry WHERE id = %s",
        entry.pk,
    )
    return AuditEntry.objects.get(why="forged").pk


def insert_unsealed(entries: list[AuditEntry]) -> None:
    _copy(entries[0])


def _make_room() -> None:
    tamper("UPDATE schools_auditseal SET sequence = sequence + 1000 WHERE sequence >= 3")
    tamper("UPDATE schools_auditseal SET sequence = sequence - 999 WHERE sequence > 1000")


def insert_with_a_good_seal(entries: list[AuditEntry]) -> None:
    forged = _copy(entries[0])
    before = AuditSeal.objects.get(sequence=2).digest
    _make_room()
    digest = link_digest(before, said_by([forged])[forged])
    tamper("INSERT INTO schools_auditseal VALUES (%s, 3, %s)", forged, digest)


def insert_with_a_bad_seal(entries: list[AuditEntry]) -> None:
    forged = _copy(entries[0])
    _make_room()
    tamper("INSERT INTO schools_auditseal VALUES (%s, 3, repeat('a', 64))", forged)


def swap_numbers(entries: list[AuditEntry]) -> None:
    tamper("UPDATE schools_auditseal SET sequence = 99 WHERE sequence = 3")
    tamper("UPDATE schools_auditseal SET sequence = 3 WHERE sequence = 4")
    tamper("UPDATE schools_auditseal SET sequence = 4 WHERE sequence = 99")


def swap_entries(entries: list[AuditEntry]) -> None:
    tamper("UPDATE schools_auditseal SET entry_id = 0 WHERE sequence = 3")
    tamper("UPDATE schools_auditseal SET entry_id = %s WHERE sequence = 5", entries[2].pk)
    tamper("UPDATE schools_auditseal SET entry_id = %s WHERE sequence = 3", entries[4].pk)


KINDS: list[tuple[Callable[[list[AuditEntry]], None], str, int]] = [
    (change, "changed", 3),
    (change_before, "changed", 3),
    (remove_entry, "missing", 3),
    (remove_both, "missing", 3),
    (remove_and_renumber, "changed", 3),
    (insert_unsealed, "inserted", 6),
    (insert_with_a_good_seal, "inserted", 3),
    (insert_with_a_bad_seal, "inserted", 3),
    (swap_numbers, "reordered", 3),
    (swap_entries, "reordered", 3),
]
"""What is done to the five entries, what verify calls it, and the number where it says so."""


@pytest.mark.parametrize(("harm", "kind", "number"), KINDS, ids=[row[0].__name__ for row in KINDS])
def test_each_kind_of_harm_is_found_and_named(harm, kind, number, cast: Cast, capsys):
    entries = [write(cast, why=f"n° {n}")[0] for n in range(5)]
    call_command("verify_journal")
    assert "The journal holds: 5 entries, numbers 1 to 5." in capsys.readouterr().out
    harm(entries)
    with pytest.raises(CommandError, match=f"BROKEN: {kind} at number {number}") as error:
        call_command("verify_journal")
    assert error.value.returncode == 1


def test_a_tail_cut_off_is_seen_by_the_head_that_was_kept(cast: Cast, capsys):
    write(cast, 5)
    call_command("verify_journal")
    head = capsys.readouterr().out.splitlines()[-1].split()[1]
    tamper("DELETE FROM schools_auditseal WHERE sequence > 3")
    tamper(
        "DELETE FROM schools_auditentry WHERE id NOT IN (SELECT entry_id FROM schools_auditseal)"
    )
    call_command("verify_journal")  # without the head nothing is missing
    for told in (head, head.partition(":")[2]):
        with pytest.raises(CommandError, match="cut off"):
            call_command("verify_journal", head=told)
    write(cast, 4)  # grown again beyond the head: still another chain
    with pytest.raises(CommandError, match="written anew"):
        call_command("verify_journal", head=head)


def test_it_begins_where_it_is_told(cast: Cast, capsys):
    entries = write(cast, 5)
    change(entries)
    call_command("verify_journal", first=4)
    assert "The journal holds: 2 entries, numbers 4 to 5." in capsys.readouterr().out
    with pytest.raises(CommandError, match="no seal of this number"):
        call_command("verify_journal", first=9)
    with pytest.raises(CommandError, match="NUMBER:DIGEST"):
        call_command("verify_journal", head="12")


def test_an_empty_journal_holds(cast: Cast, capsys):
    call_command("verify_journal")
    assert "Nothing to verify" in capsys.readouterr().out


def test_memory_does_not_grow_with_the_journal(cast: Cast, monkeypatch):
    write(cast, 7)
    monkeypatch.setattr("schools.chain.PIECE", 2)
    assert verify().read == 7
    change(list(AuditEntry.objects.order_by("pk")))
    broken = verify().broken
    assert broken is not None
    assert (broken.kind, broken.sequence) == ("changed", 3)


# --- the nightly look ---------------------------------------------------------------------------


def test_the_night_goes_on_from_the_last_good_look(cast: Cast):
    write(cast, 3)
    first = verify_journal(timezone.now())
    assert (first.first, first.last, first.broken) == (1, 3, "")
    write(cast, 2)
    second = verify_journal(timezone.now())
    assert (second.first, second.last, second.broken) == (3, 5, "")


def test_the_night_finds_an_end_that_was_cut_off(cast: Cast):
    write(cast, 3)
    verify_journal(timezone.now())
    tamper("DELETE FROM schools_auditseal WHERE sequence = 3")
    tamper(
        "DELETE FROM schools_auditentry WHERE id NOT IN (SELECT entry_id FROM schools_auditseal)"
    )
    write(cast)
    assert "cut off" in verify_journal(timezone.now()).broken
    assert AuditCheck.objects.latest().broken


def test_once_a_week_the_night_reads_everything(cast: Cast):
    write(cast, 3)
    verify_journal(timezone.now() - dt.timedelta(days=8))
    change(list(AuditEntry.objects.order_by("pk")))
    assert "changed at number 3" in verify_journal(timezone.now()).broken
