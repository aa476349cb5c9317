"""Release the part of a school year for every site: computed from the latest count, once.

A run is set-based, and may be repeated: a site that has its part is left alone, one that came
later gets it. What stays to be released follows the headcount too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.rights import can_keep_programmes
from inventory.grants.actions.rights.formulas import formula_in_force, rules_of
from inventory.grants.actions.rights.posting import Posting, moved, post_many
from inventory.grants.models.rights.facts import entitled_sites, facts_of, first_amounts
from inventory.grants.models.rights.ledger import Account, DrawingRight, Movement, MovementKind
from inventory.grants.models.rights.programmes import Computation, Formula, Programme
from inventory.grants.rules.rights.computing import Facts, compute, part, remaining
from inventory.grants.rules.rights.formula import RightFormula
from inventory.grants.rules.rights.schedule import count_year, end_of_use, release_day
from schools.actions.audit import record_action
from schools.models import User

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Released:
    """What a run wrote."""

    sites: int
    amount: Decimal
    left_alone: int


@dataclass(frozen=True, slots=True)
class _Run:
    programme: Programme
    formula: Formula
    rules: RightFormula
    year: int

    @property
    def index(self) -> int:
        return self.year - self.programme.first_year


def release_year(user: User, programme: Programme, year: int, now: dt.datetime) -> Released:
    """Write the part of a school year to every right. Raises DecisionRefused,
    DecisionImpossible."""
    require(can_keep_programmes(user))
    with transaction.atomic():
        Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
        run = _checked(programme, year, timezone.localdate(now))
        done = _sites_done(run)
        facts = _facts(run, done)
        computations = _computations(run, facts, now)
        rights = _rights(run, computations)
        postings = list(_postings(run, computations, rights))
        post_many(postings, user, now)
        amount = sum((p.amount for p in postings if p.kind == MovementKind.RELEASE), NOTHING)
        released = Released(len(rights), amount, len(done))
        after = {"year": year, "sites": released.sites, "amount": str(amount)}
        record_action(user, "release_year", programme, after=after)
    return released


def next_year(programme: Programme) -> int | None:
    """The school year whose release comes next; None after the last."""
    last = Movement.objects.filter(
        kind=MovementKind.RELEASE, entries__right__programme=programme
    ).aggregate(last=Max("year"))["last"]
    year = programme.first_year if last is None else last + 1
    return year if year in programme.school_years else None


def _checked(programme: Programme, year: int, today: dt.date) -> _Run:
    formula = formula_in_force(programme)
    if formula is None:
        raise DecisionImpossible(_("Aucune formule n’est adoptée\u00a0: adoptez-en une d’abord."))
    if year not in programme.school_years:
        raise DecisionImpossible(_("Cette année scolaire n’est pas dans le programme."))
    run = _Run(programme, formula, rules_of(formula), year)
    due = release_day(run.rules, programme.first_year, run.index)
    if today < due:
        raise DecisionImpossible(
            _("Cette part se libère à partir du %(day)s.") % {"day": f"{due:%d/%m/%Y}"}
        )
    following = next_year(programme)
    if following is not None and year > following:
        raise DecisionImpossible(
            _("Libérez d’abord l’année %(year)s.") % {"year": f"{following}-{following + 1}"}
        )
    return run


def _sites_done(run: _Run) -> set[int]:
    prefix = f"release:{run.programme.pk}:{run.year}:"
    return set(Movement.objects.filter(key__startswith=prefix).values_list("site_id", flat=True))


def _facts(run: _Run, done: set[int]) -> dict[int, Facts]:
    """Of every site entitled, and of those that were: a site that closed gets nothing more."""
    first = first_amounts(run.programme) if run.rules.floor else {}
    found = facts_of(entitled_sites(), count_year(run.rules, run.year), first)
    held = DrawingRight.objects.filter(programme=run.programme).values_list("site_id", flat=True)
    gone = {site: Facts(pupils={}, count_year=None) for site in set(held) - found.keys()}
    return {site: facts for site, facts in (found | gone).items() if site not in done}


def _computations(run: _Run, facts: dict[int, Facts], now: dt.datetime) -> dict[int, Computation]:
    rows = []
    for site, known in facts.items():
        outcome = compute(run.rules, known)
        rows.append(
            Computation(
                programme=run.programme,
                formula=run.formula,
                site_id=site,
                year=run.year,
                inputs=known.as_json(),
                outcome=outcome.as_json(),
                amount=outcome.amount,
                at=now,
            )
        )
    return {row.site_id: row for row in Computation.objects.bulk_create(rows, batch_size=1000)}


def _rights(run: _Run, computations: dict[int, Computation]) -> dict[int, DrawingRight]:
    """The rights of the sites, locked; those that get something for the first time are made."""
    first = run.programme.first_year
    entitled = [site for site, one in computations.items() if one.amount]
    fresh = DrawingRight(
        programme=run.programme,
        usable_from=release_day(run.rules, first, run.index),
        usable_until=end_of_use(run.rules, first),
    )
    DrawingRight.objects.bulk_create(
        [_copy(fresh, site) for site in entitled], ignore_conflicts=True, batch_size=1000
    )
    rows = DrawingRight.objects.select_for_update(of=("self",), no_key=True)
    held = rows.filter(programme=run.programme, site__in=computations).order_by("pk")
    return {right.site_id: right for right in held}


def _copy(right: DrawingRight, site: int) -> DrawingRight:
    return DrawingRight(
        programme=right.programme,
        site_id=site,
        usable_from=right.usable_from,
        usable_until=right.usable_until,
    )


def _postings(
    run: _Run, computations: dict[int, Computation], rights: dict[int, DrawingRight]
) -> Iterator[Posting]:
    """What is granted more or less, then the part of the year. One statement takes both in."""
    for site, right in rights.items():
        computation = computations[site]
        share = part(run.rules, run.index, computation.amount)
        rest = remaining(run.rules, run.index, computation.amount)
        change = share + rest - right.unreleased
        posting = Posting(
            MovementKind.GRANT if not right.granted else MovementKind.REVISE,
            f"grant:{run.programme.pk}:{run.year}:{site}",
            site,
            abs(change),
            _granted(right.pk, change),
            year=run.year,
            computation=computation,
        )
        if change:
            yield posting
        if share:
            yield replace(
                posting,
                kind=MovementKind.RELEASE,
                key=f"release:{run.programme.pk}:{run.year}:{site}",
                amount=share,
                moves=moved([(right.pk, share)], Account.UNRELEASED, Account.AVAILABLE),
            )


def _granted(right: int, change: Decimal) -> dict[tuple[int, Account], Decimal]:
    """More from the Region, or back to it."""
    return moved([(right, change)], Account.GRANTED, Account.UNRELEASED)
