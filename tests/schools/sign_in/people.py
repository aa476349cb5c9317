"""Signing in over HTTP, as browsers do, and codes of an application."""

from __future__ import annotations

import base64
import hmac
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.http import HttpResponse
from django.test import Client

from schools.models import User
from tests.cast import PASSWORD

PERIOD_S = 30


def sign_in(client: Client, who: User | str, password: str = PASSWORD, **more: Any) -> HttpResponse:
    """POST the form of the door."""
    email = who if isinstance(who, str) else who.email
    return client.post("/entrer/", {"username": email, "password": password, **more})


def is_in(client: Client) -> bool:
    """Whether somebody is signed in."""
    return client.get("/mon-compte/").status_code == 200


def code_of(secret: str, steps: int = 0) -> str:
    """The code that an application shows, now or some half minutes later (RFC 4226, RFC 6238)."""
    counter = int(time.time()) // PERIOD_S + steps
    digest = hmac.digest(base64.b32decode(secret), counter.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_application(person: User) -> Authenticator:
    """Enrol a code application, as if the person had done it."""
    return TOTP.activate(person, SECRET).instance
