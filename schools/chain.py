"""The chain of the journal, read again from the first link to the last.

Each seal is the SHA-256 of the seal before it and of what its entry says. PostgreSQL writes them at
commit (migration 0021); this is the same form a second time, so that a function changed in the
database does not vouch for itself. Reads in pieces: memory does not grow with the journal.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import Exists, OuterRef, TextField
from django.db.models.functions import Cast

from schools.models import AuditEntry, AuditSeal

FIRST_LINK = "0" * 64
"""What the first entry is chained to."""
PIECE = 2_000
"""Entries in memory at a time."""
SAID = (
    "id",
    "at",
    "actor_text",
    "action",
    "object_type",
    "object_id",
    "object_text",
    "site_text",
    "before_said",
    "after_said",
    "why",
    "door",
    "door_name",
    "address",
)
"""What is sealed of an entry, in this order. Not the keys of person and site: they become null
when the person or the site is deleted, and the entry must hold all the same."""

Said = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """One seal: its number, the entry it stands for, its sum."""

    sequence: int
    entry: int
    digest: str


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the chain does not hold. ``kind``: changed, missing, inserted, reordered, cut off."""

    kind: str
    sequence: int
    entry: int | None
    what: str

    def __str__(self) -> str:
        where = f" (entry {self.entry})" if self.entry is not None else ""
        return f"{self.kind} at number {self.sequence}{where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reading found: the first and last number read, and the first break if any."""

    first: int
    head: Link | None
    broken: Broken | None
    head_at: dt.datetime | None = None

    @property
    def read(self) -> int:
        """How many links held."""
        return self.head.sequence - self.first + 1 if self.head else 0


def sealed_text(said: Said) -> str:
    """The sealed form of an entry: each part after its length in bytes."""
    parts = (_told(value) for value in said)
    return "".join(f"{len(part.encode())}:{part}" for part in parts)


def link_digest(before: str, said: Said) -> str:
    """The seal of an entry behind the seal ``before``."""
    return hashlib.sha256((before + sealed_text(said)).encode()).hexdigest()


