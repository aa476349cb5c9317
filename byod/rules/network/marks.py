"""Marks on the wire: the Class that joins accounting to an answer, CUI, MAC addresses, the verdict
that travels through the RADIUS server. Pure; keys are given."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

HEX = re.compile(r"[0-9a-f]")
MAC_OCTETS = 6
CACHED = b"preau-cached"
"""The second Class of an answer from memory."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a Class says: the credential (0: a partner's), who, where."""

    credential: int
    who: str
    segment: str
    vid: int


def class_of(mark: Mark, key: bytes) -> str:
    """``P1.17.pupil.pupils.120.<80 bits of HMAC>``: only we can have said it."""
    body = f"P1.{mark.credential}.{mark.who}.{mark.segment}.{mark.vid}"
    return f"{body}.{_sign(body, key)}"


def read_class(text: str, key: bytes) -> Mark | None:
    """What our Class says; None for somebody else's, or a forged one."""
    body, _dot, signature = text.rpartition(".")
    parts = body.split(".")
    if len(parts) != 5 or parts[0] != "P1" or not hmac.compare_digest(_sign(body, key), signature):
        return None
    return Mark(int(parts[1]), parts[2], parts[3], int(parts[4]))


def read_classes(text: str, key: bytes) -> tuple[Mark | None, bool]:
    """From the Class attributes as FreeRADIUS joins them: the first of ours, and whether the answer
    came from memory. Octets are written ``0x…``."""
    found, cached = None, False
    for word in re.split(r"[,\s]+", text):
        try:
            told = bytes.fromhex(word[2:]) if word.startswith("0x") else word.encode()
        except ValueError:
            continue
        cached = cached or told == CACHED
        found = found or read_class(told.decode("ascii", "replace"), key)
    return found, cached


def _sign(body: str, key: bytes) -> str:
    return hmac.new(key, b"class" + body.encode(), hashlib.sha256).hexdigest()[:20]


def cui_of(member: int, operator: str, key: bytes) -> str:
    """Chargeable-User-Identity (RFC 4372): the same person at the same operator, nobody else, and
    nothing that leads from one operator to another."""
    text = f"cui|{member}|{operator}".encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest()[:32]


def mac_of(text: str) -> str:
    """``02:a1:…`` from any way of writing one; empty for what is none."""
    digits = "".join(HEX.findall(text.lower()))
    if len(digits) != 2 * MAC_OCTETS:
        return ""
    return ":".join(digits[at : at + 2] for at in range(0, 2 * MAC_OCTETS, 2))


def mac_end(text: str) -> str:
    """``3f:a2``: what one reads aloud of a telephone; empty for what is no MAC."""
    return mac_of(text)[-5:]


def access_point_of(called: str, port: str) -> str:
    """Where the NAS says the device is: the radio's address without its SSID, or the port."""
    return (mac_of(called.split(":ssid", maxsplit=1)[0][:17]) or called or port)[:64]


VERDICT_PARTS = 6


def told_verdict(outcome: str, reason: str, mark: Mark | None) -> str:
    """The verdict as it travels: words without ``|``, and numbers."""
    if mark is None:
        return f"{outcome}|{reason}||||"
    where = f"{mark.who}|{mark.segment}|{mark.vid or ''}"
    return f"{outcome}|{reason}|{mark.credential or ''}|{where}"


def read_verdict(text: str) -> tuple[str, str, Mark | None]:
    """Outcome, reason, and of whom. Empty words for what never was a verdict."""
    parts = (text.split("|") + [""] * VERDICT_PARTS)[:VERDICT_PARTS]
    outcome, reason, credential, who, segment, vid = parts
    if not (credential.isdecimal() or who):
        return outcome, reason, None
    number = int(credential) if credential.isdecimal() else 0
    return outcome, reason, Mark(number, who, segment, int(vid) if vid.isdecimal() else 0)
