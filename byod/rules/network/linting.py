"""What makes a RADIUS server's files unsafe, read as text: told before it starts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

DEFAULT_SECRETS = {"testing123", "radius", "secret", "whatever", "changeme", "preau", ""}
LEAST_SECRET = 16
BLOCK = re.compile(r"^\s*(client|home_server)\s+(\S+)\s*\{", re.MULTILINE)
SECRET = re.compile(r'^\s*secret\s*=\s*"?([^"\n]*)"?\s*$', re.MULTILINE)
ASKS = re.compile(r"^\s*require_message_authenticator\s*=\s*yes\s*$", re.MULTILINE)
TLS_MIN = re.compile(r'^\s*tls_min_version\s*=\s*"?([0-9.]+)"?', re.MULTILINE)
RADSEC = "radsec"
"""RFC 6614: over TLS the secret is this word, and protects nothing."""


def lint(files: Mapping[str, str], environment: Mapping[str, str]) -> list[str]:
    """Every fault of the files (name → text), and of the environment they are read with."""
    faults: list[str] = []
    for name, text in files.items():
        faults += [f"{name}: {fault}" for fault in _of_file(_bare(text), environment)]
    whole = _bare("\n".join(files.values()))
    if "check_crl = yes" not in whole and "tls-config" in whole:
        faults.append("eap: check_crl = yes is missing: revoked certificates would be let in")
    return faults + list(_of_environment(environment))


def _bare(text: str) -> str:
    """Without comments."""
    return re.sub(r"(?m)^\s*#.*$", "", text)


def _of_file(text: str, environment: Mapping[str, str]) -> Iterable[str]:
    for found in BLOCK.finditer(text):
        kind, name = found.groups()
        body = _body(text, found.end())
        if not ASKS.search(body):
            yield f"{kind} {name}: require_message_authenticator = yes is missing"
        tls = "proto = tls" in body or "tls {" in body
        for secret in SECRET.findall(body):
            told = re.sub(r"\$ENV\{(\w+)\}", lambda m: environment.get(m.group(1), ""), secret)
            if tls and told.strip() == RADSEC:
                continue
            if told.strip().lower() in DEFAULT_SECRETS or len(told.strip()) < LEAST_SECRET:
                yield f"{kind} {name}: a default or short secret"
    if "security {" in text and not ASKS.search(_body(text, text.index("security {") + 10)):
        yield "security: require_message_authenticator = yes is missing"
    for version in TLS_MIN.findall(text):
        if tuple(int(part) for part in version.split(".")) < (1, 2):
            yield f"tls_min_version {version}: 1.2 at least"


def _body(text: str, start: int) -> str:
    """What stands between a brace and its own end."""
    depth = 1
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[start:at]
    return text[start:]


def _of_environment(environment: Mapping[str, str]) -> Iterable[str]:
    if environment.get("RADIUS_PLAIN", "no") == "yes":
        yield "RADIUS_PLAIN=yes: plain PAP is for measurements on loopback"
    platform = environment.get("RADIUS_PLATFORM", "")
    here = re.match(r"http://(127\.|localhost|\[::1\])", platform)
    if platform.startswith("http://") and not here:
        yield "RADIUS_PLATFORM: https:// beyond this machine: secrets of devices travel there"
    if "RADIUS_TOKEN" in environment and len(environment["RADIUS_TOKEN"]) < LEAST_SECRET:
        yield "RADIUS_TOKEN: 16 signs at least"
