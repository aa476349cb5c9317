"""What the journal calls the acts of every pupil connected (JOURNAL_VERBS)."""

from __future__ import annotations

from django.utils.functional import Promise

VERBS: dict[str, str | Promise] = {}
