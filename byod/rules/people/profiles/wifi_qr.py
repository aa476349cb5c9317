"""The text of a QR by which a telephone joins a network (ZXing's WIFI: scheme, with EAP)."""

from __future__ import annotations

from byod.rules.people.profiles.contents import Contents


def wifi_text(told: Contents) -> str:
    """``WIFI:T:WPA2-EAP;…``. Read by Android; other telephones show the text."""
    parts = {
        "T": "WPA2-EAP",
        "S": told.ssid,
        "E": "TTLS",
        "PH2": "PAP",
        "A": told.outer,
        "I": told.username,
        "P": told.secret,
    }
    return "WIFI:" + "".join(f"{key}:{_escaped(value)};" for key, value in parts.items()) + ";"


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in '\\;,:"' else sign for sign in text)
