"""Raise confirmed faults, or attach them to their cause, site by site.

Works on facts not yet settled (held incidents, consequences of what is over), so that it may be
called as often as one likes: after every batch that changed something, and by the clock.
Lock order: the sites' advisory locks in the order of their ids, then incidents; no target.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from schools.live import announce_many
from schools.models import Consent
from supervision import rules
from supervision.actions.wake_targets import wake_targets
from supervision.models import AgreedTime, Check, Incident, IncidentState, Target
from supervision.network import networks_of
from supervision.root_cause import Decisions, Fault, Stand, decide

REACHABILITY = "reachability"
_LOCK_CLASS = 42_001
"""First key of our advisory locks on sites."""


@dataclass(slots=True)
class Settled:
    """What settling changed, and the targets it woke."""

    changed: bool = False
    woken: list[int] = field(default_factory=list)


def settle_causes(site_ids: Iterable[int], now: dt.datetime) -> Settled:
    """Settle the faults of some sites."""
    sites = sorted(set(site_ids))
    if not sites:
        return Settled()
    with transaction.atomic():
        _lock(sites)
        raised = _raise_others(sites, now)
        decisions, stands = _decide(sites, now)
        changed = _apply(decisions, now)
    wanted = [stands[device].target for device in decisions.ask if device in stands]
    woken = wake_targets(wanted, now) if wanted else []
    for device, at in decisions.look_at.items():
        Target.objects.filter(device=device, next_poll_at__gt=at).update(next_poll_at=at)
    return Settled(changed=changed or raised > 0, woken=woken)


def held_sites(site_ids: Iterable[int]) -> set[int]:
    """Those of the sites where an incident waits for a reading of the device above."""
    held = Incident.objects.filter(state=IncidentState.HELD, site__in=list(site_ids))
    return set(held.values_list("site", flat=True))


def unsettled_sites() -> list[int]:
    """Sites where an incident waits: held, or attached to one that is closed."""
    held = Q(state=IncidentState.HELD)
    orphaned = Q(state=IncidentState.OPEN, root__state=IncidentState.CLOSED)
    found = Incident.objects.filter(held | orphaned).values_list("site", flat=True)
    return list(found.distinct())


def _lock(sites: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, id) FROM unnest(%s::int[]) AS id",
            [_LOCK_CLASS, sites],
        )


def _raise_others(sites: list[int], now: dt.datetime) -> int:
    """A hot switch is nobody's consequence: what is not about reachability is raised at once."""
    others = Incident.objects.filter(site__in=sites, state=IncidentState.HELD).exclude(
        check_row__key=REACHABILITY
    )
    ids = list(others.values_list("pk", flat=True))
    return _raise(ids, now) if ids else 0


def _decide(sites: list[int], now: dt.datetime) -> tuple[Decisions, dict[int, Stand]]:
    """Site by site: nobody's cause stands in another school, and small graphs are quick."""
    stands, found = _stands(sites), Decisions()
    faults = _faults(sites)
    restless = {
        site
        for site, those in stands.items()
        if any(stand.state not in (rules.OK, rules.UNKNOWN) for stand in those.values())
    }
    for site, network in networks_of(sorted(restless | faults.keys())).items():
        found.add(decide(network, stands.get(site, {}), faults.get(site, []), now))
    return found, {device: one for those in stands.values() for device, one in those.items()}


def _stands(sites: list[int]) -> dict[int, dict[int, Stand]]:
    """Per site, per device: where its reachability stands."""
    rows: Iterable[Any] = Check.objects.filter(
        target__site__in=sites, target__paused=False, target__parked=False, key=REACHABILITY
    ).values_list(
        "target__site", "target__device", "target", "state", "target__last_asked_at",
        "failing_since", "recovering_since",
    )  # fmt: skip
    found: dict[int, dict[int, Stand]] = {}
    for site, *stand in rows:
        found.setdefault(site, {})[stand[0]] = Stand(*stand)
    return found


