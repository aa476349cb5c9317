"""Which system a browser says it runs on, and what a profile asks of its owner."""

from __future__ import annotations

SIGNS: tuple[tuple[str, str], ...] = (
    ("iPhone", "ios"),
    ("iPad", "ios"),
    ("CrOS", "chromeos"),
    ("Android", "android"),
    ("Windows", "windows"),
    ("Macintosh", "macos"),
    ("Linux", "linux"),
)
"""In this order: an Android browser says Linux too. An iPad may pass for a Mac, on purpose."""


def guess_platform(user_agent: str) -> str:
    """The system in the words of the models; empty when the browser does not say."""
    return next((platform for sign, platform in SIGNS if sign in user_agent), "")
