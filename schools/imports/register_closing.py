"""What a complete source no longer names: sites, then the schools and POs that they leave empty."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from schools.imports.findings import CLOSED
from schools.imports.plan import Change
from schools.imports.register import Key, Register
from schools.imports.register_known import Known, RegisterPlan, number_key
from schools.models import Authority, School, Site


class Closing:
    """One walk, after everything that the source names has been compared."""

    def __init__(
        self,
        register: Register,
        known: Known,
        plan: RegisterPlan,
        as_of: dt.date,
        was_at: dict[int, School],
    ) -> None:
        self.register, self.known, self.plan, self.as_of = register, known, plan, as_of
        self.was_at = was_at
        """Site → the school it stood in before the source moved it."""

    def run(self, schools: list[School], authorities: list[Authority]) -> None:
        """Close sites, then schools they emptied, then POs. Both lists: as the source says."""
        covers, named = self.register.covers, self.register.named
        listed = set(self.register.sites) | named
        gone: set[int] = set()
        for site in self.known.sites:
            was = self.was_at[site.pk]
            if site.closed_on or (site.scheme, was.kind) not in covers or not site.number:
                continue
            self.plan.open_places += 1
            if number_key(site.scheme, site.number) not in listed:
                gone.add(site.pk)
                self._close(site, reason="gone", guarded=True)
        emptied = self._schools(gone)
        self._authorities(emptied, schools, {row.pk for row in authorities})

    def _schools(self, gone: set[int]) -> dict[int, bool]:
        """Close the schools that the source no longer names; which, and whether guarded."""
        listed = set(self.register.schools) | self.register.named_schools
        sites_of: dict[int, list[Site]] = defaultdict(list)
        for site in self.known.sites:
            sites_of[self.was_at[site.pk].pk].append(site)
        found: dict[int, bool] = {}
        for school in self.known.schools:
            key = number_key(school.scheme, school.number)
            if school.closed_on or (school.scheme, school.kind) not in self.register.covers:
                continue
            if key in listed:
                continue
            stay, leave, end = self._fate(school, sites_of[school.pk], gone)
            if stay:
                continue
            into = leave[0] if len(leave) == 1 and not end else None
            found[school.pk] = end or not leave
            self._close_school(school, into, guarded=found[school.pk])
        return found

    def _fate(
        self, school: School, sites: Iterable[Site], gone: set[int]
    ) -> tuple[bool, list[School], bool]:
        """Whether sites stay, to which schools others went, and whether some end."""
        stay, end = False, False
        leave: dict[Key, School] = {}
        for site in sites:
            if site.school is not school:
                leave[(site.school.scheme, site.school.number)] = site.school
            elif site.pk in gone:
                end = True
            elif site.closed_on is None:
                stay = True
        return stay, list(leave.values()), end

    def _close_school(self, school: School, into: School | None, *, guarded: bool) -> None:
        if into is None:
            self._close(school, reason="emptied" if not guarded else "gone", guarded=guarded)
            return
        school.merged_into = into
        self._close(
            school,
            reason="merged",
            told={"into": into.name[:120]},
            guarded=False,
            extra=("merged_into",),
        )

    def _authorities(self, closed: dict[int, bool], known: list[School], listed: set[int]) -> None:
        """A PO whose last school closes, and which the source no longer names, closes too."""
        schools_of: dict[int, list[School]] = defaultdict(list)
        for school in known:
            if school.authority_id:
                schools_of[school.authority_id].append(school)
        for authority in self.known.authorities:
            schools = schools_of[authority.pk]
            if authority.closed_on or authority.pk in listed or not schools:
                continue
            if any(s.closed_on is None for s in schools):
                continue
            if any(s.pk in closed for s in schools):
                guarded = any(closed.get(s.pk, False) for s in schools)
                self._close(authority, reason="emptied", guarded=guarded)

    def _close(
        self,
        row: Any,
        *,
        reason: str,
        guarded: bool,
        told: dict[str, Any] | None = None,
        extra: tuple[str, ...] = (),
    ) -> None:
        row.closed_on = self.as_of
        self.plan.changes.append(
            Change(
                CLOSED,
                row,
                ("closed_on", *extra),
                after={"closed_on": str(self.as_of), **(told or {})},
                reason=reason,
                told=told or {},
                guarded=guarded,
            )
        )
