"""The register as the database holds it, and the plan of what a source would change in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from schools.imports.plan import Plan
from schools.imports.register import Key
from schools.imports.values import whole
from schools.models import Authority, Scheme, School, Site, Teaching


@dataclass(slots=True)
class Known:
    """The register as the database holds it. Sites carry their school, schools their PO."""

    authorities: list[Authority]
    schools: list[School]
    sites: list[Site]
    teachings: dict[int, list[Teaching]]
    towns: dict[str, str]
    """NIS code → name, to be read by people."""


@dataclass(slots=True)
class RegisterPlan(Plan):
    """A plan of a register: the teachings go with their sites."""

    new_teachings: list[Teaching] = field(default_factory=list)
    changed_teachings: list[Teaching] = field(default_factory=list)


def number_key(scheme: str, number: str | None) -> Key:
    """(scheme, number) as sources write it: a FASE number without leading zeros."""
    return (scheme, whole(number or "") if scheme == Scheme.FASE else (number or "").upper())
