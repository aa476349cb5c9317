"""The questions of a visual check, from ``visual_checks.toml``: looking and simple gestures."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FALLBACK = "other"
LANGUAGES = ("fr", "de", "en")


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "visual_checks.toml").read_text())


def questions_version() -> int:
    """The version of the questions asked now."""
    return int(_data()["version"])


def questions_for(category: str, language: str = "fr") -> list[dict[str, Any]]:
    """The questions about a device of that category, in a language, ready to be kept with the
    check: ``{"key", "label", "text", "choices": [[value, label], …]}``."""
    tongue = language if language in LANGUAGES else "fr"
    rows = [q for q in _data()["question"] if category in q["categories"]]
    if not rows:
        rows = [q for q in _data()["question"] if FALLBACK in q["categories"]]
    return [
        {
            "key": row["key"],
            "label": row["label"][tongue],
            "text": row["text"][tongue],
            "choices": [[choice["value"], choice[tongue]] for choice in row["choices"]],
        }
        for row in rows
    ]
