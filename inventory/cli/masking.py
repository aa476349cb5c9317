"""Secrets of a configuration replaced by marks that tell only whether they are the same. Pure.

``••••(a1b2)``: four hexadecimal digits of an HMAC under a key that never leaves the server. The same
secret gets the same mark, so that a change of secret shows in a difference; without the key the mark
says nothing, not even of a secret that everybody guesses. Rather a word too much is hidden than one
too few.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from hashlib import sha256

from inventory.cli.platforms import Platform

DOTS = "••••"
_MARK = re.compile(rf"{DOTS}\([0-9a-f]{{4}}\)")

_QUOTED = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
_WORD = rf"(?P<secret>{_QUOTED}|[^\s;,\"']\S*)"
_REST = r"(?P<secret>\S.*?)\s*$"
# how a secret is sealed, told before it: a type of Cisco, a way of writing, a hash
_HOW = (
    r"(?:(?:[0-9]|1[0-9]|enc|encrypted|ciphertext|cipher|plaintext|clear(?:-?text)?|hash(?:ed)?|"
    r"simple|sha-?1|sha-?256|sha-?512|md5|scrypt|ascii-text|ascii|hexadecimal|hex|secret|irreversible|"
    r"unencrypted-password|plain-text|localized|auto|type|rsa|\$?psk|wpa-psk|is|to|value)\s+)*"
)
# after these words comes no secret, but what the secret is about
_NOT = (
    r"(?!(?:chain|generate|zeroize|policy|policies|encryption|recovery|minimum|min-\S+|max-\S+|length|"
    r"aging|expiry|expire\S*|history|lockout|complexity|configuration|strength|reset\S*|retry|"
    r"management|mgmt|required|change|force\S*|enable|disable[d]?|exchange|lifetime|usage|size|type|"
    r"none|config-key|string)\b)"
)


def _line(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)


_PATTERNS = (
    # IOS and its kin: to the end of the line, for a secret may hold blanks
    _line(rf"\b(?:key-string|pre-shared-key|passphrase|ike-?psk|psk)\s+{_HOW}{_NOT}{_REST}"),
    _line(rf"\b(?:enable|username\s.*?|user\s.*?|line\s.*?)\s*\b(?:password|secret)\s+{_HOW}{_NOT}{_REST}"),
    _line(rf"^\s*(?:password|secret|passwd|key)\s+{_HOW}{_NOT}{_REST}"),
    # SNMP
    _line(rf"\bsnmp-?(?:server)?\s+(?:[gst]et-|trap-)?community\s+(?:\d+\s+)?{_HOW}{_WORD}"),
    _line(rf"\bsnmp-?(?:server)?\s+(?:add|name|community-name|public|private)\s+community\s+(?:readonly|readwrite|ro|rw|name|index)?\s*{_HOW}{_WORD}"),
    _line(rf"\bcommunity(?:-?(?:string|name))?\s*[ =:]\s*(?:\d+\s+)?(?:readonly|readwrite|read-only|read-write)?\s*{_HOW}{_NOT}{_WORD}"),
    _line(rf"\bsnmp-?server\s+host\s+\S+(?:\s+(?:vrf\s+\S+|traps?|informs?|version\s+(?:1|2c?|v1|v2c?)|trap-level\s+\S+|inform|trap|udp-port\s+\d+))*\s+(?!(?:version|traps?|informs?|vrf|udp-port|trap-level|community)\b){_WORD}"),
    _line(rf"\b(?:auth(?:entication)?(?:-(?:md5|sha\d*))?|priv(?:acy)?(?:-(?:des|aes\d*|3des))?|md5|sha(?:-?\d+)?|des|3des|aes(?:\s*-?\d+)?)\s+(?:(?:md5|sha|sha-?\d+|des|3des|aes|128|192|256|encrypted|localized|ciphertext|plaintext|auth-pass|priv-pass|hex|password|key)\s+)*{_NOT}(?P<secret>{_QUOTED}|[^\s;,\"']{{6,}})"),
    _line(rf"\b(?:authentication|privacy)-(?:password|key)\s+{_HOW}{_WORD}"),
    # servers and tunnels
    _line(rf"\b(?:radius|tacacs|tacacs-server|radius-server|server-private|accounting-server|auth-server|aaa|ldap|wpa|wep|802\.1x|ppp|isakmp|neighbor|ospf|hsrp|vrrp|standby|vtp|ntp|authentication-key|bgp|md5)\b.*?\b(?:key|secret|password|authentication-key|shared-secret|md5|bind-password)\b(?:\s+\d+\s+md5)?\s+{_HOW}{_NOT}{_WORD}"),
    _line(rf"\b(?:wpa2?-)?(?:pass-?phrase|passwd|password\d?|psksecret|pre-shared-secret|shared-secret|shared-key|preshared-?key|preshared_key|pre-shared-key|private-key|private_key|encrypted-password|encrypted-key|plain-text-password|authentication-key|auth-pwd|priv-pwd|phash|bind-?pw|api-?key|token|sae-password|wpa-psk|wep-key|wpa2?-key|super-user-password|port-config-password|read-only-password|community-map|secret|credentials?)\s*[ =:]\s*{_HOW}{_NOT}{_WORD}"),
    # key="value" of RouterOS, uci, files of settings, XML, JSON
    _line(rf"\b[\w.-]*(?:passw(?:or)?d|passphrase|secret|psk|pre-shared-key|private-key|authentication-key|encryption-(?:key|password)|auth(?:entication)?-password|community|api_?key|wpa2?\S*-key)[\w.-]*\s*=\s*(?P<secret>{_QUOTED}|[^\s;,\"']+)"),
    _line(r"<(?:\w*(?:password|passwd|phash|secret|psk|community|pre-shared-key|private-key|key))\b[^>]*>(?P<secret>[^<\n]+)<"),
    _line(r"\"[\w-]*(?:password|passwd|secret|psk|community|passphrase|private_?key)[\w-]*\"\s*:\s*(?P<secret>\"(?:[^\"\\\n]|\\.)*\")"),
    # accounts of D-Link, EXOS, ArubaOS, airOS
    _line(rf"\b(?:mgmt-user|create\s+account\s+\S+)\s+\S+\s+{_HOW}(?!root\b){_WORD}$"),
    _line(r"^users\.\d+\.password=(?P<secret>.+)$"),
    # whatever looks sealed: crypt(3), Junos $9$, Cisco type 8/9
    _line(r"(?P<secret>\$(?:1|2[aby]?|5|6|8|9|14|y|sha1)\$[^\s\"';]+)"),
)  # fmt: skip
_KEYS = re.compile(
    r"-----BEGIN (?P<what>[A-Z0-9 ]*PRIVATE KEY)-----(?P<secret>.*?)-----END (?P=what)-----",
    re.DOTALL,
)


def mask(text: str, key: bytes, platform: Platform | None = None) -> str:
    """``text`` with every secret replaced by its mark. Masked once, it stays as it is."""
    text = _KEYS.sub(lambda found: _key(found, key), text)
    for pattern in (*(platform.secrets if platform else ()), *_PATTERNS):
        text = pattern.sub(lambda found: _put(found, key), text)
    return text


def mask_lines(lines: Iterable[str], key: bytes, platform: Platform | None = None) -> list[str]:
    """Lines masked as the text that they make."""
    return mask("\n".join(lines), key, platform).split("\n")


def mark_of(secret: str, key: bytes) -> str:
    """The mark of a secret, whatever quotes stand around it."""
    bare = secret.strip().strip("\"'")
    return f"{DOTS}({hmac.new(key, bare.encode(), sha256).hexdigest()[:4]})"


def _put(found: re.Match[str], key: bytes) -> str:
    secret, whole = found.group("secret"), found.group(0)
    if _MARK.search(secret):
        return whole
    start = found.start("secret") - found.start()
    return whole[:start] + mark_of(secret, key) + whole[start + len(secret) :]


def _key(found: re.Match[str], key: bytes) -> str:
    secret = found.group("secret")
    if _MARK.search(secret):
        return found.group(0)
    what = found.group("what")
    return f"-----BEGIN {what}----- {mark_of(secret, key)} -----END {what}-----"
