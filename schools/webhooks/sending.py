"""One request to a receiver. A failure is a result, not an exception."""

from __future__ import annotations

import time
from dataclasses import dataclass

import urllib3
from django.utils.translation import gettext as _

from schools.webhooks.addresses import AddressRefused, Place, find_place

TIMEOUT = urllib3.Timeout(connect=5, read=10, total=12)
"""Seconds. A receiver notes the message and works later."""
GONE = 410
"""By the convention: the receiver wants nothing more."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back: a status, or why there is none."""

    status: int | None
    error: str
    took_ms: int

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def send(url: str, body: bytes, headers: dict[str, str]) -> Heard:
    """POST ``body``. Redirects are not followed: they would lead elsewhere than was agreed."""
    start = time.monotonic()
    try:
        status, error = _post(find_place(url), body, headers), ""
    except AddressRefused as refused:
        status, error = None, str(refused)
    except urllib3.exceptions.HTTPError as failed:
        status, error = None, _words(failed)
    took_ms = int((time.monotonic() - start) * 1000)
    if status is not None and not 200 <= status < 300:
        error = _("Le destinataire a répondu %(status)d.") % {"status": status}
    return Heard(status, error, took_ms)


def _post(place: Place, body: bytes, headers: dict[str, str]) -> int:
    told = {
        **headers,
        "host": place.named,
        "content-type": "application/json",
        "user-agent": "Preau-Webhook/1",
    }
    with _pool(place) as pool:
        answer = pool.urlopen(
            "POST", place.path, body=body, headers=told, retries=False, redirect=False,
            timeout=TIMEOUT, preload_content=False, assert_same_host=False,
        )  # fmt: skip
        answer.release_conn()
        answer.close()  # what it says beside the status is not read: it may be endless
        return int(answer.status)


def _pool(place: Place) -> urllib3.HTTPConnectionPool:
    if place.scheme == "http":
        return urllib3.HTTPConnectionPool(place.ip, place.port)
    return urllib3.HTTPSConnectionPool(
        place.ip, place.port, server_hostname=place.host, assert_hostname=place.host
    )


def _words(failed: urllib3.exceptions.HTTPError) -> str:
    """A sentence instead of a library's inside."""
    refused = isinstance(failed, urllib3.exceptions.NewConnectionError)  # a TimeoutError there
    if isinstance(failed, urllib3.exceptions.TimeoutError) and not refused:
        return _("Pas de réponse à temps : le destinataire doit répondre en 10 secondes.")
    if isinstance(failed, urllib3.exceptions.SSLError):
        return _("Le certificat du destinataire n’est pas valable.")
    return _("La connexion au destinataire a échoué.")
