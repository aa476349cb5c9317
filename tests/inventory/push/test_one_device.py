"""One device is written to: what it holds afterwards, whatever happens on the way."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from inventory.actions.drive_push import stop_push
from inventory.actions.push_step import push_step
from inventory.actions.run_push import advance_plans, claim_step
from inventory.models import PushStep, Ssid, StepState, Vlan
from inventory.site_facts import secrets_for
from schools.models import AuditEntry, Consent, Management, ManagementChoice
from tests.inventory.push.boxes import BASE
from tests.inventory.push.scene import make_scene, make_template

WRITTEN = ["vlan 20", " name pedagogie", "ntp server 192.0.2.1"]


@pytest.fixture
def scene(cast):
    return make_scene(cast)


def test_it_writes_reads_back_and_saves(scene):
    plan = scene.started()
    assert scene.run() == 1
    step, box = scene.step(plan), scene.box()
    assert step.state == StepState.VERIFIED, step.result
    assert set(WRITTEN) <= set(box.lines)
    assert "vlan 99" not in box.lines
    assert "ntp server 192.0.2.9" not in box.lines
    assert "hostname SW" in box.lines
    assert " switchport access vlan 10" in box.lines
    assert (box.saved, box.armed) == (1, None)
    assert scene.reach.kept == [scene.devices[0].pk]
    plan.refresh_from_db()
    assert plan.state == "done"
    assert AuditEntry.objects.filter(action="push_verified").count() == 1


def test_a_refused_command_is_taken_back_and_proved(scene):
    scene.box().rejects = "ntp server 192.0.2.1"
    plan = scene.started()
    scene.run()
    step = scene.step(plan)
    assert step.state == StepState.ROLLED_BACK
    assert sorted(scene.box().lines) == sorted(BASE.splitlines())
    assert "Commande refusée" in step.result
    plan.refresh_from_db()
    assert plan.state == "stopped"
    assert "Commande refusée" in plan.stopped_why


def test_a_line_that_falls_is_read_back_when_it_is_there_again(scene):
    box = scene.box()
    box.drops_after = 3
    plan = scene.started()
    scene.run()
    step = scene.step(plan)
    assert step.state == StepState.RETURNING
    assert step.next_try_at > step.armed_until
    box.reload()  # nobody confirmed: the device went back by itself
    PushStep.objects.update(next_try_at=timezone.now())
    scene.run()
    step.refresh_from_db()
    assert step.state == StepState.ROLLED_BACK
    assert box.lines == BASE.splitlines()


def test_without_a_return_by_itself_what_was_half_written_is_taken_back(scene):
    box = scene.box()
    box.can_arm, box.drops_after = False, 3
    plan = scene.started()
    scene.run()
    box.off = False
    PushStep.objects.update(next_try_at=None)
    scene.run()
    assert scene.step(plan).state == StepState.ROLLED_BACK
    assert sorted(box.lines) == sorted(BASE.splitlines())


def test_a_device_that_never_comes_back_asks_for_a_visit(scene):
    box = scene.box()
    box.drops_after = 3
    plan = scene.started()
    for _n in range(10):
        PushStep.objects.update(next_try_at=None)
        scene.run(1)
    step = scene.step(plan)
    assert step.state == StepState.FAILED
    assert "visite" in step.result


def test_a_device_that_is_off_waits_and_is_done_later(scene):
    box = scene.box()
    box.off = True
    plan = scene.started()
    assert scene.run() == 1
    step = scene.step(plan)
    assert (step.state, step.attempts, box.written) == (StepState.OFFLINE, 0, [])
    assert step.next_try_at > timezone.now()
    box.off = False
    PushStep.objects.update(next_try_at=timezone.now())
    scene.run()
    step.refresh_from_db()
    assert step.state == StepState.VERIFIED


def test_a_refused_password_is_not_tried_again(scene):
    scene.box().locked = True
    plan = scene.started()
    assert scene.run() == 1
    step = scene.step(plan)
    assert step.state == StepState.FAILED
    assert "mot de passe" in step.result
    assert "Rien n’a été écrit" in step.result


def test_a_configuration_that_moved_is_not_written_to(scene):
    plan = scene.started()
    scene.box().lines.append("ip route 10.0.0.0 255.0.0.0 192.0.2.254")
    scene.run()
    assert scene.step(plan).state == StepState.MOVED
    assert scene.box().written == []
    plan.refresh_from_db()
    assert plan.state == "stopped"  # the first site proved nothing


def test_a_device_that_does_not_show_what_it_took_is_put_back(scene):
    version = make_template("Autre", "ntp server 192.0.2.1 prefer\n", "ntp server *")
    plan = scene.started(version=version)
    box = scene.box()
    box.on_line = lambda line: box.lines.__setitem__(0, "hostname SW")
    enter = box._apply
    box._apply = lambda line, path: enter(line.removesuffix(" prefer"), path)
    scene.run()
    step = scene.step(plan)
    assert step.state == StepState.ROLLED_BACK
    assert "ne les montre pas" in step.result


def test_a_school_that_takes_its_network_over_is_not_written_to(scene, cast):
    plan = scene.started()
    ManagementChoice.objects.create(
        site=cast.tilleuls,
        mode=Management.DECENTRALISED,
        from_on=timezone.localdate(),
        chosen_by_text="V.",
    )
    scene.run()
    step = scene.step(plan)
    assert step.state == StepState.BLOCKED
    assert "géré par l’école" in step.result
    assert scene.box().written == []


def test_a_consent_withdrawn_stops_the_write(scene, cast):
    plan = scene.started()
    Consent.objects.filter(school=cast.tilleuls.school).update(revoked_on=timezone.localdate())
    scene.run()
    assert scene.step(plan).state == StepState.BLOCKED
    assert scene.box().written == []


def test_a_school_that_takes_over_in_the_middle_gets_no_further_line(scene, cast):
    """Not even those that would put it back: the device does that by itself."""

    def take_over(line: str) -> None:
        ManagementChoice.objects.get_or_create(
            site=cast.tilleuls,
            mode=Management.DECENTRALISED,
            from_on=timezone.localdate(),
            chosen_by_text="V.",
        )

    box = scene.box()
    box.on_line, box.rejects = take_over, "ntp server 192.0.2.1"
    plan = scene.started()
    scene.run()
    step = scene.step(plan)
    assert step.state == StepState.BLOCKED
    assert "prévenez l’école" in step.result
    assert box.saved == 0
    assert box.armed is not None


def test_a_stopped_plan_writes_to_no_further_device(scene):
    plan = scene.started()
    stop_push(scene.sofia, plan.pk)
    assert scene.run() == 0
    assert scene.box().written == []


class TestAnErrorOfOurOwn:
    """A platform that nobody describes any more, a key that is gone: no loop, no secret told."""

    def break_at(self, scene, monkeypatch, door):
        def odd(*_words):
            raise ValueError("geheim-1")

        monkeypatch.setattr(scene.reach, door, odd)

    def test_before_writing_the_step_ends(self, scene, monkeypatch, caplog):
        plan = scene.started()
        self.break_at(scene, monkeypatch, "open")
        assert scene.run() == 1
        step = scene.step(plan)
        assert (step.state, step.lease_until) == (StepState.FAILED, None)
        assert "ValueError" in step.result
        assert "ValueError" in caplog.text
        assert "geheim" not in step.result + caplog.text + str(list(AuditEntry.objects.values()))
        plan.refresh_from_db()
        assert plan.state == "stopped"

    def test_after_writing_the_device_is_looked_for_again(self, scene, monkeypatch):
        plan = scene.started()
        with monkeypatch.context() as for_now:
            self.break_at(scene, for_now, "keep")
            scene.run()
        step = scene.step(plan)
        assert step.state == StepState.RETURNING
        PushStep.objects.update(next_try_at=None)
        scene.run()
        assert scene.step(plan).state == StepState.VERIFIED


class TestAWorkerIsKilled:
    """The lease ends; the next worker reads before it does anything."""

    def left(self, scene, plan, *, wrote: bool) -> None:
        """What a killed worker leaves behind."""
        assert claim_step(timezone.now(), plan.pk) is not None
        past = timezone.now() - dt.timedelta(minutes=1)
        PushStep.objects.update(lease_until=past, **({"wrote_at": past} if wrote else {}))

    def expire(self, plan, monkeypatch):
        """Its date cannot be moved: the clock is."""
        later = plan.expires_at + dt.timedelta(minutes=1)
        monkeypatch.setattr("django.utils.timezone.now", lambda: later)

    def test_before_writing_the_step_is_done_from_its_beginning(self, scene):
        plan = scene.started()
        self.left(scene, plan, wrote=False)
        scene.run()
        assert scene.step(plan).state == StepState.VERIFIED

    def test_after_writing_everything_it_is_kept_and_not_sent_again(self, scene):
        plan = scene.started()
        self.left(scene, plan, wrote=True)
        scene.box().enter(scene.step(plan).secret()["commands"])
        scene.box().written.clear()
        scene.run()
        assert scene.step(plan).state == StepState.VERIFIED
        assert scene.box().written == []
        assert scene.box().saved == 1

    def test_in_the_middle_it_is_put_back(self, scene):
        plan = scene.started()
        self.left(scene, plan, wrote=True)
        scene.box().enter(scene.step(plan).secret()["commands"][:2])
        scene.run()
        assert scene.step(plan).state == StepState.ROLLED_BACK
        assert sorted(scene.box().lines) == sorted(BASE.splitlines())

    def test_after_the_plan_expired_the_next_worker_begins_nothing(self, scene, monkeypatch):
        plan = scene.started()
        self.left(scene, plan, wrote=False)
        self.expire(plan, monkeypatch)
        scene.run()
        assert scene.box().written == []
        assert scene.step(plan).state == StepState.DROPPED
        plan.refresh_from_db()
        assert plan.state == "expired"

    def test_after_the_plan_expired_what_was_begun_is_put_back(self, scene, monkeypatch):
        plan = scene.started()
        self.left(scene, plan, wrote=True)
        scene.box().enter(scene.step(plan).secret()["commands"][:2])
        self.expire(plan, monkeypatch)
        scene.run()
        assert scene.step(plan).state == StepState.ROLLED_BACK
        assert sorted(scene.box().lines) == sorted(BASE.splitlines())

    def test_the_slow_worker_that_comes_back_writes_nothing_more(self, scene):
        plan = scene.started()
        slow = claim_step(timezone.now(), plan.pk)
        PushStep.objects.update(lease_until=timezone.now() - dt.timedelta(minutes=1))
        scene.run()
        written = list(scene.box().written)
        push_step(slow, scene.reach, 0)
        assert scene.box().written == written
        assert scene.step(plan).state == StepState.VERIFIED


def test_a_held_step_is_not_claimed_by_a_second_worker(scene):
    plan = scene.started()
    assert claim_step(timezone.now(), plan.pk) is not None
    assert claim_step(timezone.now(), plan.pk) is None


def test_secrets_are_sent_but_stand_nowhere(scene, cast):
    vlan = Vlan.objects.get(site=cast.tilleuls, vid=20)
    ssid = Ssid(site=cast.tilleuls, name="Ecole", vlan=vlan, security="wpa2_personal")
    ssid.set_passphrase("tres-secret-123")
    ssid.save()
    text = "{% for s in ssids %}\nwlan {{ s.name }}\n psk {{ s.passphrase }}\n{% endfor %}\n"
    plan = scene.started(version=make_template("WiFi", text, "wlan *"))
    assert "tres-secret-123" not in str(list(PushStep.objects.values()))
    scene.run()
    assert " psk tres-secret-123" in scene.box().lines
    step = scene.step(plan)
    assert step.state == StepState.VERIFIED
    assert "tres-secret-123" not in str(list(PushStep.objects.values()))
    assert secrets_for(["ssid:999999", "nothing"]) == {}


def test_what_was_not_answered_by_its_date_is_given_up(scene):
    scene.box().off = True
    plan = scene.started()
    scene.run()
    advance_plans(timezone.now() + dt.timedelta(days=8))
    plan.refresh_from_db()
    assert plan.state == "expired"
    assert scene.step(plan).state == StepState.DROPPED
