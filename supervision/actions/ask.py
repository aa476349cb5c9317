"""From claimed targets to questions: which OIDs, with which credential."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from supervision.actions.claim_due import Due
from supervision.models import CredentialSet
from supervision.snmp.contract import Credential, Oid, Question
from supervision.snmp.profile import (
    SYS_DESCR,
    SYS_NAME,
    SYS_OBJECT_ID,
    SYS_UPTIME,
    Metric,
    Profile,
    profile_of,
)

TIMEOUT_S = 1.0
RETRIES = 1
PATIENCE_S = TIMEOUT_S * (RETRIES + 1)
"""How long a device may be silent before it is called silent."""

LLDP_CHASSIS_TYPE = "1.0.8802.1.1.2.1.4.1.1.4"
LLDP_CHASSIS = "1.0.8802.1.1.2.1.4.1.1.5"
LLDP_PORT = "1.0.8802.1.1.2.1.4.1.1.7"
LLDP_NAME = "1.0.8802.1.1.2.1.4.1.1.9"
LLDP_LOCAL_PORT = "1.0.8802.1.1.2.1.3.7.1.3"
LLDP_COLUMNS = (LLDP_CHASSIS_TYPE, LLDP_CHASSIS, LLDP_PORT, LLDP_NAME, LLDP_LOCAL_PORT)
"""LLDP-MIB (IEEE 802.1AB): lldpRemChassisIdSubtype, lldpRemChassisId, lldpRemPortId,
lldpRemSysName, lldpLocPortId."""

FIRST_CONTACT = (SYS_UPTIME, SYS_DESCR, SYS_OBJECT_ID, SYS_NAME)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one poll of a profile asks, and how its answer is read."""

    profile: Profile
    get: tuple[Oid, ...]
    walk: tuple[Oid, ...]
    scalars: tuple[Metric, ...]
    folded: tuple[Metric, ...]
    ports: tuple[Oid, ...]
    """Columns of profile.PORT_FIELDS in that order, ``""`` where the profile has none."""


@lru_cache(maxsize=256)
def plan_of(key: str, neighbours: bool) -> Plan:
    """The plan of a profile, made once per process."""
    from supervision.snmp.profile import PORT_FIELDS  # noqa: PLC0415

    profile = profile_of(key)
    scalars = tuple(metric for metric in profile.metrics if metric.oid)
    folded = tuple(metric for metric in profile.metrics if metric.column)
    columns = [oid for metric in folded for oid in metric.columns]
    columns += [profile.ports[name] for name in PORT_FIELDS if name in profile.ports]
    if neighbours:
        columns += LLDP_COLUMNS
    return Plan(
        profile=profile,
        get=(SYS_UPTIME, *dict.fromkeys(metric.oid for metric in scalars)),
        walk=tuple(dict.fromkeys(columns)),
        scalars=scalars,
        folded=folded,
        ports=tuple(profile.ports.get(name, "") for name in PORT_FIELDS) if profile.ports else (),
    )


def wants_neighbours(due: Due, now: dt.datetime) -> bool:
    """Whether this poll also asks LLDP: every n-th slot of the target, and the first full poll."""
    every = profile_of(due.profile).neighbours_every
    if not every:
        return False
    if due.last_answer_at is None or due.uptime_s is None:
        return True
    slot = int(now.timestamp() // due.interval_s)
    before = int(due.last_answer_at.timestamp() // due.interval_s)
    return (slot + due.id) // every != (before + due.id) // every


def ask(targets: list[Due], now: dt.datetime) -> tuple[list[Question], list[Plan | None]]:
    """One question per target, and the plan that reads its answer (None: first contact)."""
    credentials = _credentials(targets)
    questions: list[Question] = []
    plans: list[Plan | None] = []
    for due in targets:
        credential = credentials[due.credential_set_id]
        if due.profile:
            plan = plan_of(due.profile, wants_neighbours(due, now))
            plans.append(plan)
            get, walk = plan.get, plan.walk
        else:
            plans.append(None)
            get, walk = FIRST_CONTACT, ()
        questions.append(Question(due.address, credential, due.port, get, walk, TIMEOUT_S, RETRIES))
    return questions, plans


_unsealed: dict[int, tuple[dt.datetime, Credential]] = {}
"""Credential set → when it was changed, and its secret: unsealed once per process and change."""


def _credentials(targets: list[Due]) -> dict[int, Credential]:
    wanted = {due.credential_set_id: due.credential_changed_at for due in targets}
    stale = [pk for pk, at in wanted.items() if pk not in _unsealed or _unsealed[pk][0] != at]
    for row in CredentialSet.objects.filter(pk__in=stale):
        _unsealed[row.pk] = (row.changed_at, row.credential())
    return {pk: _unsealed[pk][1] for pk in wanted}
