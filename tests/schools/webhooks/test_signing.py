"""The signature is the one that receivers' libraries check; the waits add up to two days."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac

from schools.webhooks.signing import RETRY_AFTER, headers_of, new_secret, retry_after


def test_the_example_of_the_convention():
    # the worked example that the convention's libraries carry in their own tests
    at = dt.datetime.fromtimestamp(1614265330, dt.UTC)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = headers_of("msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}', [secret])
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_two_secrets_sign_side_by_side_and_a_changed_body_is_seen():
    held, at = [new_secret(), new_secret()], dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
    told = headers_of("a", at, b"{}", held)["webhook-signature"].split()
    for secret, signature in zip(held, told, strict=True):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        assert len(key) == 32
        mine = hmac.new(key, b"a.%d.{}" % int(at.timestamp()), hashlib.sha256).digest()
        assert signature == "v1," + base64.b64encode(mine).decode()
    assert headers_of("a", at, b"{ }", held)["webhook-signature"].split()[0] != told[0]


def test_the_waits_grow_and_end():
    assert [retry_after(n + 1) for n in range(len(RETRY_AFTER))] == list(RETRY_AFTER)
    assert list(RETRY_AFTER) == sorted(RETRY_AFTER)
    assert retry_after(len(RETRY_AFTER) + 1) is None
    assert dt.timedelta(days=1) < sum(RETRY_AFTER, dt.timedelta()) < dt.timedelta(days=3)
