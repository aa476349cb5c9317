"""What the RADIUS server posts, as values. Pure: text in, dataclasses out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from byod.rules.network.marks import access_point_of, mac_of

GIGAWORD = 2**32
"""Acct-*-Gigawords counts these (RFC 2869)."""
LATEST_S = 7 * 86_400
"""Accounting kept on disk longer than this is told with the moment at which it came."""


@dataclass(frozen=True, slots=True)
class Asker:
    """The client (NAS) as the RADIUS server knows it: by TLS, or by address and secret."""

    radsec: str
    address: str | None
    identifier: str


def asker_of(form: Mapping[str, str]) -> Asker:
    """From any of the three questions."""
    try:
        address: str | None = str(ip_address(form.get("from", "")))
    except ValueError:
        address = None
    return Asker(form.get("radsec", "")[:120], address, form.get("nas", "")[:64])


@dataclass(frozen=True, slots=True)
class Usage:
    """One Accounting-Request (RFC 2866)."""

    status: str
    user: str
    classes: str
    session: str
    mac: str
    access_point: str
    down: int
    up: int
    at: dt.datetime
    """When it happened: of the packet, or when it came less its delay."""
    started_at: dt.datetime
    cause: str


def usage_of(form: Mapping[str, str], now: dt.datetime) -> Usage:
    """Read one. Numbers that are none count as 0."""
    at = moment_of(form, now)
    seconds = min(_number(form, "seconds"), 400 * 86_400)
    return Usage(
        status=form.get("status", ""),
        user=form.get("user", "")[:120],
        classes=form.get("class", ""),
        session=form.get("session", "")[:128],
        mac=mac_of(form.get("mac", "")),
        access_point=access_point_of(form.get("called", ""), form.get("port", "")),
        down=_number(form, "out") + GIGAWORD * _number(form, "out_high"),
        up=_number(form, "in") + GIGAWORD * _number(form, "in_high"),
        at=at,
        started_at=at - dt.timedelta(seconds=seconds),
        cause=form.get("cause", "")[:40],
    )


def moment_of(form: Mapping[str, str], now: dt.datetime) -> dt.datetime:
    """When the packet came to the RADIUS server, less the delay that its sender told; a clock that
    is wrong by more than a week, or ahead, is not believed."""
    stamp = _number(form, "stamp")
    at = dt.datetime.fromtimestamp(stamp, dt.UTC) if stamp else now
    at -= dt.timedelta(seconds=_number(form, "delay"))
    return at if now - dt.timedelta(seconds=LATEST_S) <= at <= now else now


def _number(form: Mapping[str, str], name: str) -> int:
    text = form.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 16 else 0
