"""The strip of the last hours: the worst state per cell, rebuilt from the events of targets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db.models import Q

from supervision.models import Check, EventKind, Incident, Target, TargetEvent

_RANK = {
    state: rank
    for rank, state in enumerate(
        ("down", "degraded", "suspect", "effect", "recover", "unknown", "planned", "ok")
    )
}
Change = tuple[dt.datetime, str]
"""From when a check shows which tone."""


def strips(
    target_ids: Iterable[int], now: dt.datetime, hours: int = 24, cells: int = 48
) -> dict[int, list[str]]:
    """Per target ``cells`` tokens, oldest first, in four queries."""
    targets = list(target_ids)
    return _strips({target: target for target in targets}, now, hours, cells)


def site_strips(
    site_ids: Iterable[int], now: dt.datetime, hours: int = 24, cells: int = 48
) -> dict[int, list[str]]:
    """Per site ``cells`` tokens, worst of its devices, in five queries."""
    pairs = Target.objects.filter(site__in=list(site_ids)).values_list("pk", "site")
    return _strips(dict(pairs), now, hours, cells)


def _strips(
    owner: Mapping[int, int], now: dt.datetime, hours: int, cells: int
) -> dict[int, list[str]]:
    start = now - dt.timedelta(hours=hours)
    width = dt.timedelta(hours=hours) / cells
    drawn = {one: ["ok"] * cells for one in owner.values()}
    for target, changes in _stories(list(owner), start).items():
        row = drawn[owner[target]]
        for story in changes:
            for (begin, tone), end in zip(story, [*(c[0] for c in story[1:]), now], strict=True):
                first = max(0, int((begin - start) / width))
                last = min(cells - 1, int((end - start) / width))
                for cell in range(first, last + 1):
                    if _RANK[tone] < _RANK[row[cell]]:
                        row[cell] = tone
    return drawn


def _stories(targets: list[int], start: dt.datetime) -> dict[int, list[list[Change]]]:
    """Per target, per check: its changes since ``start``, the first one standing at ``start``."""
    checks = {
        pk: (target, key, state, severity)
        for pk, target, key, state, severity in Check.objects.filter(target__in=targets)
        .filter(Q(key="reachability") | ~Q(state__in=["ok", "unknown"]) | Q(events__at__gt=start))
        .distinct()
        .values_list("pk", "target", "key", "state", "severity")
    }
    attached = set(
        Incident.objects.live().attached().filter(check_row__in=checks).values_list(
            "check_row", flat=True)
    )  # fmt: skip
    events: dict[int, list[tuple[dt.datetime, str, str, str, str]]] = {}
    rows = TargetEvent.objects.filter(
        target__in=targets, at__gt=start, kind__in=[EventKind.STATE, EventKind.ATTACHED]
    ).order_by("at", "pk")
    for check, at, kind, old, new, severity in rows.values_list(
        "check_row", "at", "kind", "old", "new", "severity"
    ):
        if check is not None:
            events.setdefault(check, []).append((at, kind, old, new, severity))
    found: dict[int, list[list[Change]]] = {}
    for pk, (target, key, state, severity) in checks.items():
        if key != "reachability" and state == "unknown" and pk not in events:
            continue
        story = _story(events.get(pk, []), state, severity, start, key)
        if pk in attached:
            story = [*story[:-1], (story[-1][0], "effect")]
        found.setdefault(target, []).append(story)
    return found


def _story(
    events: list[tuple[dt.datetime, str, str, str, str]],
    state: str,
    severity: str,
    start: dt.datetime,
    key: str,
) -> list[Change]:
    changes = [event for event in events if event[1] == EventKind.STATE]
    before = changes[0][2] if changes else state
    story: list[Change] = [(start, _tone(before, severity if not changes else "down", key))]
    for at, kind, _old, new, worse in events:
        tone = "effect" if kind == EventKind.ATTACHED else _tone(new, worse, key)
        story.append((at, tone))
    return story


def _tone(state: str, severity: str, key: str) -> str:
    """A check other than reachability that we cannot read says nothing about the device."""
    if state == "confirmed":
        return "degraded" if severity == "degraded" else "down"
    if state in ("unknown", "") and key != "reachability":
        return "ok"
    return {"suspect": "suspect", "recovering": "recover", "ok": "ok"}.get(state, "unknown")
