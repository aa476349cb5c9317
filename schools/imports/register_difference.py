"""A register compared with the database: created, changed, moved, closed, reopened, unchanged.

Works on rows loaded once (``Known``); asks the database nothing and writes nothing. The instances
it changes are the ones that are written afterwards.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from schools.imports.columns import plain
from schools.imports.findings import (
    CHANGED,
    CREATED,
    MOVED,
    REFUSED,
    REOPENED,
    WARNED,
    Finding,
)
from schools.imports.plan import Change
from schools.imports.register import AuthorityFact, Key, Register, SchoolFact, SiteFact
from schools.imports.register_closing import Closing
from schools.imports.register_known import Known, RegisterPlan, number_key
from schools.imports.values import whole
from schools.models import Authority, Level, School, Site, Teaching


def compare_register(register: Register, known: Known, as_of: dt.date) -> RegisterPlan:
    """What the source would change. ``as_of``: the day of the source, on which places close."""
    comparison = _Comparison(register, known, as_of)
    comparison.run()
    return comparison.plan


class _Comparison:
    """One walk: POs, schools, sites, then what is gone."""

    def __init__(self, register: Register, known: Known, as_of: dt.date) -> None:
        self.register, self.known, self.as_of = register, known, as_of
        self.plan = RegisterPlan(
            rows=register.rows,
            refused=len(register.refused),
            ignored=register.ignored,
            findings=register.findings,
            unreadable=register.unreadable,
        )
        self.authorities: dict[Key, Authority] = {}
        self.schools = {number_key(s.scheme, s.number): s for s in known.schools}
        self.sites = {number_key(s.scheme, s.number): s for s in known.sites if s.number}
        self.was_at = {site.pk: site.school for site in known.sites}
        self.names: dict[int | Key, set[str]] = defaultdict(set)
        for site in known.sites:
            self.names[site.school_id].add(site.name)

    def run(self) -> None:
        self._authorities()
        for key, school in list(self.register.schools.items()):
            self._school(key, school)
        for key, site in self.register.sites.items():
            self._site(key, site)
        Closing(self.register, self.known, self.plan, self.as_of, self.was_at).run(
            list(self.schools.values()), list(self.authorities.values())
        )

    # --- POs ----------------------------------------------------------------------------------

    def _authorities(self) -> None:
        by_fase = {whole(a.fase_number): a for a in self.known.authorities if a.fase_number}
        by_bce = {a.bce_number: a for a in self.known.authorities if a.bce_number}
        by_name = {plain(a.name): a for a in self.known.authorities if not a.fase_number}
        for key, fact in self.register.authorities.items():
            same_bce = by_bce.get(fact.bce) if fact.bce else None
            row = by_fase.get(fact.fase) if fact.fase else None
            if row is None and same_bce is not None and not (fact.fase and same_bce.fase_number):
                row = same_bce  # known by its BCE number until now
            if row is None and not fact.fase:
                row = by_name.get(plain(fact.name))
            bce = self._free_bce(fact, row, by_bce)
            self.authorities[key] = self._authority(fact, row, bce)
            if bce:
                by_bce[bce] = self.authorities[key]

    def _free_bce(
        self, fact: AuthorityFact, row: Authority | None, by_bce: dict[str, Authority]
    ) -> str:
        """The BCE number, unless another PO bears it: the database knows each once."""
        bearer = by_bce.get(fact.bce) if fact.bce else None
        if bearer is None or bearer is row:
            return fact.bce
        self.plan.findings.append(
            Finding(
                WARNED,
                "bce_twice",
                fact.line,
                value=fact.bce,
                told={"other": bearer.name[:80]},
                object_type="authority",
                object_text=fact.name,
            )
        )
        return ""

    def _authority(self, fact: AuthorityFact, row: Authority | None, bce: str) -> Authority:
        if row is None:
            row = Authority(name=fact.name, fase_number=fact.fase or None, bce_number=bce or None)
            self._created(row, fact.line, {"name": fact.name, "fase_number": fact.fase})
            return row
        wanted: dict[str, Any] = {"name": fact.name}
        if fact.fase and whole(row.fase_number or "") != fact.fase:
            wanted["fase_number"] = fact.fase
        if bce:
            wanted["bce_number"] = bce
        self._compare(row, wanted, fact.line)
        return row

    # --- schools ------------------------------------------------------------------------------

    def _school(self, key: Key, fact: SchoolFact) -> None:
        authority = self.authorities[fact.authority]
        row = self.schools.get(key)
        if row is not None and row.kind != fact.kind:
            self._other_kind(key, fact, row)
            return
        if row is None:
            row = School(
                authority=authority,
                name=fact.name,
                kind=fact.kind,
                network=fact.network,
                scheme=key[0],
                number=key[1],
                community=fact.community,
            )
            self.schools[key] = row
            told = {"number": key[1], "authority": authority.name, "network": fact.network}
            self._created(row, fact.line, told)
            return
        wanted = {
            "name": fact.name,
            "network": fact.network,
            "community": fact.community,
            "authority": authority,
        }
        self._compare(row, wanted, fact.line)

    def _other_kind(self, key: Key, fact: SchoolFact, row: School) -> None:
        """A school's number on an EPN, or the reverse: one of the two is a typing error."""
        there = f"{row.name}, {row.get_kind_display()}"
        for site_key in [k for k, site in self.register.sites.items() if site.school == key]:
            site = self.register.sites.pop(site_key)
            self.register.named.add(site_key)
            self.plan.refused += len(site.rows)
            self.plan.findings += [
                Finding(
                    REFUSED,
                    "other_kind",
                    source_row.line,
                    value=key[1],
                    told={"there": there},
                    object_type="school",
                    object_text=fact.name,
                    cells=source_row.cells,
                )
                for source_row in site.rows
            ]
        self.register.named_schools.add(key)

    # --- sites --------------------------------------------------------------------------------

    def _site(self, key: Key, fact: SiteFact) -> None:
        school = self.schools[fact.school]
        row = self.sites.get(key)
        if row is None:
            row = self._new_site(key, fact, school)
            self.sites[key] = row
        else:
            self._known_site(row, fact, school)

    def _new_site(self, key: Key, fact: SiteFact, school: School) -> Site:
        row = Site(
            school=school,
            name=self._free_name(fact, school, fact.name or fact.address),
            scheme=key[0],
            number=key[1],
            municipality_id=fact.nis_code,
            address=fact.address,
            postcode=fact.postcode,
            locality=fact.locality,
            latitude=fact.latitude,
            longitude=fact.longitude,
            phone=fact.phone,
        )
        told = {
            "number": key[1],
            "address": fact.address,
            "municipality": self.known.towns.get(fact.nis_code, fact.nis_code),
            "levels": _level_words(fact.levels),
        }
        self._created(row, fact.line, told)
        self.plan.new_teachings += [
            Teaching(site=row, level=level) for level in sorted(fact.levels)
        ]
        return row

    def _free_name(self, fact: SiteFact, school: School, name: str) -> str:
        """A name no other site of the school has: the FWB's register names no site, so its street

        does; a second one in the same street adds its number.
        """
        taken = self.names[school.pk or (school.scheme, school.number)]
        found = name[:200]
        if found in taken:
            found = f"{name[:180]} ({fact.key[1]})".strip()
        taken.add(found)
        return found

    def _known_site(self, row: Site, fact: SiteFact, school: School) -> None:
        wanted: dict[str, Any] = {"school": school, "municipality_id": fact.nis_code}
        for name in ("address", "postcode", "locality", "phone"):
            if value := getattr(fact, name):
                wanted[name] = value
        if fact.latitude is not None:
            wanted |= {"latitude": fact.latitude, "longitude": fact.longitude}
        moving = row.school_id != school.pk
        # a name given here is ours: only a source that names sites may change it
        if fact.name and (fact.name != row.name or moving):
            wanted["name"] = self._free_name(fact, school, fact.name)
        elif moving:
            wanted["name"] = self._free_name(fact, school, row.name)
        levels = self._levels(row, fact)
        self._compare(row, wanted, fact.line, levels)

    def _levels(self, row: Site, fact: SiteFact) -> tuple[str, str] | None:
        """Levels that begin, end or come back at a site: (before, after) in words, or None."""
        if not fact.levels:
            return None
        there = self.known.teachings.get(row.pk, [])
        before = {one.level for one in there if one.closed_on is None}
        if before == fact.levels:
            return None
        for one in there:
            running = one.level in fact.levels
            if running != (one.closed_on is None):
                one.closed_on = None if running else self.as_of
                self.plan.changed_teachings.append(one)
        known = {one.level for one in there}
        self.plan.new_teachings += [
            Teaching(site=row, level=level) for level in sorted(fact.levels - known)
        ]
        return _level_words(before), _level_words(fact.levels)

    # --- writing down -------------------------------------------------------------------------

    def _created(self, row: Any, line: int, after: dict[str, Any]) -> None:
        told = {name: value for name, value in after.items() if value}
        self.plan.changes.append(Change(CREATED, row, line=line, after=told))

    def _compare(
        self,
        row: Any,
        wanted: dict[str, Any],
        line: int,
        levels: tuple[str, str] | None = None,
    ) -> None:
        """Set what differs, and note it field by field."""
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        fields: list[str] = []
        outcome = CHANGED
        for name, value in wanted.items():
            old = getattr(row, name)
            if old == value:
                continue
            field_name = name.removesuffix("_id")
            if field_name in ("school", "municipality"):
                outcome = MOVED
            before[field_name], after[field_name] = self._told(name, old), self._told(name, value)
            setattr(row, name, value)
            fields.append(field_name)
        if levels:
            before["levels"], after["levels"] = levels
        if row.closed_on is not None:
            outcome = REOPENED
            before["closed_on"], after["closed_on"] = str(row.closed_on), None
            row.closed_on = None
            fields.append("closed_on")
            if isinstance(row, School) and row.merged_into_id:
                row.merged_into = None
                fields.append("merged_into")
        if not after:
            self.plan.unchanged += 1
            return
        self.plan.changes.append(Change(outcome, row, tuple(fields), before, after, line))

    def _told(self, name: str, value: Any) -> Any:
        """A value as people and the journal read it."""
        if name == "municipality_id":
            return self.known.towns.get(value, value)
        if isinstance(value, School | Authority):
            return value.name
        return value


def _level_words(levels: Iterable[str]) -> str:
    words = {level.value: str(level.label) for level in Level}
    return ", ".join(words[one] for one in words if one in set(levels)) or _("aucun")
