"""A push over real SSH to simulated devices of each grammar, and what goes wrong in the field."""

from __future__ import annotations

import datetime as dt
import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection
from django.utils import timezone

from deploy.lab.cli.server import CliServer
from inventory.actions.drive_push import return_push
from inventory.actions.run_push import push_one
from inventory.models import ConfigTemplate, PushPlan, PushStep, StepState
from inventory.rules.push import LIVE
from tests.cast import make_cast, make_device
from tests.inventory.push.lines import LineReach
from tests.inventory.push.scene import Scene, make_scene, make_template

TEXTS = {
    "cisco_ios": ("vlan *\nntp server *", None),
    "hp_procurve": (
        "logging *",
        "{% for one in ntp %}\nlogging {{ one }}\n{% endfor %}\n",
    ),
    "aruba_aoscx": (
        "ntp server *",
        "{% for one in ntp %}\nntp server {{ one }}\n{% endfor %}\n",
    ),
    "juniper_junos": (
        "set vlans *\nset system ntp *",
        "{% for vlan in vlans %}\nset vlans {{ vlan.name }} vlan-id {{ vlan.vid }}\n{% endfor %}\n"
        "{% for one in ntp %}\nset system ntp server {{ one }}\n{% endfor %}\n",
    ),
}
"""Family → what its template owns, and its text where it is not the scene's."""


@pytest.fixture
def server() -> Iterator[CliServer]:
    with CliServer() as made:
        yield made


def scene_of(cast, server: CliServer, family: str = "cisco_ios", sites: int = 1) -> Scene:
    reach = LineReach(server, family)
    scene = make_scene(cast, sites, reach)
    owns, text = TEXTS[family]
    if text is not None:
        scene.version = make_template(f"Modèle {family}", text, owns)
        ConfigTemplate.objects.filter(pk=scene.version.template_id).update(
            platform=family, grammar="set" if family == "juniper_junos" else "indented"
        )
        scene.version.template.refresh_from_db()
    return scene


@pytest.fixture
def scene(cast, server) -> Scene:
    return scene_of(cast, server)


@pytest.mark.parametrize("family", TEXTS)
def test_each_family_is_written_read_back_saved_and_put_back(cast, server, family):
    scene = scene_of(cast, server, family)
    before = scene.box().running.text()
    plan = scene.started()
    scene.run()
    step, box = scene.step(plan), scene.box()
    assert step.state == StepState.VERIFIED, step.result
    assert any(line.endswith("192.0.2.1") for line in box.startup.text().splitlines())
    assert box.running.text() != before
    assert box.startup.text() == box.running.text()
    assert box.armed is None
    return_push(scene.sofia, plan.pk)
    scene.run()
    step.refresh_from_db()
    assert step.state == StepState.ROLLED_BACK, step.result
    assert sorted(box.running.text().splitlines()) == sorted(before.splitlines())


@pytest.mark.parametrize("family", ["cisco_ios", "juniper_junos"])
def test_a_refused_command_is_taken_back(cast, server, family):
    scene = scene_of(cast, server, family)
    before = scene.box().running.text()
    scene.box().faults.rejects = "pedagogie"
    plan = scene.started()
    scene.run()
    step = scene.step(plan)
    assert step.state == StepState.ROLLED_BACK, step.result
    assert "pedagogie" in step.result
    assert sorted(scene.box().running.text().splitlines()) == sorted(before.splitlines())


def test_a_line_that_falls_in_the_middle_is_settled_by_reading_back(scene):
    before = scene.box().running.text()
    scene.box().faults.drops_after = 3
    plan = scene.started()
    scene.run()
    step = scene.step(plan)
    assert step.state == StepState.ROLLED_BACK, step.result
    assert "tombée" in step.result
    assert sorted(scene.box().running.text().splitlines()) == sorted(before.splitlines())


def test_a_device_that_hangs_is_left_for_later(scene):
    plan = scene.started()
    scene.box().faults.hangs, scene.reach.timeout_s = True, 2.0
    began = time.monotonic()
    scene.run(1)
    assert time.monotonic() - began < 20
    assert scene.step(plan).state == StepState.OFFLINE
    assert scene.box().entered == []


def test_a_refused_password_is_tried_once(scene):
    plan = scene.started()
    scene.box().faults.refuses = True
    before = scene.box().sessions
    scene.run()
    assert scene.step(plan).state == StepState.FAILED
    assert scene.box().sessions == before


def test_a_change_by_hand_between_plan_and_push_is_respected(scene):
    plan = scene.started()
    scene.box().by_hand("vlan 77", "name atelier")
    entered = len(scene.box().entered)
    scene.run()
    assert scene.step(plan).state == StepState.MOVED
    assert "name atelier" in scene.box().running.text()
    assert len(scene.box().entered) == entered


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lines", [0, 2, 4])
def test_a_worker_killed_in_the_middle_is_followed_by_one_that_reads_first(
    transactional_db, server, lines
):
    """A real process, killed by the system after so many lines reached the device."""
    scene = scene_of(make_cast(), server)
    box = scene.box()
    before = box.running.text()
    plan = scene.started()
    box.faults.hangs_after = lines
    child = os.fork()
    if child == 0:
        connection.connection = None  # the parent's: neither used nor closed here
        try:
            push_one(scene.reach, pause_s=0)
        finally:
            os._exit(0)
    deadline = time.monotonic() + 60
    wrote = PushStep.objects.filter(plan=plan, wrote_at__isnull=False)
    while time.monotonic() < deadline and box.faults.hangs_after is not None:
        time.sleep(0.02)
    assert wrote.exists()
    assert len(box.entered) == lines
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while time.monotonic() < deadline and box.lost:
        time.sleep(0.02)
    assert scene.step(plan).state == StepState.PUSHING
    PushStep.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    scene.run()
    step = scene.step(plan)
    assert step.state in (StepState.VERIFIED, StepState.ROLLED_BACK), step.result
    if step.state == StepState.ROLLED_BACK:
        assert sorted(box.running.text().splitlines()) == sorted(before.splitlines())
    else:
        assert "ntp server 192.0.2.1" in box.running.text()
    assert box.armed is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_devices_and_write_each_once(transactional_db, server):
    cast = make_cast()
    scene = scene_of(cast, server, sites=3)
    second = make_device(cast.tilleuls, "SW-A2")
    scene.devices.append(second)
    scene.reach.add(second)
    plan = scene.started(first_wave=5)
    scene.run()  # the first site, both devices
    plan.refresh_from_db()

    def work() -> None:
        try:
            while PushPlan.objects.get(pk=plan.pk).state in LIVE:
                if not push_one(scene.reach, pause_s=0):
                    time.sleep(0.05)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _n in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    plan.refresh_from_db()
    assert plan.state == "done", plan.stopped_why
    for n in range(4):
        step = scene.step(plan, n)
        assert (step.state, step.attempts) == (StepState.VERIFIED, 1)
        assert scene.box(n).entered.count("ntp server 192.0.2.1") == 1
