"""A strategy from its draft to its review: who may, what is refused and why, what stays frozen."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from byod.access.strategy.strategies import StrategyImpossible, StrategyRefused
from byod.actions.strategy import decide, deploy, review, settle
from byod.actions.strategy.start import MODEL, sources_for, start_strategy
from byod.actions.strategy.write import write_answer
from byod.models.network.policies import NetworkPolicy, PolicyState
from byod.models.strategy.settled import StrategyReview
from byod.models.strategy.strategies import Strategy, StrategyAnswer, StrategyState
from byod.rules.strategy.form import gaps_in
from byod.rules.strategy.standing import Standing, standing_of, year_after
from schools.actions.write_together import WrittenMeanwhile
from schools.models import AuditEntry, Level, School, Teaching, User
from tests.byod.strategy.made import (
    approved,
    deployed,
    make_charter,
    make_policy,
    make_secondary,
    written,
)
from tests.cast import make_site

pytestmark = pytest.mark.django_db


def test_a_primary_school_has_no_strategy_and_is_told_why(cast):
    Teaching.objects.create(site=cast.tilleuls, level=Level.PRIMARY)
    with pytest.raises(StrategyRefused, match="secondaire"):
        start_strategy(cast.bernard, cast.tilleuls.school_id)
    Teaching.objects.create(site=cast.tilleuls, level=Level.CEFA)
    assert start_strategy(cast.bernard, cast.tilleuls.school_id).version == 1
    Strategy.objects.all().delete()
    Teaching.objects.filter(level=Level.CEFA).update(closed_on=dt.date(2026, 6, 30))
    with pytest.raises(StrategyRefused, match="secondaire"):
        start_strategy(cast.bernard, cast.tilleuls.school_id)


def test_strangers_find_no_school_and_other_roles_are_refused(cast):
    school = make_secondary(cast.tilleuls)
    with pytest.raises(School.DoesNotExist):
        start_strategy(cast.karl, school.pk)
    for other in (cast.veronique, cast.odile, cast.sofia):
        with pytest.raises(StrategyRefused, match="rédige"):
            start_strategy(other, school.pk)
    assert start_strategy(cast.claire, school.pk) == start_strategy(cast.bernard, school.pk)


def test_the_model_text_must_be_filled_in_before_it_is_handed_in(cast):
    draft = start_strategy(cast.bernard, make_secondary(cast.tilleuls).pk, MODEL)
    with pytest.raises(decide.StrategyIncomplete) as refused:
        decide.submit_strategy(cast.bernard, draft.pk)
    assert "crochets" in str(refused.value)
    assert {gap.anchor for gap in refused.value.gaps} >= {"q-aims", "q-zones", "q-insurance"}
    assert gaps_in(1, {"charter": "Lue [en classe]."})[0].anchor == "q-aims"
    assert "q-charter" not in {gap.anchor for gap in gaps_in(1, {"charter": "Lue [en classe]."})}


def test_two_editors_are_asked_and_nothing_is_lost(cast):
    draft = start_strategy(cast.bernard, make_secondary(cast.tilleuls).pk, "empty")
    write_answer(cast.bernard, draft.pk, "aims", "De Bernard.", 0)
    with pytest.raises(WrittenMeanwhile) as meanwhile:
        write_answer(cast.claire, draft.pk, "aims", "De Claire.", 0)
    assert meanwhile.value.row.body == "De Bernard."
    assert write_answer(cast.claire, draft.pk, "aims", "De Bernard.", 0).revision == 1
    assert write_answer(cast.claire, draft.pk, "aims", "Des deux.", 1).revision == 2
    with pytest.raises(StrategyImpossible, match="8 000"):
        write_answer(cast.claire, draft.pk, "aims", "x" * 8001, 2)


def test_handed_in_it_is_frozen_by_the_database(cast):
    draft = written(cast.bernard, make_secondary(cast.tilleuls))
    with pytest.raises(StrategyRefused, match="direction"):
        decide.submit_strategy(cast.claire, draft.pk)
    decide.submit_strategy(cast.bernard, draft.pk)
    assert decide.submit_strategy(cast.bernard, draft.pk).state == StrategyState.SUBMITTED
    with pytest.raises(StrategyImpossible, match="ne se modifie plus"):
        write_answer(cast.bernard, draft.pk, "aims", "Autre chose.", 1)
    for wrong in (
        lambda: StrategyAnswer.objects.filter(question="aims").update(body="Autre chose."),
        lambda: StrategyAnswer.objects.filter(question="aims").delete(),
        lambda: Strategy.objects.filter(pk=draft.pk).update(state="draft", submitted_at=None),
        lambda: Strategy.objects.filter(pk=draft.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


def test_the_po_approves_or_sends_back_with_reasons(cast):
    draft = written(cast.bernard, make_secondary(cast.tilleuls))
    decide.submit_strategy(cast.bernard, draft.pk)
    for other in (cast.bernard, cast.odile):
        with pytest.raises(StrategyRefused, match="pouvoir organisateur"):
            decide.approve_strategy(other, draft.pk)
    with pytest.raises(StrategyImpossible, match="compléter"):
        decide.return_strategy(cast.veronique, draft.pk, "  ")
    decide.return_strategy(cast.veronique, draft.pk, "L’assurance manque.")
    again = start_strategy(cast.bernard, draft.school_id)
    assert (again.version, again.answers.count()) == (2, 10)
    decide.submit_strategy(cast.bernard, again.pk)
    made = decide.approve_strategy(cast.veronique, again.pk)
    assert (made.state, made.delegated) == (StrategyState.APPROVED, False)


def test_the_head_approves_where_the_po_delegates(cast):
    draft = written(cast.bernard, make_secondary(cast.tilleuls))
    decide.submit_strategy(cast.bernard, draft.pk)
    authority = draft.school.authority_id
    with pytest.raises(StrategyRefused):
        settle.set_delegation(cast.bernard, authority, True)
    settle.set_delegation(cast.veronique, authority, True)
    assert settle.set_delegation(cast.veronique, authority, True).ended_at is None
    assert decide.approve_strategy(cast.bernard, draft.pk).delegated
    assert settle.set_delegation(cast.veronique, authority, False) is None


def test_it_deploys_only_under_a_live_policy_and_a_published_charter(cast):
    strategy = approved(cast)
    with pytest.raises(StrategyImpossible) as refused:
        deploy.deploy_strategy(cast.bernard, strategy.pk)
    assert "charte" in str(refused.value)
    assert "politique" in str(refused.value)
    make_charter(strategy.school)
    NetworkPolicy.objects.create(school=strategy.school, number=1)  # a draft opens nothing
    with pytest.raises(StrategyImpossible, match="politique"):
        deploy.deploy_strategy(cast.bernard, strategy.pk)
    make_policy(strategy.school, 2)
    with pytest.raises(StrategyRefused, match="direction"):
        deploy.deploy_strategy(cast.claire, strategy.pk)
    made = deploy.deploy_strategy(cast.bernard, strategy.pk)
    assert (made.state, made.policy.number) == (StrategyState.DEPLOYED, 2)
    assert made.review_on == year_after(timezone.localdate())
    assert AuditEntry.objects.filter(action="deploy_strategy").count() == 1
    deploy.deploy_strategy(cast.bernard, strategy.pk)
    assert AuditEntry.objects.filter(action="deploy_strategy").count() == 1


def test_a_retired_policy_ends_what_counts_without_any_job(cast):
    strategy = deployed(cast)
    assert list(Strategy.objects.effective()) == [strategy]
    NetworkPolicy.objects.update(state=PolicyState.RETIRED, retired_at=timezone.now())
    assert not Strategy.objects.effective().exists()
    make_policy(strategy.school, 2)
    assert list(Strategy.objects.effective()) == [strategy]


def test_the_next_version_replaces_the_deployed_one_when_it_is_deployed(cast):
    first = deployed(cast)
    draft = start_strategy(cast.bernard, first.school_id)
    decide.submit_strategy(cast.bernard, draft.pk)
    decide.approve_strategy(cast.veronique, draft.pk)
    first.refresh_from_db()
    assert first.state == StrategyState.DEPLOYED
    deploy.deploy_strategy(cast.bernard, draft.pk)
    first.refresh_from_db()
    assert first.state == StrategyState.SUPERSEDED
    assert Strategy.objects.effective().get().version == 2


def test_a_year_later_it_is_under_review_and_still_counts(cast):
    strategy = deployed(cast)
    today = timezone.localdate()
    assert review.open_due_reviews(today) == 0
    due = year_after(today)
    assert review.open_due_reviews(due) == 1
    assert review.open_due_reviews(due) == 0
    assert Strategy.objects.effective().exists()
    with pytest.raises(StrategyRefused):
        review.confirm_strategy(cast.claire, strategy.pk)
    review.confirm_strategy(cast.bernard, strategy.pk)
    with pytest.raises(StrategyImpossible, match="Aucune révision"):
        review.confirm_strategy(cast.bernard, strategy.pk)
    review.open_review(cast.veronique, strategy.pk, "L’assureur change.")
    assert review.rewrite_strategy(cast.bernard, strategy.pk).version == 2
    assert list(StrategyReview.objects.values_list("outcome", flat=True)) == ["new", "confirmed"]


def test_one_starts_from_another_school_of_the_same_po_alone(cast):
    strategy = approved(cast)
    sister = make_site("Frênes", "namur")
    School.objects.filter(pk=sister.school_id).update(authority=strategy.school.authority)
    sister.school.refresh_from_db()
    make_secondary(sister)
    assert [one.pk for one in sources_for(sister.school)] == [strategy.pk]
    assert not sources_for(cast.peupliers.school).exists()
    cast.bernard.roles.create(kind="head", school=sister.school)
    bernard = User.objects.get(pk=cast.bernard.pk)
    copy = start_strategy(bernard, sister.school_id, str(strategy.pk))
    assert copy.answers.get(question="aims").body == "Réponse sur aims."
    Strategy.objects.filter(pk=copy.pk).delete()
    with pytest.raises(StrategyImpossible, match="plus en vigueur"):
        start_strategy(bernard, sister.school_id, "999999")


def test_officers_choose_the_pilots(cast):
    school = make_secondary(cast.tilleuls)
    with pytest.raises(StrategyRefused, match="SPW"):
        settle.set_pilot(cast.bernard, school.pk, True)
    assert settle.set_pilot(cast.odile, school.pk, True) is not None
    assert settle.set_pilot(cast.odile, school.pk, True) is not None
    assert settle.set_pilot(cast.odile, school.pk, False) is None
    with pytest.raises(StrategyImpossible, match="secondaire"):
        settle.set_pilot(cast.odile, cast.saules.school_id, True)


def test_who_sees_which_version(cast):
    strategy = deployed(cast)
    draft = start_strategy(cast.bernard, strategy.school_id)
    seen = {
        name: set(Strategy.objects.visible_to(getattr(cast, name)).values_list("pk", flat=True))
        for name in ("bernard", "claire", "veronique", "odile", "sofia", "karl")
    }
    both, one = {strategy.pk, draft.pk}, {strategy.pk}
    assert seen == {
        "bernard": both, "claire": both, "veronique": both, "odile": one, "sofia": one,
        "karl": set(),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("state", "effective", "in_review", "told"),
    [
        (None, False, False, Standing.NONE),
        ("draft", False, False, Standing.DRAFT),
        ("approved", True, False, Standing.APPROVED),
        ("deployed", True, False, Standing.DEPLOYED),
        ("deployed", True, True, Standing.REVIEW),
        ("deployed", False, True, Standing.WITHOUT_POLICY),
    ],
)
def test_where_a_school_stands(state, effective, in_review, told):
    assert standing_of(state, effective=effective, in_review=in_review) == told


def test_a_leap_day_is_reviewed_on_the_28th():
    assert year_after(dt.date(2028, 2, 29)) == dt.date(2029, 2, 28)
