"""What of a configuration changes by itself, taken out before two of them are compared. Pure."""

from __future__ import annotations

import re

from inventory.cli.platforms import Platform

VARIES = "‹varie›"
"""Stands where a device writes the same secret differently at each reading."""

_COMMON = re.compile(
    r"""^\s*[!\#;/*]*\s*(?:
        (?:system\ )?up\ ?time\b.*
      | (?:current|system|local)\ (?:date|time|clock)\b.*
      | (?:last|latest)\ (?:configuration\ )?(?:change|commit|saved?|modified)\b.*
      | time(?:stamp)?\ ?[:=].*\d\d:\d\d.*
      | generated\ (?:on|at)\b.*
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
"""Only remarks and status lines: what a device is told begins with none of these words."""
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()][AB0])")
_PAGER = re.compile(r"^\s*-+\s*(?:more|press any key)[^\n]*?-+\s*", re.IGNORECASE)


def stable(text: str, platform: Platform) -> str:
    """The configuration without its volatile lines, one newline after each line.

    Done twice, it is what it was once.
    """
    text = _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).replace("\x00", "")
    for pattern in platform.shifting:
        text = pattern.sub(_without_group, text)
    lines = (_PAGER.sub("", line).rstrip() for line in text.split("\n"))
    kept = [line for line in lines if not _is_volatile(line, platform)]
    return "\n".join(_trimmed(kept)) + "\n" if any(kept) else ""


def _without_group(found: re.Match[str]) -> str:
    whole, secret = found.group(0), found.group(1)
    return whole.replace(secret, VARIES)


def _is_volatile(line: str, platform: Platform) -> bool:
    return bool(_COMMON.match(line)) or any(p.search(line) for p in platform.volatile)


def _trimmed(lines: list[str]) -> list[str]:
    """Without blank lines at the ends, and never two of them in a row."""
    found: list[str] = []
    for line in lines:
        if line or (found and found[-1]):
            found.append(line)
    while found and not found[-1]:
        found.pop()
    return found
