"""The latest changes on the wall: root causes, never one line per device that they take down."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import ngettext

from schools.models import User
from supervision.models import Incident, TargetEvent
from supervision.phrases import event_phrase

JOURNAL = 8
READ = 10 * JOURNAL
"""Events read for so many lines: what a site loses or gets back together is one of them."""
TOGETHER = dt.timedelta(minutes=2)
"""The same change of several devices of a site within this is one line of the journal."""


def journal_for(user: User) -> list[dict[str, Any]]:
    """The latest changes of state that deserve a reader: root causes, not what they take down."""
    explained = (
        Incident.objects.attached()
        .filter(check_row=OuterRef("check_row"), began_at__lte=OuterRef("at"))
        .filter(Q(closed_at=None) | Q(closed_at__gte=OuterRef("at")))
    )
    events = (
        TargetEvent.objects.visible_to(user)
        # a trap makes us look: what we then saw is the change
        .exclude(kind__in=["action", "attached", "trap"])
        .exclude(Exists(explained), kind="state")
        .exclude(new="ok", old__in=["", "unknown"])
        .select_related("target__device", "target__site__school", "check_row", "trap")
        .order_by("-at", "-id")[:READ]
    )
    found: list[dict[str, Any]] = []
    for event in events:
        _icon, key, text, sub = event_phrase(event)
        device = event.target.device.name
        told = {"at": event.at, "key": key, "site": event.target.site, "text": text}
        same = next((one for one in found if _is_same(one, told)), None)
        if same is None:
            found.append({**told, "device": device, "sub": sub, "devices": {device}})
        else:
            same["devices"].add(device)
            same["sub"] = ""
    for one in found:
        others = len(one["devices"]) - 1
        if others:
            told = {"device": one["device"], "n": others}
            one["device"] = (
                ngettext("%(device)s et %(n)d autre", "%(device)s et %(n)d autres", others) % told
            )
    return found[:JOURNAL]


def _is_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two changes are one: a site whose devices fall silent or answer together."""
    alike = all(one[key] == other[key] for key in ("key", "site", "text"))
    return alike and one["at"] - other["at"] <= TOGETHER
