"""Texts of devices made readable, and told apart from placeholders: better missing than wrong."""

from __future__ import annotations

import re
from functools import lru_cache

from supervision.snmp.contract import Value

LONGEST = 200

_PLACEHOLDERS = frozenset(
    {
        *("", "-", "--", "?", "n/a", "na", "n.a.", "none", "null", "nil", "unknown", "undefined"),
        *("not specified", "not available", "not applicable", "not present", "not set"),
        "no serial",
        *("to be filled by o.e.m.", "default string", "system serial number", "oem", "o.e.m."),
        *("chassis serial number", "serial number", "serialnumber", "serial", "invalid", "empty"),
        *("0123456789", "123456789", "1234567890", "12345678", "123456", "<private>", "private"),
        *("builtin", "built-in", "(null)", "noserial", "system product name", "xxxxxxxx", "error"),
        *("false", "true", "unavailable", "unspecified", "no such instance", "no such object"),
    }
)  # fmt: skip
"""What firmwares write where they have nothing to say."""

_EDGES = " \t\r\n\"'"


def text_of(value: Value) -> str:
    """Readable text of a value: UTF-8, else Latin-1; control characters and outer quotes away."""
    if value is None:
        return ""
    if not isinstance(value, bytes):
        return str(value)[:LONGEST]
    raw = value.split(b"\x00", 1)[0] if value[:1] != b"\x00" else value.replace(b"\x00", b"")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split()).strip(_EDGES)


def is_placeholder(text: str) -> bool:
    """Whether a text says nothing, such as ``Not Specified`` or dashes."""
    return text.strip(_EDGES).casefold() in _PLACEHOLDERS or not any(c.isalnum() for c in text)


@lru_cache(maxsize=4096)
def plausible_serial(text: str) -> bool:
    """Whether a text can be a serial number: 4 to 60 characters, not all alike, no placeholder."""
    bare = re.sub(r"[^0-9A-Za-z]", "", text)
    if is_placeholder(text) or not 4 <= len(bare) <= 60 or len(text) > 60:
        return False
    if len(set(bare.upper())) == 1 or not any(c.isdecimal() for c in bare):
        return False
    return not re.fullmatch(r"[Xx0]+", bare)


def plausible_text(text: str) -> bool:
    """Whether a text can be a model or a version."""
    return not is_placeholder(text) and len(text) <= LONGEST


_MAC = re.compile(r"(?i)^([0-9a-f]{1,2})[:\-. ]([0-9a-f]{1,2})[:\-. ]([0-9a-f]{1,2})[:\-. ]"
                  r"([0-9a-f]{1,2})[:\-. ]([0-9a-f]{1,2})[:\-. ]([0-9a-f]{1,2})$")  # fmt: skip
_BARE = re.compile(r"(?i)^[0-9a-f]{12}$")
_DOTTED = re.compile(r"(?i)^[0-9a-f]{4}([.\-:])[0-9a-f]{4}\1[0-9a-f]{4}$")


def mac_of(value: Value | str) -> str:
    """A MAC address as ``00:11:22:33:44:55``; empty for what is none, is void or a group's."""
    if isinstance(value, bytes) and len(value) == 6:
        found = value.hex(":")
    else:
        text = text_of(value) if not isinstance(value, str) else value.strip(_EDGES)
        parts = _MAC.match(text)
        if parts:
            found = ":".join(part.zfill(2) for part in parts.groups()).lower()
        elif _BARE.match(text) or _DOTTED.match(text):
            bare = re.sub(r"[.\-:]", "", text).lower()
            found = ":".join(bare[n : n + 2] for n in range(0, 12, 2))
        else:
            return ""
    return found if plausible_mac(found) else ""


def plausible_mac(mac: str) -> bool:
    """Whether an address can be that of one port: not all alike, not a group address."""
    octets = mac.split(":")
    return len(set(octets)) > 1 and not int(octets[0], 16) & 1


def address_of(value: Value) -> str:
    """An IP address in text: four or sixteen octets, or dotted text; empty for none or 0.0.0.0."""
    from ipaddress import ip_address  # noqa: PLC0415 - only discovery needs it

    try:
        if isinstance(value, bytes) and len(value) in (4, 16):
            found = ip_address(value)
        else:
            found = ip_address(text_of(value))
    except ValueError:
        return ""
    if found.is_unspecified or found.is_multicast:
        return ""
    return str(found)
