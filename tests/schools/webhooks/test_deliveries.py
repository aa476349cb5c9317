"""What the journal says reaches a real receiver: once queued, again until heard, in scope."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from schools.actions.audit import record_action
from schools.actions.fan_out_events import fan_out_events
from schools.actions.forget_deliveries import forget_deliveries
from schools.actions.keep_webhook import (
    WebhookRefused,
    change_webhook,
    make_webhook,
    pause_webhook,
    renew_secret,
    resume_webhook,
)
from schools.actions.replay_deliveries import replay_delivery, replay_given_up, replay_since
from schools.actions.send_deliveries import LEASE, PATIENCE, _claim, send_deliveries
from schools.models import DeliveryState, Role, User, Webhook, WebhookDelivery
from schools.webhooks.signing import RETRY_AFTER
from tests.cast import Cast, make_cast, make_device
from tests.schools.webhooks.receiver import Receiver

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def happens(site, action: str = "add_prefix", actor: User | None = None) -> None:
    """Something of the inventory at a site, committed."""
    device = make_device(site, f"SW-{site.devices.count() + 1}")
    record_action(actor, action, device, site=site, after={"room": 3, "state": "installed"})


def hook_of(person: User, url: str, *actions: str) -> tuple[Webhook, str]:
    return make_webhook(person, "essai", url, ["inventory"], actions)


def due_now() -> None:
    WebhookDelivery.objects.filter(state="waiting").update(next_at=timezone.now())


def test_what_happens_is_told_thin_and_signed(cast: Cast):
    with Receiver() as receiver:
        row, secret = hook_of(cast.claire, receiver.url)
        happens(cast.tilleuls, actor=cast.sofia)
        assert (fan_out_events(), fan_out_events()) == (1, 0)
        assert (send_deliveries(), send_deliveries()) == (1, 0)
    headers, body = receiver.got[0]
    told = json.loads(body)
    assert told["data"] == {
        "action": "add_prefix",
        "object": {"type": "inventory.device", "id": told["data"]["object"]["id"]},
        "site": cast.tilleuls.pk,
        "changed": ["room", "state"],
    }
    assert b"Sofia" not in body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signature = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{signature}"
    assert headers["host"] in receiver.url
    assert row.deliveries.get().state == DeliveryState.DELIVERED


def test_nothing_of_another_school_is_told_and_a_role_that_ended_closes(cast: Cast):
    row, _secret = hook_of(cast.claire, "http://127.0.0.1:9/")
    happens(cast.bouleaux)
    assert fan_out_events() == 0
    happens(cast.tilleuls)
    assert fan_out_events() == 1
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Role.objects.filter(user=cast.claire).update(to_on=yesterday)
    happens(cast.tilleuls)
    fan_out_events()
    assert row.deliveries.count() == 1


def test_only_the_verbs_and_areas_that_it_asked_for(cast: Cast):
    row, _secret = hook_of(cast.sofia, "http://127.0.0.1:9/", "accept_difference")
    happens(cast.tilleuls, "add_prefix")
    happens(cast.tilleuls, "accept_difference")
    record_action(cast.sofia, "accept_difference", cast.claire, site=cast.tilleuls)
    fan_out_events()
    assert [d.entry.object_type for d in row.deliveries.all()] == ["inventory.device"]


def test_what_is_rolled_back_is_told_to_nobody(cast: Cast):
    hook_of(cast.sofia, "http://127.0.0.1:9/")
    with transaction.atomic():
        happens(cast.tilleuls)
        transaction.set_rollback(True)
    assert fan_out_events() == 0


def test_an_entry_that_commits_late_is_not_lost(cast: Cast):
    """The number is given at commit: an older entry that commits later stands behind."""
    row, _secret = hook_of(cast.sofia, "http://127.0.0.1:9/")
    make_device(cast.tilleuls, "R-1")  # the product is there: the two do not wait for each other
    with transaction.atomic():
        happens(cast.tilleuls)  # written first, committed last
        with ThreadPoolExecutor(1) as other:
            assert other.submit(in_another_connection, cast).result() == 1
    assert fan_out_events() == 1
    entries = [one.entry_id for one in row.deliveries.order_by("sequence")]
    assert entries == sorted(entries, reverse=True)


def in_another_connection(cast: Cast) -> int:
    try:
        happens(cast.peupliers)
        return fan_out_events()
    finally:
        connection.close()


def test_a_failure_is_tried_again_then_given_up_then_replayed(cast: Cast):
    with Receiver(answers=[500] * (len(RETRY_AFTER) + 1) + [200]) as receiver:
        row, _secret = hook_of(cast.sofia, receiver.url)
        happens(cast.tilleuls)
        fan_out_events()
        for n in range(len(RETRY_AFTER)):
            assert send_deliveries() == 1
            one = row.deliveries.get()
            assert (one.state, one.attempts, one.status) == ("waiting", n + 1, 500)
            wait = one.next_at - one.tried_at
            assert abs(wait - RETRY_AFTER[n]) < dt.timedelta(seconds=20)
            assert send_deliveries() == 0
            due_now()
        send_deliveries()
        assert row.deliveries.get().state == DeliveryState.GIVEN_UP
        row.refresh_from_db()
        assert row.failing_since is not None
        assert replay_given_up(cast.sofia, row.pk) == 1
        send_deliveries()
    row.refresh_from_db()
    assert (row.deliveries.get().state, row.failing_since) == ("delivered", None)
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1


def test_a_worker_that_dies_while_it_sends_costs_a_lease_not_the_message(cast: Cast):
    with Receiver() as receiver:
        row, _secret = hook_of(cast.sofia, receiver.url)
        happens(cast.tilleuls)
        fan_out_events()
        now = timezone.now()
        assert len(_claim(now)) == 1  # and nothing more is heard of that worker
        assert _claim(now) == []
        assert len(_claim(now + LEASE)) == 1
        due_now()
        assert send_deliveries() == 1
    assert row.deliveries.get().state == DeliveryState.DELIVERED


def test_gone_pauses_it_and_three_days_of_silence_too(cast: Cast):
    with Receiver(answers=[410, 500]) as receiver:
        gone, _secret = hook_of(cast.sofia, receiver.url)
        happens(cast.tilleuls)
        fan_out_events()
        send_deliveries()
        gone.refresh_from_db()
        assert "410" in gone.paused_why
        resume_webhook(cast.sofia, gone.pk)
        Webhook.objects.update(failing_since=timezone.now() - PATIENCE - dt.timedelta(hours=1))
        due_now()
        send_deliveries()
    gone.refresh_from_db()
    assert "trois jours" in gone.paused_why


def test_a_pause_loses_nothing(cast: Cast):
    with Receiver() as receiver:
        row, _secret = hook_of(cast.sofia, receiver.url)
        pause_webhook(cast.sofia, row.pk)
        happens(cast.tilleuls)
        assert (fan_out_events(), send_deliveries()) == (0, 0)
        resume_webhook(cast.sofia, row.pk)
        fan_out_events()
        send_deliveries()
    actions = [json.loads(body)["data"]["action"] for _headers, body in receiver.got]
    assert actions == ["add_prefix"]


@pytest.mark.parametrize("code", [302, 404])
def test_other_answers_are_failures_and_redirects_are_not_followed(code, cast: Cast):
    with Receiver(answers=[code]) as receiver:
        row, _secret = hook_of(cast.sofia, receiver.url)
        happens(cast.tilleuls)
        fan_out_events()
        send_deliveries()
    assert len(receiver.got) == 1
    assert str(code) in row.deliveries.get().error


def test_a_slow_receiver_holds_only_its_own(cast: Cast):
    with Receiver(delay_s=0.3) as slow, Receiver() as quick:
        one, _secret = hook_of(cast.sofia, slow.url)
        two, _secret = hook_of(cast.sofia, quick.url)
        for _n in range(30):
            happens(cast.tilleuls)
        fan_out_events()
        send_deliveries()
        assert one.deliveries.filter(state="delivered").count() == 8
        assert two.deliveries.filter(state="delivered").count() == 8


def test_since_a_moment_everything_again_even_from_before_it_was_there(cast: Cast):
    happens(cast.tilleuls)
    happens(cast.bouleaux)
    with Receiver() as receiver:
        row, _secret = hook_of(cast.claire, receiver.url)
        happens(cast.tilleuls)
        fan_out_events()
        send_deliveries()
        assert replay_since(cast.claire, row.pk, timezone.now() - dt.timedelta(hours=1)) == 2
        send_deliveries()
        one = row.deliveries.first()
        assert one is not None
        replay_delivery(cast.claire, one.pk)
        send_deliveries()
    assert [d.state for d in row.deliveries.all()] == ["delivered", "delivered"]
    assert len(receiver.got) == 4


def test_both_secrets_sign_for_a_day(cast: Cast):
    row, first = hook_of(cast.sofia, "http://127.0.0.1:9/")
    row, second = renew_secret(cast.sofia, row.pk)
    now = timezone.now()
    assert row.secrets(now) == [second, first]
    assert row.secrets(now + dt.timedelta(hours=25)) == [second]
    assert first not in row.sealed


def test_what_makes_no_sense_is_refused_and_another_s_is_not_there(cast: Cast):
    row, _secret = hook_of(cast.sofia, "http://127.0.0.1:9/")
    said = {"name": "x", "url": row.url, "areas": ["inventory"], "actions": []}
    with pytest.raises(WebhookRefused, match="inventer_verbe"):
        change_webhook(cast.sofia, row.pk, **{**said, "actions": ["inventer_verbe"]})
    with pytest.raises(WebhookRefused, match="domaine"):
        change_webhook(cast.sofia, row.pk, **{**said, "areas": []})
    with pytest.raises(Webhook.DoesNotExist):
        change_webhook(cast.claire, row.pk, **said)
    for _n in range(19):
        hook_of(cast.sofia, "http://127.0.0.1:9/")
    with pytest.raises(WebhookRefused, match="Vingt"):
        hook_of(cast.sofia, "http://127.0.0.1:9/")


def test_old_deliveries_go_and_waiting_ones_stay(cast: Cast):
    row, _secret = hook_of(cast.sofia, "http://127.0.0.1:9/")
    happens(cast.tilleuls)
    happens(cast.tilleuls)
    fan_out_events()
    old = timezone.now() - dt.timedelta(days=31)
    row.deliveries.update(created_at=old)
    WebhookDelivery.objects.filter(pk=row.deliveries.latest("pk").pk).update(state="delivered")
    assert forget_deliveries(timezone.now()) == 1
    assert row.deliveries.count() == 1
