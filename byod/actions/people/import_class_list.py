"""A class list: read, compared with who is known, shown, and applied whole or not at all.

Somebody is found again by the HMAC of the school's own number. Who is absent from a new list has
left; nobody is deleted. A new school year opens its classes and closes the former ones.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.people.members import can_run
from byod.actions.people.authorise import settle_site
from byod.actions.people.class_list_files import read_class_list
from byod.actions.people.decisions import begin_decision, note_members, note_rows
from byod.actions.people.decisions_of_lists import (
    note_changed,
    note_changes,
    note_classes,
    touched_keys,
)
from byod.actions.people.letters import end_mailed_links
from byod.actions.people.register import close_for
from byod.models.people.decisions import DecisionKind, EntryKind
from byod.models.people.identities import Identity, Named
from byod.models.people.lists import ClassList
from byod.models.people.members import Member, MemberKind, RegisteredBy, SchoolClass
from byod.rules.people.class_lists import Fault, ListRow
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Site, User
from schools.sealed import seal, unseal

SHARE_GUARDED = 0.2
"""Above this share of people gone, a list looks partial: leaving asks for an explicit yes."""


def school_key(site: Site, number: str) -> str:
    """HMAC-SHA-256 of the school's own number under FIELD_KEY: nobody reads the number back, and
    two schools' pupils with the same number are two."""
    text = f"{site.school_id}:{number.strip().casefold()}"
    key = str(settings.FIELD_KEY).encode()
    return hmac.new(key, b"byod school key:" + text.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody who is known, and what of them is new."""

    member: Member
    row: ListRow
    words: tuple[str, ...]
    """``class``, ``name``, ``guardian``, ``language``, ``adult``, ``back``."""


@dataclass(slots=True)
class Difference:
    """What applying a list would do."""

    new: list[ListRow] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    same: int = 0
    leaving: list[Member] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    closing: list[SchoolClass] = field(default_factory=list)
    known: int = 0

    @property
    def guarded(self) -> bool:
        return len(self.leaving) > max(3, SHARE_GUARDED * self.known)

    @property
    def figures(self) -> dict[str, int]:
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "same": self.same,
            "left": len(self.leaving),
        }


@transaction.atomic
def send_class_list(user: User, site: Site, body: bytes, year: int, *, whole: bool) -> ClassList:
    """Read a file and keep its rows, sealed, until somebody says yes.

    Raises DecisionRefused, FileRefused.
    """
    require(can_run(user, site))
    found = read_class_list(body, timezone.localdate())
    kept: dict[str, Any] = {
        "rows": [row.kept() for row in found.rows],
        "faults": [[one.line, one.column, one.why, one.value] for one in found.faults],
    }
    return ClassList.objects.create(
        site=site,
        year=year,
        whole=whole,
        sealed=seal(kept),
        figures={"refused": len({one.line for one in found.faults}), "rows": len(found.rows)},
        sent_by=user,
    )


def rows_of(row: ClassList) -> tuple[list[ListRow], list[Fault]]:
    """What the file said. Empty once it was applied or forgotten."""
    if not row.sealed:
        return [], []
    kept = unseal(row.sealed)
    return (
        [ListRow(**one) for one in kept["rows"]],
        [Fault(*one) for one in kept.get("faults", [])],
    )


def difference_of(row: ClassList) -> Difference:
    """Compare with who is known now. Six queries for any number of rows."""
    rows, _faults = rows_of(row)
    site = row.site
    keys = {school_key(site, one.number): one for one in rows}
    members = Member.objects.filter(site=site).exclude(kind=MemberKind.GUEST)
    by_key = {
        one.school_key: one
        for one in members.filter(school_key__in=keys).select_related("school_class")
    }
    names = {
        one.member_id: one.named
        for one in Identity.objects.filter(member__in=[m.pk for m in by_key.values()])
    }
    told = Difference(known=members.present().exclude(school_key="").count())
    for key, one in keys.items():
        member = by_key.get(key)
        if member is None:
            told.new.append(one)
            continue
        words = _changes(member, names.get(member.pk), one, row.year)
        if words:
            told.changed.append(Changed(member, one, words))
        else:
            told.same += 1
    told.leaving = list(_leaving(row, keys, rows))
    _classes(told, row, rows)
    return told


def _changes(member: Member, named: Named | None, one: ListRow, year: int) -> tuple[str, ...]:
    said = named or Named()
    held = member.school_class
    asked = _merged(one, said)
    found = {
        "back": member.left_on is not None,
        "class": (held.name if held else "") != one.class_name
        or (held is not None and held.year != year),
        "name": (said.given_name, said.family_name, said.email)
        != (asked.given_name, asked.family_name, asked.email),
        "guardian": (said.guardian_name, said.guardian_email, said.guardian_phone)
        != (asked.guardian_name, asked.guardian_email, asked.guardian_phone),
        "language": member.language != ("de" if one.german else "fr"),
        "adult": one.adult and not member.adult,
    }
    return tuple(word for word, differs in found.items() if differs)


def _merged(one: ListRow, known: Named) -> Named:
    """What the file leaves empty is not taken away: the school may have typed it by hand."""
    return Named(
        given_name=one.given_name,
        family_name=one.family_name,
        email=one.email or known.email,
        guardian_name=one.guardian_name or known.guardian_name,
        guardian_email=one.guardian_email or known.guardian_email,
        guardian_phone=one.guardian_phone or known.guardian_phone,
    )


def _leaving(row: ClassList, keys: Iterable[str], rows: list[ListRow]) -> Iterable[Member]:
    """Known by a number, present, and absent from a list that speaks of them.

    A list without a single teacher says nothing of teachers.
    """
    gone = Member.objects.present().filter(site=row.site).exclude(school_key="")
    gone = gone.exclude(school_key__in=list(keys)).exclude(kind=MemberKind.GUEST)
    if not any(one.teacher for one in rows):
        gone = gone.exclude(kind=MemberKind.TEACHER)
    if not row.whole:
        named = {one.class_name for one in rows if one.class_name}
        gone = gone.filter(school_class__name__in=named)
    return gone.select_related("school_class").order_by("school_class__name", "pk")


def _classes(told: Difference, row: ClassList, rows: list[ListRow]) -> None:
    known = SchoolClass.objects.filter(site=row.site)
    here = {one.name for one in known if one.year == row.year}
    told.opened = sorted({one.class_name for one in rows if one.class_name} - here)
    if row.whole:
        told.closing = [one for one in known if one.year < row.year and one.closed_on is None]


@transaction.atomic
def apply_class_list(user: User, pk: int, *, leaving: bool = False) -> ClassList:
    """Write what the list says. Applied twice, once.

    ``leaving``: yes, so many left. Raises ClassList.DoesNotExist where unseen, DecisionRefused,
    DecisionImpossible.
    """
    seen = ClassList.objects.visible_to(user).select_related("site__school")
    row = seen.select_for_update(of=("self",)).get(pk=pk)
    require(can_run(user, row.site))
    if row.applied_at is not None:
        return row
    now = timezone.now()
    if not ClassList.objects.waiting(now).filter(pk=row.pk).exists():
        raise DecisionImpossible(_("Cette liste a été oubliée après un jour\u00a0: renvoyez-la."))
    Site.objects.select_for_update().get(pk=row.site_id)
    told = difference_of(row)
    if told.guarded and not leaving:
        raise DecisionImpossible(
            _("Beaucoup de personnes partiraient\u00a0: cochez la case qui le confirme.")
        )
    decision = begin_decision(user, row.site, DecisionKind.CLASS_LIST, now)
    classes = _open_classes(row, told)
    new = _write_new(row, told.new, classes)
    note_changes(decision, [one.member for one in told.changed])
    _write_changed(told.changed, classes)
    note_changed(decision)
    gone = [one.pk for one in told.leaving]
    close_for(gone, "left", now, revoke=False)
    SchoolClass.objects.filter(pk__in=[one.pk for one in told.closing]).update(
        closed_on=timezone.localdate(now)
    )
    row.sealed, row.applied_at = "", now
    row.figures = row.figures | told.figures
    row.save(update_fields=["sealed", "applied_at", "figures"])
    record_action(user, "import_class_list", row.site, site=row.site, after=row.figures)
    settle_site(row.site, now)
    note_members(decision, EntryKind.NEW, new)
    note_classes(decision, told.opened, row.year, [one.pk for one in told.closing])
    moved = len(told.new) + len(told.changed) + len(gone)
    note_rows(decision, touched_keys(row.site), left=gone, people=moved)
    announce("members", row.site_id, site=row.site_id)
    return row


def _open_classes(row: ClassList, told: Difference) -> dict[str, SchoolClass]:
    SchoolClass.objects.bulk_create(
        (SchoolClass(site=row.site, name=name, year=row.year) for name in told.opened),
        ignore_conflicts=True,
    )
    known = SchoolClass.objects.filter(site=row.site, year=row.year)
    return {one.name: one for one in known}


def _write_new(row: ClassList, new: list[ListRow], classes: dict[str, SchoolClass]) -> list[int]:
    made = Member.objects.bulk_create(
        Member(
            site=row.site,
            kind=MemberKind.TEACHER if one.teacher else MemberKind.PUPIL,
            school_key=school_key(row.site, one.number),
            school_class=classes.get(one.class_name),
            language="de" if one.german else "fr",
            adult=one.adult,
            registered_by=RegisteredBy.IMPORT,
        )
        for one in new
    )
    _seal_names((member, _merged(one, Named())) for member, one in zip(made, new, strict=True))
    return [member.pk for member in made]


def _write_changed(changed: list[Changed], classes: dict[str, SchoolClass]) -> None:
    for one in changed:
        member = one.member
        member.school_class = classes.get(one.row.class_name)
        member.kind = MemberKind.TEACHER if one.row.teacher else MemberKind.PUPIL
        member.language = "de" if one.row.german else "fr"
        member.adult = member.adult or one.row.adult
        member.left_on = None
    Member.objects.bulk_update(
        [one.member for one in changed],
        ["school_class", "kind", "language", "adult", "left_on"],
        batch_size=500,
    )
    renamed = [one for one in changed if {"name", "guardian", "back"} & set(one.words)]
    held = Identity.objects.filter(member__in=[one.member.pk for one in renamed])
    known = {one.member_id: one.named for one in held}
    held.delete()
    told = [(one.member, _merged(one.row, known.get(one.member.pk, Named()))) for one in renamed]
    _seal_names(told)
    moved = [(member.pk, known.get(member.pk, Named()), named) for member, named in told]
    end_mailed_links(moved, timezone.now())


def _seal_names(pairs: Iterable[tuple[Member, Named]]) -> None:
    sealed = []
    for member, named in pairs:
        row = Identity(member=member)
        row.store(named)
        sealed.append(row)
    Identity.objects.bulk_create(sealed, batch_size=500)


@transaction.atomic
def abandon_class_list(user: User, pk: int) -> None:
    """No: its names go at once. Raises ClassList.DoesNotExist where unseen, DecisionRefused."""
    row = ClassList.objects.visible_to(user).select_for_update(of=("self",)).get(pk=pk)
    require(can_run(user, row.site))
    if row.applied_at is None:
        row.delete()


def waiting_since(now: dt.datetime, site: Site) -> ClassList | None:
    """The list of the site that waits for a yes, the newest first."""
    return ClassList.objects.waiting(now).filter(site=site).first()
