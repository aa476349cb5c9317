"""Secrets of a configuration replaced by marks that tell only whether they are the same. Pure.

``••••(a1b2)``: four hexadecimal digits of an HMAC under a key that never leaves the server. The
same secret has the same mark, so that a change of it shows in a difference; without the key the
mark says nothing, not even of a secret that everybody guesses. A line is read word by word: after a
word that announces a secret come words about it (how it is sealed, which type), then the secret.
Rather a word too much is hidden than one too few.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from inventory.cli.platforms import Platform

DOTS = "••••"
_MARK = re.compile(rf"{DOTS}\([0-9a-f]{{4}}\)")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


ANNOUNCE = re.compile(
    r"(?:^|.*[-_.])(?:password\d?|passwd|pass-?phrase|secrets?|psk|psksecret|key-string|key-value|"
    r"(?:pre)?-?shared[-_]key|ikepsk|private[-_]key|message-digest-key|authentication-key|"
    r"encrypted-key|privacy-key|wep-?key|wpa2?-key|wepkey|auth-pwd|priv-pwd|auth-pass|priv-pass|phash|"
    r"bind-?pw|api-?key|token|credentials?|ascii-text|identity_pw|private-data)$"
)
"""After these words comes a secret."""
SCOPED = _set("key key1 key2 key3 key4")
KEY_CONTEXT = re.compile(
    r"(?i)\b(radius|tacacs|server|wpa|wep|ntp|isakmp|ospf|eigrp|rip|ppp|neighbor|authentication|"
    r"enc|aaa|ldap|dot1x|option|hsrp|vrrp|ipsec|ike|psk)|^\s*(encrypted-)?key\s"
)
"""``key`` announces a secret on lines about these; elsewhere it names a chain, a public key."""
ABOUT = _set(
    "0 1 2 3 4 5 6 7 8 9 10 14 15 enc encrypted ciphertext cipher plaintext clear clear-text "
    "cleartext clear-password hash hashed hashed-password simple sha sha1 sha-1 sha256 "
    "sha-256 sha512 md5 scrypt ascii-text ascii hexadecimal hex secret irreversible "
    "plain-text localized auto rsa type is to value = : -> aes 128 192 256 des 3des aes128 "
    "aes192 aes256 encrypted-password"
)
"""Words between the announcement and the secret."""
AGAIN = _set(
    "password secret auth-pass priv-pass auth-password priv-password authentication-password "
    "authentication-key privacy-password privacy-key key key-string encrypted-password"
)
"""Announcements that may follow another one; only these, or a secret could pass for one."""
NO_SECRET = _set(
    "chain generate zeroize policy policies encryption recovery minimum length aging expiry "
    "history lockout complexity configuration strength reset retry management required change "
    "enable disable disabled exchange lifetime usage size none config-key hash-algorithm "
    "prompt min-length max-length min-classes pubkey-chain mgmt algorithm authentication "
    "server-group label"
)
"""After the announcement these say that what follows is about secrets, and none."""
TAIL = _set(
    "auth-port acct-port timeout retransmit level privilege encrypted vrf ro rw read-only "
    "read-write address 1812 1813 1645 1646 49 role administrators operators group local "
    "no-xauth priority port 0.0.0.0 access usage access-and-login unrestricted restricted "
    "manager operator snmp v1 v2c v3"
)
"""Words after a secret that are none themselves; another one makes the rest of the line secret."""
SNMP_WORDS = _set(
    "snmp snmp-server snmpv3 host server add set create configure config user group view "
    "engineid local remote version v1 v2c v2 v3 1 2 2c 3 traps trap informs inform vrf "
    "udp-port trap-level auth noauth priv read write notify context access match exact prefix "
    "included excluded both enable default management mgmt target target-params volatile name "
    "index readonly readwrite ro rw all security security-model security-level security-name "
    "usm local-engine public-key engine-id iso critical not-info debug none authpriv "
    "authnopriv noauthnopriv on off community"
)
ALGORITHMS = _set(
    "auth priv md5 sha sha1 sha-1 sha224 sha-224 sha256 sha-256 sha384 sha-384 sha512 sha-512 "
    "des 3des aes aes128 aes192 aes256 authentication privacy authentication-md5 "
    "authentication-sha privacy-des privacy-aes128 -a -x -A -X"
)
COMMUNITY = re.compile(r"(?:get-|set-|trap-|ro|rw)?community(?:-?(?:string|name))?$")
ACCOUNTS = re.compile(r"(?i)^\s*(?:mgmt-user|hash-mgmt-user|create\s+account)\s")
_NAME = re.compile(
    r"(?i)(passw(or)?d|passphrase|secret|psk|pre-?shared-?key|private-?key|(authentication|encryption)-"
    r"(key|password)|community|api[_-]?key|token|wep|wpa\S*key|(^|[._-])key\d?)$|passw|secret|psk"
)
"""Names of ``name=value`` whose value is a secret."""

_WORDS = re.compile(
    r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s\"']+(?:\"(?:[^\"\\]|\\.)*\"|'[^']*')?|[\"']"
)
_PAIR = re.compile(r"(?P<name>[\w.@\[\]-]+)=(?P<value>.+)$", re.DOTALL)
_TAG = re.compile(
    r"<(?P<tag>[\w-]*(?:password|passwd|phash|secret|psk|community|passphrase|key))\b[^>]*>"
    r"(?P<secret>[^<\n]+)<",
    re.IGNORECASE,
)
_JSON = re.compile(
    r"\"[\w-]*(?:password|passwd|secret|psk|community|passphrase|private_?key|token)[\w-]*\"\s*:\s*"
    r"(?P<secret>\"(?:[^\"\\\n]|\\.)*\")",
    re.IGNORECASE,
)
_SEALED = re.compile(r"(?P<secret>\$(?:1|2[aby]?|5|6|8|9|14|y|sha1|apr1)\$[^\s\"';,]+)")
"""What looks sealed, wherever it stands: crypt(3), $9$ of Junos, types 5, 8 and 9 of Cisco."""
_KEYS = re.compile(
    r"-----BEGIN (?P<what>[A-Z0-9 ]*PRIVATE KEY)-----(?P<secret>.*?)(?:-----END (?P=what)-----|\Z)",
    re.DOTALL,
)
Span = tuple[int, int]


def mask(text: str, key: bytes, platform: Platform | None = None) -> str:
    """``text`` with every secret replaced by its mark. Masked once, it stays as it is."""
    text = _KEYS.sub(lambda found: _private_key(found, key), text)
    for pattern in (*(platform.secrets if platform else ()), _TAG, _JSON):
        text = pattern.sub(lambda found: _put(found, key), text)
    text = "\n".join(_line(line, key) for line in text.split("\n"))
    return _SEALED.sub(lambda found: _put(found, key), text)


def mask_lines(lines: Iterable[str], key: bytes, platform: Platform | None = None) -> list[str]:
    """Lines masked as the text that they make."""
    return mask("\n".join(lines), key, platform).split("\n")


def mark_of(secret: str, key: bytes) -> str:
    """The mark of a secret, whatever quotes stand around it."""
    bare = secret.strip().strip("\"'")
    return f"{DOTS}({hmac.new(key, bare.encode(), sha256).hexdigest()[:4]})"


def _line(line: str, key: bytes) -> str:
    """A line with its secrets marked, from the last to the first so that places stay right."""
    for start, end in sorted(set(_secrets(line)), reverse=True):
        if not _MARK.search(line[start:end]):
            line = line[:start] + mark_of(line[start:end], key) + line[end:]
    return line


def _secrets(line: str) -> Iterator[Span]:
    """Where secrets stand in a line; spans do not overlap."""
    words = [(m.start(), m.end(), m.group()) for m in _WORDS.finditer(line)]
    plain = [word.strip("\"',;").lstrip("/").rstrip(":=").lower() for _start, _end, word in words]
    about_snmp = any(word.startswith("snmp") for word in plain[:4])
    has_keys = bool(KEY_CONTEXT.search(line))
    n = 0
    while n < len(words):
        span: Span | None = None
        if (pair := _pair(words[n], about_snmp)) is not None:
            span = pair
        elif ANNOUNCE.match(plain[n]) or (plain[n] in SCOPED and has_keys):
            span = _after(words, plain, n + 1)
        elif COMMUNITY.match(plain[n]) and len(words) > 1:
            span = _community(words, plain, n + 1)
        elif about_snmp and plain[n] in ALGORITHMS:
            span = _after_algorithm(words, plain, n + 1)
        elif about_snmp and plain[n] == "host":
            span = _notified(words, plain, n + 1)
        if span is not None:
            yield span
            while n < len(words) and words[n][1] <= span[1]:
                n += 1
            continue
        n += 1
    if ACCOUNTS.search(line) and len(words) > 2 and not any(map(ANNOUNCE.match, plain)):
        yield words[-1][0], words[-1][1]


def _pair(word: tuple[int, int, str], about_snmp: bool) -> Span | None:
    """``name=value`` of RouterOS, uci, files of settings."""
    start, end, text = word
    found = _PAIR.match(text)
    if found is None:
        return None
    name = found["name"]
    if _NAME.search(name) or (about_snmp and name == "name"):
        return start + found.start("value"), end - (text[-1] in ",;")
    return None


def _after(words: Sequence[tuple[int, int, str]], plain: Sequence[str], n: int) -> Span | None:
    """The secret after its announcement: a word; the rest of the line when more follows than words
    that are known, for a secret may hold blanks."""
    if n < len(words) and plain[n] in NO_SECRET:
        return None
    while n < len(words) - 1 and (plain[n] in ABOUT or plain[n] in AGAIN or words[n][2] in "=:"):
        n += 1
    if n >= len(words) or words[n][2] in "=:;{}":
        return None
    start, end, text = words[n]
    if text[0] in "\"'" or all(word in TAIL or word.isdecimal() for word in plain[n + 1 :]):
        return start, end - (text[-1] == ";")
    return start, words[-1][1]


def _community(words: Sequence[tuple[int, int, str]], plain: Sequence[str], n: int) -> Span | None:
    skipped = ABOUT | {"readonly", "readwrite", "add", "name", "index", "string", "set"}
    while n < len(words) - 1 and (plain[n] in skipped or words[n][2] in "=:"):
        n += 1
    if n >= len(words) or words[n][2] in "=:{}":
        return None
    return words[n][0], words[n][1] - (words[n][2][-1] == ";")


def _after_algorithm(
    words: Sequence[tuple[int, int, str]], plain: Sequence[str], n: int
) -> Span | None:
    """Passwords of the User-based Security Model stand after the algorithm."""
    while n < len(words) and plain[n] in ALGORITHMS | ABOUT | AGAIN:
        n += 1
    if n >= len(words) or plain[n] in SNMP_WORDS:
        return None
    return words[n][0], words[n][1]


def _notified(words: Sequence[tuple[int, int, str]], plain: Sequence[str], n: int) -> Span | None:
    """``snmp-server host 192.0.2.1 version 2c COMMUNITY``: the first word without a meaning."""
    for at in range(n + 1, len(words)):
        if plain[at] not in SNMP_WORDS and not plain[at].isdecimal():
            return words[at][0], words[at][1]
    return None


def _put(found: re.Match[str], key: bytes) -> str:
    secret, whole = found.group("secret"), found.group(0)
    if _MARK.search(secret):
        return whole
    start = found.start("secret") - found.start()
    return whole[:start] + mark_of(secret, key) + whole[start + len(secret) :]


def _private_key(found: re.Match[str], key: bytes) -> str:
    secret, what = found.group("secret"), found.group("what")
    if _MARK.search(secret):
        return found.group(0)
    return f"-----BEGIN {what}----- {mark_of(secret, key)} -----END {what}-----"
