"""A plan is prepared, approved by a second person, and goes out in waves."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from inventory.access import DecisionImpossible, DecisionRefused
from inventory.actions.decide_push_plan import (
    approve_push_plan,
    drop_push_plan,
    refuse_push_plan,
    submit_push_plan,
    withdraw_push_plan,
)
from inventory.actions.drive_push import (
    continue_push,
    retry_push_step,
    return_push,
    start_push,
)
from inventory.actions.run_push import advance_plans
from inventory.models import PushPlan, PushStep, StepState, TemplateVersion
from inventory.rules.push import Situation, next_move, waves_of
from inventory.rules.templates import TemplateRefused
from schools.models import Management, ManagementChoice
from tests.inventory.push.boxes import BASE
from tests.inventory.push.scene import make_scene, make_template

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def scene(cast):
    return make_scene(cast, sites=4)


def take_over(site):
    ManagementChoice.objects.create(
        site=site,
        mode=Management.DECENTRALISED,
        from_on=timezone.localdate(),
        chosen_by_text="V. Exemple",
    )


class TestPreparing:
    def test_each_device_says_what_would_be_written_or_why_not(self, scene):
        take_over(scene.devices[1].site)
        scene.reach.read(scene.devices[2], at=timezone.now() - dt.timedelta(days=2))
        scene.box(3).enter(["no vlan 99", "no ntp server 192.0.2.9", "vlan 20", "name pedagogie"])
        scene.box(3).enter(["ntp server 192.0.2.1"])
        scene.reach.read(scene.devices[3])
        plan = scene.plan()
        told = {step.device_id: (step.state, step.result) for step in plan.steps.all()}
        state, why = told[scene.devices[1].pk]
        assert state == StepState.BLOCKED
        assert "géré par l’école" in why
        assert "24 heures" in told[scene.devices[2].pk][1]
        assert "conforme" in told[scene.devices[3].pk][1]
        step = scene.step(plan)
        assert (step.state, step.added, step.removed) == (StepState.WAITING, 3, 3)

    def test_only_the_central_helpdesk_prepares(self, scene, cast):
        scene.sofia = cast.thomas
        with pytest.raises(DecisionRefused):
            scene.plan()

    def test_a_device_is_in_one_plan_at_a_time(self, scene):
        scene.plan()
        with pytest.raises(DecisionImpossible, match="Déjà dans le changement"):
            scene.plan()
        step = PushStep.objects.filter(state=StepState.WAITING).first()
        other = PushPlan.objects.get()
        other.pk = None
        other.save()
        with pytest.raises(IntegrityError), transaction.atomic():
            PushStep.objects.create(plan=other, device=step.device, site=step.site)

    def test_a_template_that_fails_on_a_site_makes_no_plan(self, scene):
        version = make_template("Bornes", "ntp server {{ ssids[0].name }}", "ntp server *")
        with pytest.raises(TemplateRefused, match="Ligne 1"):
            scene.plan(version=version)
        assert not PushPlan.objects.exists()


class TestASecondPerson:
    def test_the_author_does_not_approve(self, scene):
        plan = scene.plan()
        submit_push_plan(scene.sofia, plan.pk)
        with pytest.raises(DecisionRefused, match="autre personne"):
            approve_push_plan(scene.sofia, plan.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            PushPlan.objects.filter(pk=plan.pk).update(
                state="approved", decided_by=scene.sofia, decided_at=timezone.now()
            )

    def test_a_local_technician_does_not_approve(self, scene, cast):
        plan = scene.plan()
        submit_push_plan(scene.sofia, plan.pk)
        with pytest.raises(DecisionRefused):
            approve_push_plan(cast.thomas, plan.pk)

    def test_another_central_technician_does(self, scene):
        plan = scene.approved()
        assert (plan.state, plan.decided_by) == ("approved", scene.mehdi)

    def test_nothing_runs_without_approval(self, scene):
        plan = scene.plan()
        with pytest.raises(DecisionImpossible):
            start_push(scene.sofia, plan.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            PushPlan.objects.filter(pk=plan.pk).update(state="canary")
        assert scene.run() == 0

    def test_what_was_submitted_is_frozen(self, scene):
        plan = scene.plan()
        submit_push_plan(scene.sofia, plan.pk)
        for change in ({"title": "autre"}, {"hold_min": 1}):
            with pytest.raises(DatabaseError), transaction.atomic():
                PushPlan.objects.filter(pk=plan.pk).update(**change)
        for change in ({"sealed": ""}, {"diff": []}, {"wave": 0}):
            with pytest.raises(DatabaseError), transaction.atomic():
                PushStep.objects.filter(plan=plan, device=scene.devices[1]).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            TemplateVersion.objects.filter(pk=scene.version.pk).update(text="x")
        with pytest.raises(DatabaseError), transaction.atomic():
            plan.steps.all().delete()

    def test_what_was_taken_back_and_changed_is_not_approved_by_an_old_page(self, scene):
        plan = scene.plan()
        seen = submit_push_plan(scene.sofia, plan.pk).version
        withdraw_push_plan(scene.sofia, plan.pk)
        submit_push_plan(scene.sofia, plan.pk)
        with pytest.raises(DecisionImpossible, match="relisez"):
            approve_push_plan(scene.mehdi, plan.pk, seen=seen)

    def test_a_site_that_became_the_schools_own_leaves_at_approval(self, scene):
        plan = scene.plan()
        submit_push_plan(scene.sofia, plan.pk)
        take_over(scene.devices[1].site)
        approve_push_plan(scene.mehdi, plan.pk)
        assert scene.step(plan, 1).state == StepState.BLOCKED

    def test_a_refusal_says_why_and_frees_the_devices(self, scene):
        plan = scene.plan()
        submit_push_plan(scene.sofia, plan.pk)
        with pytest.raises(DecisionImpossible):
            refuse_push_plan(scene.mehdi, plan.pk)
        refuse_push_plan(scene.mehdi, plan.pk, why="Pas pendant les examens.")
        assert not PushStep.objects.open().exists()
        assert scene.plan().pk != plan.pk

    def test_a_draft_is_given_up(self, scene):
        assert drop_push_plan(scene.sofia, scene.plan().pk).state == "dropped"
        assert not PushStep.objects.open().exists()


class TestWaves:
    def test_the_first_site_alone_then_more_and_more(self):
        waves = waves_of(list(range(1, 31)), canary=7, first=5)
        sizes = [list(waves.values()).count(n) for n in range(max(waves.values()) + 1)]
        assert sizes == [1, 5, 20, 4]
        assert waves[7] == 0

    def test_the_canary_is_observed_before_the_others(self, scene):
        plan = scene.started(hold_min=15)
        scene.run()
        plan.refresh_from_db()
        assert plan.state == "held"
        assert scene.box(1).written == []
        advance_plans(timezone.now() + dt.timedelta(minutes=14))
        assert scene.run() == 0
        advance_plans(timezone.now() + dt.timedelta(minutes=16))
        scene.run()
        plan.refresh_from_db()
        assert plan.state == "done"
        assert {step.state for step in plan.steps.all()} == {StepState.VERIFIED}

    def test_a_person_may_end_the_observation(self, scene):
        plan = scene.started(hold_min=60)
        scene.run()
        continue_push(scene.sofia, plan.pk)
        assert scene.run() == 3

    def test_a_failure_in_a_wave_stops_the_next(self, scene):
        plan = scene.started(first_wave=1)
        scene.box(1).rejects = "vlan 20"
        scene.run()
        advance_plans(timezone.now())
        scene.run()
        plan.refresh_from_db()
        assert plan.state == "stopped"
        assert scene.step(plan, 1).state == StepState.ROLLED_BACK
        assert scene.box(2).written == scene.box(3).written == []

    def test_one_that_is_off_holds_up_no_other_site(self, scene):
        plan = scene.started()
        scene.box(1).off = True
        scene.run()
        advance_plans(timezone.now())
        scene.run()
        states = [scene.step(plan, n).state for n in range(4)]
        assert states == ["verified", "offline", "verified", "verified"]
        scene.box(1).off = False
        PushStep.objects.update(next_try_at=None)
        scene.run()
        plan.refresh_from_db()
        assert plan.state == "done"

    def test_all_may_be_put_back(self, scene):
        plan = scene.started()
        scene.run()
        advance_plans(timezone.now())
        scene.run()
        return_push(scene.sofia, plan.pk, why="Les bornes ne répondent plus.")
        scene.run()
        advance_plans(timezone.now())
        plan.refresh_from_db()
        assert plan.state == "returned"
        for n in range(4):
            assert scene.step(plan, n).state == StepState.ROLLED_BACK
            assert sorted(scene.box(n).lines) == sorted(BASE.splitlines())

    def test_one_that_changed_since_is_not_put_back_blindly(self, scene):
        plan = scene.started()
        scene.run()
        advance_plans(timezone.now())
        scene.run()
        scene.box(2).lines.append("ip route 0.0.0.0 0.0.0.0 192.0.2.254")
        written = len(scene.box(2).written)
        return_push(scene.sofia, plan.pk)
        scene.run()
        assert scene.step(plan, 2).state == StepState.MOVED
        assert len(scene.box(2).written) == written

    def test_a_device_is_tried_again_and_the_plan_goes_on(self, scene):
        plan = scene.started()
        scene.box().rejects = "vlan 20"
        scene.run()
        scene.box().rejects = ""
        scene.box().lines = BASE.splitlines()
        retry_push_step(scene.sofia, scene.step(plan).pk)
        scene.run()
        assert scene.step(plan).state == StepState.VERIFIED
        plan.refresh_from_db()
        assert plan.state == "done"

    @pytest.mark.parametrize(
        ("state", "wave", "steps", "after"),
        [
            ("canary", 0, [(0, "waiting")], None),
            ("canary", 0, [(0, "offline"), (1, "waiting")], None),
            ("canary", 0, [(0, "verified"), (1, "waiting")], ("held", 0)),
            ("canary", 0, [(0, "verified")], ("done", 0)),
            ("canary", 0, [(0, "moved"), (1, "waiting")], ("stopped", 0)),
            ("held", 0, [(0, "verified"), (1, "waiting")], ("waves", 1)),
            ("waves", 1, [(0, "verified"), (1, "pushing"), (2, "waiting")], None),
            ("waves", 1, [(0, "verified"), (1, "offline"), (2, "waiting")], ("waves", 2)),
            ("waves", 1, [(0, "verified"), (1, "moved"), (2, "waiting")], ("waves", 2)),
            ("waves", 2, [(0, "verified"), (1, "offline"), (2, "verified")], None),
            ("waves", 2, [(1, "failed"), (2, "pushing")], ("stopped", 2)),
            ("returning", 2, [(1, "returning")], None),
            ("returning", 2, [(1, "rolled_back")], ("returned", 2)),
            ("stopped", 1, [(1, "failed")], None),
        ],
    )
    def test_what_follows_from_what_the_devices_did(self, state, wave, steps, after):
        now = timezone.now()
        held = dt.timedelta(minutes=15)
        scene = Situation(state, wave, now - HOUR, held, now + HOUR, tuple(steps))
        move = next_move(scene, now)
        assert (move and (move.state, move.wave)) == after