def _told(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return "" if value is None else str(value)


def said_by(entries: list[int]) -> dict[int, Said]:
    """What these entries say, by key; one that is gone is absent."""
    rows = AuditEntry.objects.filter(pk__in=entries).annotate(
        # as PostgreSQL writes it: Python would write numbers and order of keys otherwise
        before_said=Cast("before", TextField()),
        after_said=Cast("after", TextField()),
    )
    return {row[0]: row for row in rows.values_list(*SAID)}


def pieces(after: int, until: int | None = None) -> Iterator[list[Link]]:
    """The links behind number ``after``, a piece at a time."""
    while True:
        rows = AuditSeal.objects.filter(sequence__gt=after).order_by("sequence")
        if until is not None:
            rows = rows.filter(sequence__lte=until)
        piece = [Link(*row) for row in rows.values_list("sequence", "entry_id", "digest")[:PIECE]]
        if not piece:
            return
        yield piece
        after = piece[-1].sequence


def verify(first: int = 1, until: int | None = None, head: str = "") -> Verdict:
    """Read the chain from number ``first`` on; what stands before it is believed.

    ``head`` is what an earlier reading printed and somebody kept elsewhere: ``NUMBER:DIGEST`` or
    the digest alone. A chain that no longer contains it was cut off or written anew.
    """
    number, wanted = read_head(head)
    last = Link(0, 0, FIRST_LINK)
    if first > 1:
        found = AuditSeal.objects.filter(sequence=first - 1).first()
        if found is None:
            gone = Broken("missing", first - 1, None, "there is no seal of this number")
            return Verdict(first, None, gone)
        last = Link(found.sequence, found.entry_id, found.digest)
    met = not wanted or last.digest == wanted
    beginning, former = last, None
    for piece in pieces(last.sequence, until):
        chain = [last, *piece]
        held = _holding(chain)
        met = met or any(link.digest == wanted for link in chain[1 : held + 1])
        former, last = chain[held - 1] if held else former, chain[held]
        if held < len(piece):
            return _verdict(first, beginning, last, _explain(former, last, chain[held + 1]))
    broken = None if until is not None else _unsealed(first, last)
    if broken is None and not met and (number is None or number >= first):
        broken = _cut_off(number, last)
    return _verdict(first, beginning, last, broken)


def read_head(head: str) -> tuple[int | None, str]:
    """``(1234, digest)`` of ``1234:digest``. Raises ValueError for anything else."""
    number, colon, digest = head.strip().rpartition(":")
    if head and (len(digest) != 64 or (colon and not number.isdecimal())):
        raise ValueError("A head is NUMBER:DIGEST, as verify_journal prints it.")
    return (int(number) if number else None), digest.lower()


def _verdict(first: int, beginning: Link, last: Link, broken: Broken | None) -> Verdict:
    if last is beginning:
        return Verdict(first, None, broken)
    at = AuditEntry.objects.filter(pk=last.entry).values_list("at", flat=True).first()
    return Verdict(first, last, broken, at)


def _holding(chain: list[Link]) -> int:
    """How many links hold, each to the one before it; the first of ``chain`` is believed."""
    said = said_by([link.entry for link in chain[1:]])
    for place, (before, link) in enumerate(pairwise(chain)):
        if link.sequence != before.sequence + 1 or not _holds(before, link, said):
            return place
    return len(chain) - 1


def _holds(before: Link, link: Link, said: dict[int, Said]) -> bool:
    entry = said.get(link.entry)
    return entry is not None and link_digest(before.digest, entry) == link.digest


def _explain(former: Link | None, before: Link, link: Link) -> Broken:
    """Which kind of harm made ``link`` wrong behind ``before``: try what would have been right."""
    if link.sequence != before.sequence + 1:
        gone = before.sequence + 1
        return Broken("missing", gone, None, "there is no seal of this number")
    rest = next(pieces(link.sequence), [])
    said = said_by([link.entry, *(other.entry for other in rest)])
    if link.entry not in said:
        return Broken("missing", link.sequence, link.entry, "its entry is gone")
    if former and _holds(former, link, said):
        what = "it was put in with a seal of its own: what follows holds without it"
        return Broken("inserted", before.sequence, before.entry, what)
    for other in rest:
        right = link_digest(before.digest, said[other.entry]) if other.entry in said else ""
        moved = right == link.digest  # the entries changed places below their seals
        if right == other.digest and any(_holds(one, link, said) for one in rest):
            moved = True  # the seals changed places with their entries
        if moved:
            what = f"entry {other.entry} belongs here"
            return Broken("reordered", link.sequence, link.entry, what)
        if right == other.digest:
            what = "what follows holds without it"
            return Broken("inserted", link.sequence, link.entry, what)
    what = "it is not what was sealed here: it was changed, or what stood before it taken out"
    return Broken("changed", link.sequence, link.entry, what)


def _unsealed(first: int, last: Link) -> Broken | None:
    """An entry that was put in past the triggers has no seal at all."""
    entries = AuditEntry.objects.filter(
        ~Exists(AuditSeal.objects.filter(entry=OuterRef("pk")))
    ).order_by("pk")
    if first > 1:
        oldest = AuditSeal.objects.filter(sequence__gte=first - 1).order_by("sequence").first()
        entries = entries.filter(pk__gt=oldest.entry_id if oldest else 0)
    found = entries.values_list("pk", flat=True).first()
    if found is None:
        return None
    return Broken("inserted", last.sequence + 1, found, "it was never sealed")


def _cut_off(number: int | None, last: Link) -> Broken:
    what = "the head you gave is not in the chain: its end was cut off, or all of it written anew"
    if number is not None and number > last.sequence:
        what = f"the chain ends at {last.sequence}, the head you gave is number {number}"
    return Broken("cut off", min(number or last.sequence, last.sequence + 1), None, what)
