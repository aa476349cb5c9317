"""What a class list changed of people and classes, written down so that it can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from byod.models.people.decisions import DecisionEntry, EntryKind, MassDecision
from byod.models.people.members import Member, SchoolClass
from schools.models import Site

SHAPE = (
    "jsonb_build_object('class', m.school_class_id, 'kind', m.kind, 'language', m.language, "
    "'adult', m.adult, 'left_on', m.left_on)"
)
BEFORE = """
    INSERT INTO byod_decisionentry (decision_id, what, row, member_id, before, sealed)
    SELECT %(decision)s, 'changed', m.id, m.id, {shape}, COALESCE(i.sealed, '')
      FROM byod_member m LEFT JOIN byod_identity i ON i.member_id = m.id
     WHERE m.id = ANY(%(members)s)
""".replace("{shape}", SHAPE)
AFTER = """
    UPDATE byod_decisionentry e SET after = {shape} FROM byod_member m
     WHERE e.decision_id = %(decision)s AND e.what = 'changed' AND m.id = e.row
""".replace("{shape}", SHAPE)


def note_changes(decision: MassDecision, members: Sequence[Member]) -> None:
    """How these people stand, before a list changes them."""
    with connection.cursor() as cursor:
        cursor.execute(
            BEFORE, {"decision": decision.pk, "members": [member.pk for member in members]}
        )


def note_changed(decision: MassDecision) -> None:
    """How they stand after it."""
    with connection.cursor() as cursor:
        cursor.execute(AFTER, {"decision": decision.pk})


def note_classes(
    decision: MassDecision, opened: Iterable[str], year: int, closed: Iterable[int]
) -> None:
    """Classes that it opened and closed."""
    here = SchoolClass.objects.filter(site=decision.site, year=year, name__in=list(opened))
    rows = [(EntryKind.OPENED, pk) for pk in here.values_list("pk", flat=True)]
    rows += [(EntryKind.CLOSED, pk) for pk in closed]
    DecisionEntry.objects.bulk_create(
        DecisionEntry(decision=decision, what=what, row=pk) for what, pk in rows
    )


def touched_keys(site: Site) -> list[int]:
    """Everybody of a site, whose authorisations a list may have moved."""
    return list(Member.objects.filter(site=site).values_list("pk", flat=True))
