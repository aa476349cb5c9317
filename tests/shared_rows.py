"""The cast, and one of everything, made once for tests that follow one another.

The cast costs fifty milliseconds, one of everything five times that: more than many a test. They
stand in a transaction that is never committed; that of each test is nested in it, so that none
sees what another wrote, and each test gets copies of the objects. A test that asks for none of
them, for others, or that commits, finds an empty database as before.

PostgreSQL's ``now()`` is the beginning of the outermost transaction: it is renewed before anybody
could notice.
"""

from __future__ import annotations

import copy
import time
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import transaction

from tests.cast import make_cast
from tests.world import make_everything

RENEWED_S = 4.0
HELPER = "_django_db_helper"
"""The fixture of pytest-django that opens a test's transaction."""
COMMITTING = {"transactional_db", "live_server", "django_db_reset_sequences"}
NAMES = frozenset({"cast", "ours", "theirs"})
"""The fixtures whose rows are shared."""


class Shared:
    """What stands in the open transaction, if one is open, and the running test's copies."""

    def __init__(self) -> None:
        self.names: frozenset[str] = frozenset()
        self.copies: dict[str, Any] = {}
        self._rows: dict[str, Any] = {}
        self._since = 0.0
        self._held = ExitStack()

    def have(self, names: frozenset[str]) -> None:
        """Exactly these rows, fresh enough, and copies of them."""
        if names != self.names or time.monotonic() - self._since > RENEWED_S:
            self.release()
            self._held.enter_context(transaction.atomic())
            self.names, self._since = names, time.monotonic()
            try:
                self._rows = make_rows(names)
            except Exception:  # told by the test, which makes them again for itself
                self.release()
        self.copies = copy.deepcopy(self._rows)

    def release(self) -> None:
        """Leave an empty database."""
        if self.names:
            transaction.set_rollback(True)
            self._held.close()
        self.names, self._rows, self.copies = frozenset(), {}, {}


SHARED = Shared()


def make_rows(names: frozenset[str]) -> dict[str, Any]:
    """What stands behind each of these fixtures."""
    rows: dict[str, Any] = {"cast": (cast := make_cast())}
    if "ours" in names:
        rows["ours"] = make_everything(cast.tilleuls, cast.sofia, "T")
    if "theirs" in names:
        rows["theirs"] = make_everything(cast.peupliers, cast.sofia, "P")
    return rows


def commits(item: pytest.Item) -> bool:
    """Whether the test writes for others to see."""
    marker = item.get_closest_marker("django_db")
    asked = marker is not None and (marker.kwargs.get("transaction") or bool(marker.args))
    return bool(asked) or bool(COMMITTING & set(getattr(item, "fixturenames", ())))


def names_of(item: pytest.Item) -> frozenset[str]:
    """What the test shares with its neighbours: nothing where it commits."""
    return frozenset() if commits(item) else NAMES & set(getattr(item, "fixturenames", ()))


def prepare(request: pytest.FixtureRequest) -> None:
    """Before a test's own transaction is opened."""
    names = names_of(request.node)
    if not names and not SHARED.names:
        return
    request.getfixturevalue("django_db_setup")
    with request.getfixturevalue("django_db_blocker").unblock():
        SHARED.have(names) if names else SHARED.release()


def rows_of(item: pytest.Item) -> dict[str, Any]:
    """The test's own copies; where it commits, rows of its own."""
    if not SHARED.names:
        SHARED.copies = make_rows(NAMES & set(getattr(item, "fixturenames", ())))
    return SHARED.copies
