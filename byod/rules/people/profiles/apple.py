"""`.mobileconfig` for iPhone, iPad and Mac (Apple, Configuration Profile Reference)."""

from __future__ import annotations

import plistlib
from typing import Any

from byod.rules.people.profiles.contents import Contents

TLS, TTLS = 13, 21
"""EAP methods (IANA): RFC 5216 and RFC 5281."""


def mobileconfig(told: Contents) -> bytes:
    """Roots, the certificate if there is one, and the network. Not signed: the phone says so.

    The password of the certificate is not in the file: whoever finds the file alone has nothing.
    """
    roots = [_root(told, number, der) for number, der in enumerate(told.roots)]
    parts = [*roots, *([_certificate(told)] if told.is_certificate else []), _network(told, roots)]
    profile = _payload(told, "Configuration", "profile", f"{told.ssid} – {told.school}")
    profile |= {
        "PayloadContent": parts,
        "PayloadOrganization": told.school,
        "PayloadRemovalDisallowed": False,
    }
    return plistlib.dumps(profile)


def _payload(told: Contents, kind: str, part: str, name: str) -> dict[str, Any]:
    identifier = told.identifier(part)
    return {
        "PayloadType": kind,
        "PayloadVersion": 1,
        "PayloadIdentifier": f"preau.byod.{identifier.lower()}",
        "PayloadUUID": identifier,
        "PayloadDisplayName": name,
    }


def _root(told: Contents, number: int, der: bytes) -> dict[str, Any]:
    part = _payload(told, "com.apple.security.root", f"root{number}", "Préau")
    return part | {"PayloadContent": der}


def _certificate(told: Contents) -> dict[str, Any]:
    part = _payload(told, "com.apple.security.pkcs12", "certificate", told.username)
    return part | {"PayloadContent": told.p12}


def _network(told: Contents, roots: list[dict[str, Any]]) -> dict[str, Any]:
    eap: dict[str, Any] = {
        "AcceptEAPTypes": [TLS if told.is_certificate else TTLS],
        "UserName": told.username,
        "TLSTrustedServerNames": [told.server_name],
        "PayloadCertificateAnchorUUID": [root["PayloadUUID"] for root in roots],
        "TLSAllowTrustExceptions": False,
        "TLSMinimumVersion": "1.2",
    }
    if not told.is_certificate:
        eap |= {
            "OuterIdentity": told.outer,
            "UserPassword": told.secret,
            "TTLSInnerAuthentication": "PAP",
        }
    part = _payload(told, "com.apple.wifi.managed", "network", told.ssid)
    part |= {
        "SSID_STR": told.ssid,
        "AutoJoin": True,
        "HIDDEN_NETWORK": False,
        "EncryptionType": "WPA2",
        "EAPClientConfiguration": eap,
    }
    if told.is_certificate:
        part["PayloadCertificateUUID"] = told.identifier("certificate")
    return part