def _faults(sites: list[int]) -> dict[int, list[Fault]]:
    """Per site: the live incidents of reachability, oldest first."""
    rows: Iterable[Any] = (
        Incident.objects.live()
        .filter(site__in=sites, check_row__key=REACHABILITY)
        .order_by("pk")
        .values_list(
            "site", "pk", "device", "state", "began_at", "confirmed_at", "root", "root__state",
            "hold_until",
        )
    )  # fmt: skip
    found: dict[int, list[Fault]] = {}
    for site, pk, device, state, began, confirmed, root, root_state, hold in rows:
        fault = Fault(pk, device, state, began, confirmed, root, root_state == "closed", hold)
        found.setdefault(site, []).append(fault)
    return found


def _apply(decisions: Decisions, now: dt.datetime) -> bool:
    if decisions.raise_:
        _raise(decisions.raise_, now)
    if decisions.attach:
        _attach(decisions.attach, now)
    if decisions.release:
        _release(decisions.release, now)
    return bool(decisions.raise_ or decisions.attach or decisions.release)


def _raise(ids: list[int], now: dt.datetime) -> int:
    held = Incident.objects.filter(pk__in=ids, state=IncidentState.HELD)
    count = held.update(state=IncidentState.OPEN, raised_at=now, root=None, hold_until=None)
    _announce(ids)
    return count


def _attach(roots: dict[int, int], now: dt.datetime) -> None:
    """Attach, also what hangs below an incident that is attached now: roots have no root."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH attached AS (
                UPDATE supervision_incident i
                SET state = 'open', root_id = u.root, hold_until = NULL
                FROM unnest(%s::bigint[], %s::bigint[]) AS u(id, root)
                WHERE (i.id = u.id OR i.root_id = u.id) AND i.state <> 'closed' AND i.id <> u.root
                RETURNING i.id, i.check_row_id, i.root_id
            )
            INSERT INTO supervision_targetevent
                (target_id, at, kind, check_row_id, old, new, severity, data)
            SELECT c.target_id, %s, 'attached', c.id, '', '', '',
                   jsonb_build_object('root', a.root_id, 'root_name', d.name)
            FROM attached a
            JOIN supervision_check c ON c.id = a.check_row_id
            JOIN supervision_incident r ON r.id = a.root_id
            JOIN inventory_device d ON d.id = r.device_id
            """,
            [list(roots), list(roots.values()), now],
        )
    _announce([*roots, *set(roots.values())])


def _release(ids: list[int], now: dt.datetime) -> None:
    """The cause is over and they still fail: re-tested, and given the agreed time again."""
    agreed = _longest_agreed(ids, now)
    Incident.objects.filter(pk__in=ids, state=IncidentState.OPEN).update(
        state=IncidentState.HELD, root=None, hold_until=now + agreed
    )
    _announce(ids)


def _longest_agreed(ids: list[int], now: dt.datetime) -> dt.timedelta:
    """One time for those released together: the longest agreed for any of them."""
    released = Incident.objects.filter(pk__in=ids).values_list(
        "service", "site__school", "site__school__authority"
    )
    rows, seconds = list(AgreedTime.objects.all()), 0.0
    for service, school, authority in set(released):
        live = Consent.objects.live(timezone.localdate(now))
        agreements = [
            *live.filter(school=school).values_list("pk", flat=True),
            *live.filter(authority=authority).values_list("pk", flat=True),
        ]
        policy = rules.resolve_policy(rows, agreements, service, REACHABILITY)
        seconds = max(seconds, policy.confirm_s)
    return dt.timedelta(seconds=seconds)


def _announce(ids: Iterable[int]) -> None:
    rows = Incident.objects.filter(pk__in=list(ids)).values_list("pk", "site", "device")
    announce_many(
        [
            {"topic": "incident", "id": pk, "site": site, "device": device}
            for pk, site, device in rows
        ]
    )
