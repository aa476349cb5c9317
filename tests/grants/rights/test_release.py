"""A year's part: computed from the latest count, once; the rest follows; what is late expires."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from inventory.access import DecisionImpossible, DecisionRefused
from inventory.grants.actions.rights import ledger
from inventory.grants.actions.rights.expire import expire_rights
from inventory.grants.actions.rights.formulas import (
    adopt_formula,
    draft_formula,
    renew_programme,
    save_draft,
    write_programme,
)
from inventory.grants.actions.rights.recount import recount_rights
from inventory.grants.actions.rights.release import next_year, release_year
from inventory.grants.models.rights.ledger import DrawingRight, Movement
from inventory.grants.models.rights.programmes import Computation, Formula
from inventory.grants.rules.rights.computing import compute, facts_from
from inventory.grants.rules.rights.reading import read_formula
from schools.models import AuditEntry, Headcount
from tests.grants.rights.formulas import EQUITY, PER_PUPIL


def at(year, month=9, day=2):
    return dt.datetime(year, month, day, 7, tzinfo=dt.UTC)


def count(site, year, pupils, level="secondaire"):
    Headcount.objects.update_or_create(
        site=site, year=year, level=level, defaults={"pupils": pupils}
    )


def programme_of(officer, content, years=4, first=2024):
    programme = write_programme(
        officer, code="droits", name="Droits", name_de="Rechte", first_year=first, years=years
    )
    draft = programme.formulas.get()
    draft = save_draft(officer, draft, content, "", draft.version)
    adopt_formula(officer, draft, draft.version, at(first))
    return programme


def right_of(site):
    return DrawingRight.objects.get(site=site)


def test_the_first_year_grants_all_and_releases_a_part(cast):
    count(cast.tilleuls, 2024, 598)
    programme = programme_of(cast.odile, {**PER_PUPIL, "conditions": []})
    done = release_year(cast.odile, programme, 2024, at(2024))
    assert (done.sites, done.amount) == (1, Decimal("9968.66"))
    right = right_of(cast.tilleuls)
    assert (right.granted, right.released) == (Decimal("39874.64"), Decimal("9968.66"))
    assert (right.usable_from, right.usable_until) == (dt.date(2024, 9, 1), dt.date(2028, 8, 31))
    assert not DrawingRight.objects.filter(site=cast.saules).exists(), "no pupils, no right"


def test_the_next_part_follows_the_headcount_and_so_does_the_rest(cast):
    count(cast.tilleuls, 2024, 598)
    programme = programme_of(cast.odile, PER_PUPIL)
    release_year(cast.odile, programme, 2024, at(2024))
    count(cast.tilleuls, 2025, 605)
    count(cast.saules, 2025, 100)
    done = release_year(cast.odile, programme, 2025, at(2025))
    assert done.sites == 2, "a site that came later gets its part too"
    right = right_of(cast.tilleuls)
    # 598 × 16.67 + 605 × 16.67, and twice the latter to come
    assert (right.released, right.unreleased) == (Decimal("20054.01"), Decimal("20170.70"))
    assert right_of(cast.saules).granted == Decimal("5001.00")
    assert next_year(programme) == 2026
    assert recount_rights(timezone.now()).differences == []


def test_a_second_run_changes_nothing_and_finishes_what_was_missed(cast):
    count(cast.tilleuls, 2024, 598)
    programme = programme_of(cast.odile, PER_PUPIL)
    release_year(cast.odile, programme, 2024, at(2024))
    count(cast.saules, 2024, 10)
    count(cast.tilleuls, 2024, 700)
    again = release_year(cast.odile, programme, 2024, at(2024, 10))
    assert (again.sites, again.left_alone) == (1, 1)
    assert right_of(cast.tilleuls).released == Decimal("9968.66")


def test_a_part_is_never_below_the_floor_and_a_closed_site_gets_nothing(cast):
    count(cast.tilleuls, 2024, 200)
    count(cast.saules, 2024, 200)
    programme = programme_of(cast.odile, EQUITY)
    release_year(cast.odile, programme, 2024, at(2024))
    first = right_of(cast.tilleuls).released  # 2000 × 1.2
    assert first == 2400
    count(cast.tilleuls, 2025, 100)
    cast.saules.closed_on = dt.date(2025, 8, 31)
    cast.saules.save()
    release_year(cast.odile, programme, 2025, at(2025))
    assert right_of(cast.tilleuls).released == 2400 + 2160
    closed = right_of(cast.saules)
    assert (closed.released, closed.unreleased) == (2400, 0)


def test_what_is_not_carried_over_expires_once(cast):
    count(cast.tilleuls, 2024, 200)
    programme = programme_of(cast.odile, EQUITY)
    release_year(cast.odile, programme, 2024, at(2024))
    ledger.reserve(cast.tilleuls, Decimal(400), "application:1", "a", None, at(2025))
    release_year(cast.odile, programme, 2025, at(2025))
    assert expire_rights(at(2026, 8, 31)) == 0
    assert expire_rights(at(2026, 9, 1)) == 1
    assert expire_rights(at(2026, 9, 1)) == 0
    right = right_of(cast.tilleuls)
    assert (right.expired, right.reserved) == (2000, 400)
    ledger.void("application:1", "b", None, at(2026, 9, 2), "abandon")
    assert expire_rights(at(2026, 9, 3)) == 1, "what is given back too late goes too"
    assert recount_rights(timezone.now()).differences == []


def test_every_amount_is_computed_again_from_what_was_stored(cast):
    count(cast.tilleuls, 2024, 598)
    programme = programme_of(cast.odile, PER_PUPIL)
    release_year(cast.odile, programme, 2024, at(2024))
    count(cast.tilleuls, 2024, 1)
    stored = Computation.objects.get(site=cast.tilleuls)
    rules = read_formula(stored.formula.content, programme.years)
    assert compute(rules, facts_from(stored.inputs)).as_json() == stored.outcome
    with pytest.raises(DatabaseError), transaction.atomic():
        Computation.objects.update(amount=1)


def test_an_adopted_formula_stays_and_the_next_serves_from_the_next_release(cast):
    count(cast.tilleuls, 2024, 100)
    programme = programme_of(cast.odile, PER_PUPIL)
    adopted = programme.formulas.get()
    with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
        Formula.objects.filter(pk=adopted.pk).update(content={})
    with pytest.raises(DatabaseError), transaction.atomic():
        Formula.objects.filter(pk=adopted.pk).delete()
    release_year(cast.odile, programme, 2024, at(2024))
    draft = draft_formula(cast.odile, programme)
    assert (draft.number, draft.label, draft.content) == (2, "2024.2", adopted.content)
    content = {**PER_PUPIL, "amount": {"per_pupil": "20"}}
    draft = save_draft(cast.odile, draft, content, "indexé", draft.version)
    with pytest.raises(DecisionImpossible, match="a changé depuis"):
        adopt_formula(cast.odile, draft, draft.version - 1, at(2025))
    adopt_formula(cast.odile, draft, draft.version, at(2025))
    release_year(cast.odile, programme, 2025, at(2025))
    assert right_of(cast.tilleuls).released == 1667 + 2000


def test_a_release_too_early_out_of_order_or_by_somebody_else_is_refused(cast):
    programme = programme_of(cast.odile, PER_PUPIL)
    with pytest.raises(DecisionImpossible, match="à partir du 01/09/2024"):
        release_year(cast.odile, programme, 2024, at(2024, 8, 31))
    with pytest.raises(DecisionImpossible, match="2024-2025"):
        release_year(cast.odile, programme, 2026, at(2026))
    with pytest.raises(DecisionImpossible, match="pas dans le programme"):
        release_year(cast.odile, programme, 2023, at(2026))
    with pytest.raises(DecisionRefused):
        release_year(cast.bernard, programme, 2024, at(2024))
    assert not Movement.objects.exists()


def test_a_programme_is_renewed_by_a_copy_to_look_over(cast):
    programme = programme_of(cast.odile, PER_PUPIL)
    following = renew_programme(cast.odile, programme, code="droits-2")
    assert (following.first_year, following.years) == (2028, 4)
    copied = following.formulas.get()
    assert copied.content == programme.formulas.get().content
    assert not copied.is_adopted
    assert AuditEntry.objects.filter(action="write_programme").count() == 2
