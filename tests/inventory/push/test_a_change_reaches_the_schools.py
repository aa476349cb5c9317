"""The whole journey over real SSH: backup, drift, plan, approval, a canary that fails and goes
back, a corrected template, waves, a device that was off, a school that manages its network.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone

from deploy.lab.cli.server import CliServer
from inventory.access import DecisionRefused
from inventory.actions.decide_push_plan import approve_push_plan, submit_push_plan
from inventory.actions.drive_push import continue_push, start_push
from inventory.actions.remake_push_plan import remake_push_plan
from inventory.actions.run_push import advance_plans
from inventory.actions.save_template import Written, save_template
from inventory.models import PushStep, StepState
from schools.models import AuditEntry
from tests.inventory.push.lines import LineReach
from tests.inventory.push.scene import OWNS, TEXT, Scene, furnish, make_scene


@pytest.fixture
def server() -> Iterator[CliServer]:
    with CliServer() as made:
        yield made


@pytest.fixture
def scene(cast, server) -> Scene:
    """Four central sites, and Saules, which manages its network itself."""
    made = make_scene(cast, 4, LineReach(server))
    made.devices.append(furnish(cast.saules))
    made.reach.add(made.devices[-1])
    return made


def states(scene: Scene, plan) -> list[str]:
    return [scene.step(plan, n).state for n in range(len(scene.devices))]


def test_a_change_reaches_the_schools(scene, cast):
    boxes = [scene.box(n) for n in range(5)]
    before = [box.running.text() for box in boxes]

    # somebody changed a device since it was read: the plan is made from what a new backup shows
    boxes[0].by_hand("ntp server 198.51.100.7")
    scene.reach.read(scene.devices[0])
    drifted = boxes[0].running.text()
    entered = len(boxes[0].entered)

    # a template with a line that devices refuse
    bad = Written(TEXT + "ntp serveur 192.0.2.5\n", f"{OWNS}\nntp serveur *", "essai")
    wrong = save_template(scene.sofia, scene.version.template, bad, seen=1)
    boxes[0].faults.rejects = "serveur"
    plan = scene.plan(version=wrong, first_wave=2)
    assert states(scene, plan) == ["waiting"] * 4 + ["blocked"]
    removed = [line for sign, line in scene.step(plan).diff if sign == "-"]
    assert "ntp server 198.51.100.7" in removed

    # a second person
    submit_push_plan(scene.sofia, plan.pk)
    with pytest.raises(DecisionRefused):
        approve_push_plan(scene.sofia, plan.pk)
    approve_push_plan(scene.mehdi, plan.pk)
    start_push(scene.mehdi, plan.pk)

    # the first site fails, is put back, and nobody else is touched
    scene.run()
    plan.refresh_from_db()
    assert plan.state == "stopped"
    assert "serveur" in plan.stopped_why
    assert states(scene, plan) == ["rolled_back", *["waiting"] * 3, "blocked"]
    assert sorted(boxes[0].running.text().splitlines()) == sorted(drifted.splitlines())
    assert len(boxes[0].entered) > entered
    assert [box.running.text() for box in boxes[1:]] == before[1:]

    # corrected, made again, approved again
    save_template(scene.sofia, scene.version.template, Written(TEXT, OWNS, "corrigé"), seen=1)
    again = remake_push_plan(scene.sofia, plan.pk, scene.reach)
    assert again.template_version.number == 2
    assert scene.step(plan, 1).state == StepState.DROPPED
    submit_push_plan(scene.sofia, again.pk)
    approve_push_plan(scene.mehdi, again.pk)
    boxes[2].faults.offline = True
    start_push(scene.sofia, again.pk)
    scene.run()
    again.refresh_from_db()
    assert again.state == "held" or again.hold_min == 0
    if again.state == "held":
        continue_push(scene.sofia, again.pk)
    for _n in range(3):
        advance_plans(timezone.now())
        scene.run()

    # all are done but the one that is off, which waits
    reached = {n: scene.step(again, n).state for n in range(4)}
    assert reached == {0: "verified", 1: "verified", 2: "offline", 3: "verified"}
    boxes[2].faults.offline = False
    PushStep.objects.filter(plan=again).update(next_try_at=None)
    scene.run()
    again.refresh_from_db()
    assert again.state == "done"
    for box in boxes[:4]:
        assert "name pedagogie" in box.startup.text()
        assert "ntp server 192.0.2.1" in box.startup.text().splitlines()

    # the school that manages its network: read, and not one line entered
    assert boxes[4].entered == []
    assert boxes[4].running.text() == before[4]
    verbs = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"approve_push_plan", "push_rolled_back", "push_verified", "finish_push"} <= verbs
