"""Scope as plain values: what part of the Region a person's roles open. No queries, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Grant:
    """One role, reduced to what it opens. Exactly one of the scope fields is set, or ``region``."""

    kind: str
    region: bool = False
    province: str = ""
    authority_id: int | None = None
    school_id: int | None = None
    site_id: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The union of a person's grants, along Region → province → PO → school → site."""

    region: bool = False
    provinces: frozenset[str] = field(default_factory=frozenset)
    authorities: frozenset[int] = field(default_factory=frozenset)
    schools: frozenset[int] = field(default_factory=frozenset)
    sites: frozenset[int] = field(default_factory=frozenset)

    @property
    def is_empty(self) -> bool:
        """True for someone who may see no site at all."""
        return not (self.region or self.provinces or self.authorities or self.schools or self.sites)


def union(grants: Iterable[Grant]) -> Scope:
    """Add up grants: a person with several roles sees what any of them opens."""
    rows = list(grants)
    return Scope(
        region=any(g.region for g in rows),
        provinces=frozenset(g.province for g in rows if g.province),
        authorities=frozenset(g.authority_id for g in rows if g.authority_id is not None),
        schools=frozenset(g.school_id for g in rows if g.school_id is not None),
        sites=frozenset(g.site_id for g in rows if g.site_id is not None),
    )


@dataclass(frozen=True, slots=True)
class Allowed:
    """The answer yes."""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Refused:
    """The answer no, with a reason a person can act on."""

    why: str

    def __bool__(self) -> bool:
        return False


Answer = Allowed | Refused
