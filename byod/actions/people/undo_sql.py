"""Statements that write down the rows of a decision about many, and that take them back.

Taken back is only what still is as the decision left it.
"""

from __future__ import annotations

INTO = """
    INSERT INTO byod_decisionentry (decision_id, what, row, member_id, sealed)
    SELECT %(decision)s, '{what}', r.id, r.member_id, '' FROM {table} r
     WHERE r.member_id = ANY(%(members)s) AND r.{moment} = %(at)s
"""


def _noted(what: str, table: str, moment: str) -> str:
    return INTO.format(what=what, table=table, moment=moment)


NOTED: tuple[str, ...] = (
    _noted("given", "byod_authorisation", "given_at"),
    _noted("ended", "byod_authorisation", "ended_at"),
    _noted("agreed", "byod_charteragreement", "at"),
    _noted("unrefused", "byod_guardianrefusal", "ended_at"),
    _noted("link", "byod_personallink", "revoked_at"),
    _noted("lost", "byod_personaldevice", "lost_at"),
)
"""Rows of the people ``%(members)s`` that carry the moment ``%(at)s``."""

BACK = """
    UPDATE {table} r SET {change} FROM byod_decisionentry e
     WHERE e.decision_id = %(decision)s AND e.what = '{what}' AND e.row = r.id AND {still}
"""


def _undo(what: str, table: str, change: str, still: str) -> str:
    return BACK.format(what=what, table=table, change=change, still=still)


LIFTED = (
    "FROM byod_decisionentry u JOIN byod_authorisation o ON o.id = u.row "
    "WHERE u.decision_id = e.decision_id AND u.what = 'unbarred' AND u.member_id = r.member_id"
)
SUSPENDED_AGAIN = (
    f"ended_at = %(now)s, barred = EXISTS (SELECT 1 {LIFTED}), "
    f"end_why = COALESCE((SELECT o.end_why {LIFTED} LIMIT 1), %(why)s)"
)
"""Whose suspension was lifted is suspended as before, for the reason that the family knows."""

UNDONE: tuple[str, ...] = (
    _undo("left", "byod_member", "left_on = NULL", "r.left_on IS NOT NULL"),
    _undo(
        "changed",
        "byod_member",
        "school_class_id = (e.before->>'class')::bigint, kind = e.before->>'kind', "
        "language = e.before->>'language', adult = (e.before->>'adult')::boolean, "
        "left_on = (e.before->>'left_on')::date",
        "jsonb_build_object('class', r.school_class_id, 'kind', r.kind, 'language', r.language, "
        "'adult', r.adult, 'left_on', r.left_on) = e.after",
    ),
    """UPDATE byod_identity i SET sealed = e.sealed, written_at = %(now)s
         FROM byod_decisionentry e
        WHERE e.decision_id = %(decision)s AND e.what = 'changed' AND e.row = i.member_id
          AND e.sealed <> '' AND i.written_at <= %(done)s""",
    _undo("given", "byod_authorisation", SUSPENDED_AGAIN, "r.ended_at IS NULL"),
    _undo(
        "ended",
        "byod_authorisation",
        "ended_at = NULL, ended_by_id = NULL, barred = false, end_why = ''",
        "r.ended_at = %(at)s AND NOT EXISTS (SELECT 1 FROM byod_authorisation o "
        "WHERE o.member_id = r.member_id AND o.ended_at IS NULL)",
    ),
    _undo("unbarred", "byod_authorisation", "barred = true", "r.ended_at IS NOT NULL"),
    _undo("agreed", "byod_charteragreement", "withdrawn_at = %(now)s", "r.withdrawn_at IS NULL"),
    _undo(
        "unrefused",
        "byod_guardianrefusal",
        "ended_at = NULL",
        "r.ended_at = %(at)s AND NOT EXISTS (SELECT 1 FROM byod_guardianrefusal o "
        "WHERE o.member_id = r.member_id AND o.ended_at IS NULL)",
    ),
    _undo("link", "byod_personallink", "revoked_at = NULL", "r.revoked_at = %(at)s"),
    _undo("lost", "byod_personaldevice", "lost_at = NULL", "r.lost_at = %(at)s"),
    _undo("closed", "byod_schoolclass", "closed_on = NULL", "r.closed_on IS NOT NULL"),
)
"""In the order in which they are taken back: who left is here again before their access is."""
