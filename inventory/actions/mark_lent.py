"""A device leaves with somebody, or comes back: a loan (``byod``) says so, no hand does.

The device's history tells that it was lent and when. To whom is the loan's to know, and to forget.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from inventory.actions.note_moves import note_moves
from inventory.models import Device, DeviceState
from inventory.rules.life import GONE, State
from schools.actions.audit import JournalLine, record_actions
from schools.live import announce_many
from schools.models import User


def mark_lent(user: User | None, devices: Iterable[int]) -> int:
    """These devices are with pupils. Call it in the transaction of the loan, which has asked
    whether the person may. Returns how many changed."""
    return _mark(user, devices, DeviceState.LENT)


def mark_back(
    user: User | None,
    devices: Iterable[int],
    state: str = DeviceState.IN_STOCK,
    *,
    why: str = "",
    happened_on: dt.date | None = None,
    police_report: str = "",
) -> int:
    """They are no longer: back in stock, in repair, or lost (``why`` and ``happened_on`` say)."""
    return _mark(
        user, devices, state, why=why, happened_on=happened_on, police_report=police_report
    )


def _mark(
    user: User | None,
    devices: Iterable[int],
    state: str,
    *,
    why: str = "",
    happened_on: dt.date | None = None,
    police_report: str = "",
) -> int:
    """Lost or retired ones stay so unless they were found; the order of keys avoids deadlocks."""
    rows = list(
        Device.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=[*devices])
        .exclude(state=state)
        .select_related("site__school")
        .order_by("pk")
    )
    if state == DeviceState.LENT:
        rows = [row for row in rows if State(row.state) not in GONE]
    keys = [row.pk for row in rows]
    Device.objects.filter(pk__in=keys).update(state=state)
    note_moves(keys, user, why, happened_on=happened_on, police_report=police_report)
    record_actions(
        user,
        [
            JournalLine(
                "move_device",
                row,
                site=row.site,
                before={"state": row.state},
                after={"state": str(state)},
                why=why,
            )
            for row in rows
        ],
    )
    announce_many([{"topic": "device", "id": row.pk, "site": row.site_id} for row in rows])
    return len(rows)
