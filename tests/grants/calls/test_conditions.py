"""The conditions of a call: judged on facts of the register, told with what to do."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from inventory.grants.access.calls.facts import facts_of_site, word_of
from inventory.grants.rules.calls.eligibility import Facts, RuleRefused, judge, read_rules
from inventory.models import Declaration
from schools.models import Headcount, IseClass, Level, Teaching
from tests.grants.calls.made import make_application, make_award, make_call, make_draft
from tests.grants.calls.test_a_file_from_start_to_receipt import as_, post
from tests.world_papers import make_plan

TODAY = dt.date(2026, 11, 26)
FULL = Facts(
    levels=frozenset({"primaire"}),
    network="wbe",
    community="fwb",
    province="namur",
    pupils=120,
    pupils_year=2026,
    ise_class="3b",
    approved_plan=True,
    declaration=True,
    assistance=True,
    supervision=True,
)


def holds(rule, facts=FULL):
    (verdict,) = judge([rule], facts, TODAY, word_of)
    assert verdict.why
    return verdict.holds


@pytest.mark.parametrize(
    ("rule", "met"),
    [
        ({"fact": "levels", "values": ["primaire", "maternel"]}, True),
        ({"fact": "levels", "values": ["secondaire"]}, False),
        ({"fact": "network", "values": ["wbe"]}, True),
        ({"fact": "network", "values": ["segec"]}, False),
        ({"fact": "community", "values": ["dg"]}, False),
        ({"fact": "province", "values": ["namur", "liege"]}, True),
        ({"fact": "pupils", "min": 120}, True),
        ({"fact": "pupils", "min": 121}, False),
        ({"fact": "pupils", "max": 120}, True),
        ({"fact": "pupils", "min": 1, "max": 119}, False),
        ({"fact": "ise_class", "max": 3}, True),
        ({"fact": "ise_class", "max": 2}, False),
        ({"fact": "never_awarded"}, True),
        ({"fact": "not_awarded_for", "years": 3}, True),
        ({"fact": "approved_plan"}, True),
        ({"fact": "declaration"}, True),
        ({"fact": "assistance"}, True),
        ({"fact": "supervision"}, True),
    ],
)
def test_each_condition_on_its_fact(rule, met):
    assert holds(rule) is met


@pytest.mark.parametrize("fact", ["approved_plan", "declaration", "assistance", "supervision"])
def test_what_is_missing_says_what_to_do(fact):
    (verdict,) = judge([{"fact": fact}], Facts(), TODAY, word_of)
    assert not verdict.holds
    assert verdict.remedy
    assert verdict.action


def test_what_the_register_does_not_know_is_not_met():
    assert not holds({"fact": "pupils", "min": 1}, Facts())
    assert not holds({"fact": "ise_class", "max": 20}, Facts())


def test_an_award_counts_to_the_day():
    """Three years after 26/11/2023 is 26/11/2026: from that day on."""
    rule = {"fact": "not_awarded_for", "years": 3}
    assert holds(rule, Facts(awarded_on=dt.date(2023, 11, 26)))
    assert not holds(rule, Facts(awarded_on=dt.date(2023, 11, 27)))
    assert not holds({"fact": "never_awarded"}, Facts(awarded_on=dt.date(2000, 1, 1)))
    leap = Facts(awarded_on=dt.date(2024, 2, 29))
    (verdict,) = judge([rule], leap, TODAY, word_of)
    assert "28/02/2027" in verdict.remedy


def test_a_closed_site_is_told_so():
    assert [one.fact for one in judge([], Facts(open=False), TODAY, word_of)] == ["open"]


@pytest.mark.parametrize(
    "rule",
    [
        {"fact": "weather"},
        {"fact": "levels", "values": []},
        {"fact": "pupils"},
        {"fact": "pupils", "min": 5, "max": 4},
        {"fact": "ise_class", "max": 21},
        {"fact": "not_awarded_for", "years": 0},
    ],
)
def test_a_condition_that_cannot_be_judged_is_refused(rule):
    with pytest.raises(RuleRefused):
        read_rules([rule])


def test_facts_are_read_from_the_register(cast):
    site, today = cast.tilleuls, timezone.localdate()
    Teaching.objects.create(site=site, level=Level.PRIMARY)
    for year, pupils in ((2025, 90), (2026, 120)):
        Headcount.objects.create(site=site, level=Level.PRIMARY, year=year, pupils=pupils)
    Headcount.objects.create(site=site, level=Level.NURSERY, year=2026, pupils=30)
    IseClass.objects.create(site=site, year=2026, value="3b")
    make_plan(site, cast.bernard)
    make_award(make_application(make_call(), site, cast.claire), cast.odile)
    facts = facts_of_site(site, today)
    assert facts.levels == {"primaire"}
    assert (facts.pupils, facts.pupils_year) == (150, 2026)
    assert (facts.ise_class, facts.ise_number) == ("3b", 3)
    assert facts.approved_plan
    assert facts.assistance
    assert facts.supervision
    assert not facts.declaration
    assert facts.awarded_on == today
    lacking = facts_of_site(cast.bouleaux, today)
    assert not lacking.supervision
    assert lacking.awarded_on is None


def test_a_school_reads_why_before_it_begins_and_is_held_to_it_when_it_sends(cast):
    call = make_call(eligibility=[{"fact": "declaration"}], countersigned=False)
    page = as_(cast.bernard).get("/appels/mon-ecole/").content.decode()
    assert "ne peut pas encore" in page
    assert f"/implantations/{cast.tilleuls.pk}/declaration/" in page
    row = make_draft(call, cast.tilleuls, cast.claire)
    row.answers.create(question="kits", value={"1": 1})
    post(cast.bernard, f"/dossiers/{row.pk}/valider/")
    answer = post(cast.bernard, f"/dossiers/{row.pk}/envoyer/")
    assert answer.status_code == 409
    assert "pas de déclaration d’inventaire valable" in answer.content.decode()
    today = timezone.localdate()
    Declaration.objects.create(
        site=cast.tilleuls, number=1, kind="signed", on=today, sha256="0" * 64,
        valid_until=today + dt.timedelta(days=300), signed_by_text="B.", role_text="direction",
    )  # fmt: skip
    assert post(cast.bernard, f"/dossiers/{row.pk}/envoyer/").status_code == 302
