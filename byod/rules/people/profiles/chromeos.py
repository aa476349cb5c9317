"""Open Network Configuration for Chromebooks (Chromium, ONC specification)."""

from __future__ import annotations

import json
from typing import Any

from byod.rules.people.profiles.contents import Contents, b64


def onc(told: Contents) -> bytes:
    """Import it at chrome://network#general. A Chromebook asks for no password of a PKCS#12: the
    file holds it open, and is to be deleted once it is imported (the page says so)."""
    roots = [
        {
            "GUID": f"{{{told.identifier(f'root{number}')}}}",
            "Type": "Authority",
            "TrustBits": ["Web"],
            "X509": b64(der),
        }
        for number, der in enumerate(told.roots)
    ]
    certificates: list[dict[str, Any]] = [*roots]
    eap: dict[str, Any] = {
        "Identity": told.username,
        "ServerCARefs": [root["GUID"] for root in roots],
        "UseSystemCAs": False,
        "DomainSuffixMatch": [told.server_name],
    }
    if told.is_certificate:
        mine = f"{{{told.identifier('certificate')}}}"
        certificates.append({"GUID": mine, "Type": "Client", "PKCS12": b64(told.p12_open)})
        eap |= {"Outer": "EAP-TLS", "ClientCertType": "Ref", "ClientCertRef": mine}
    else:
        eap |= {
            "Outer": "EAP-TTLS",
            "Inner": "PAP",
            "AnonymousIdentity": told.outer,
            "Password": told.secret,
        }
    network = {
        "GUID": f"{{{told.identifier('network')}}}",
        "Name": told.ssid,
        "Type": "WiFi",
        "WiFi": {"SSID": told.ssid, "Security": "WPA-EAP", "AutoConnect": True, "EAP": eap},
    }
    whole = {
        "Type": "UnencryptedConfiguration",
        "Certificates": certificates,
        "NetworkConfigurations": [network],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False).encode()
