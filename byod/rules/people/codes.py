"""Codes that people read aloud and type: eight signs that nobody confuses."""

from __future__ import annotations

import re

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Signs that nobody confuses when they are read aloud or typed."""
LENGTH = 8
"""31 signs to the 8: 8.5 × 10¹¹ codes, of which a few ten thousand are live at a time."""


def shown_code(code: str) -> str:
    """``K7M29P4Q`` as a sheet prints it: ``K7M2-9P4Q``."""
    return f"{code[:4]}-{code[4:]}"


def typed_code(text: str) -> str:
    """What somebody typed, as it was printed: without blanks and dashes, in capitals.

    Empty when it cannot be a code: nothing needs to be looked up then.
    """
    code = re.sub(r"[\s\-–.]", "", text).upper()
    return code if len(code) == LENGTH and all(sign in ALPHABET for sign in code) else ""
