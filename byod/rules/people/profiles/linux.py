"""NetworkManager's keyfile and wpa_supplicant.conf, for Linux."""

from __future__ import annotations

from byod.rules.people.profiles.contents import Contents

FOLDER = "/etc/preau"
ROOT_FILE, DEVICE_FILE = "racine.pem", "appareil.p12"


def keyfile(told: Contents) -> str:
    """A connection for ``/etc/NetworkManager/system-connections`` (nm-settings-keyfile)."""
    lines = [
        "[connection]",
        f"id={told.ssid}",
        f"uuid={told.identifier('network').lower()}",
        "type=wifi",
        "",
        "[wifi]",
        "mode=infrastructure",
        f"ssid={told.ssid}",
        "",
        "[wifi-security]",
        "key-mgmt=wpa-eap",
        "",
        "[802-1x]",
        f"ca-cert={FOLDER}/{ROOT_FILE}",
        f"domain-match={told.server_name}",
        f"identity={told.username}",
    ]
    if told.is_certificate:
        lines += [
            "eap=tls;",
            f"client-cert={FOLDER}/{DEVICE_FILE}",
            f"private-key={FOLDER}/{DEVICE_FILE}",
            f"private-key-password={told.password}",
        ]
    else:
        lines += [
            "eap=ttls;",
            f"anonymous-identity={told.outer}",
            "phase2-auth=pap",
            f"password={told.secret}",
        ]
    return "\n".join([*lines, "", "[ipv4]", "method=auto", "", "[ipv6]", "method=auto", ""])


def wpa_supplicant(told: Contents, folder: str = FOLDER) -> str:
    """A network block. ``domain_match`` is the whole name: ``radius.preau.example.evil`` fails."""
    lines = [
        f"ssid={_quoted(told.ssid)}",
        "key_mgmt=WPA-EAP",
        f"ca_cert={_quoted(f'{folder}/{ROOT_FILE}')}",
        f"domain_match={_quoted(told.server_name)}",
        f"identity={_quoted(told.username)}",
    ]
    if told.is_certificate:
        lines += [
            "eap=TLS",
            f"private_key={_quoted(f'{folder}/{DEVICE_FILE}')}",
            f"private_key_passwd={_quoted(told.password)}",
        ]
    else:
        lines += [
            "eap=TTLS",
            f"anonymous_identity={_quoted(told.outer)}",
            'phase2="auth=PAP"',
            f"password={_quoted(told.secret)}",
        ]
    return "network={\n" + "".join(f"\t{line}\n" for line in lines) + "}\n"


def _quoted(text: str) -> str:
    """In quotation marks; wpa_supplicant knows no escape in them, so none may stand inside."""
    if '"' in text or "\n" in text:
        raise ValueError("A quotation mark cannot stand in wpa_supplicant.conf.")
    return f'"{text}"'
