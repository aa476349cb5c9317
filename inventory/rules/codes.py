"""What a scanner or a person gives in: the code of a label, its address, or a printed number."""

from __future__ import annotations

import re

CODE_LENGTH = 8
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})
_CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{8}")
_ADDRESS = re.compile(r"/E/([0-9A-Z-]{8,12})/?(?:[?#].*)?$", re.IGNORECASE)


def read_code(text: str) -> str:
    """The code in canonical form: I and L are read as 1, O as 0, hyphens are left out, as
    Crockford's base 32 says. Empty where the text is no code."""
    told = "".join(text.upper().split()).replace("-", "").translate(_READ_AS)
    return told if len(told) == CODE_LENGTH and _CODE.fullmatch(told) else ""


def read_scan(text: str) -> tuple[str, str]:
    """What was scanned: (code or empty, the plain text); an address gives its code."""
    plain = " ".join(text.split())[:120]
    if found := _ADDRESS.search(plain):
        return read_code(found[1]), found[1].upper()
    return read_code(plain), plain


def spaced(code: str) -> str:
    """As people read it aloud: two groups of four."""
    return f"{code[:4]} {code[4:]}"
