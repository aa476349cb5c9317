"""Every colour pair of preau.css meets WCAG 2.1 AA, in light and in dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "deploy" / "static" / "css" / "preau.css"
STATES = ["ok", "suspect", "degraded", "down", "effect", "unknown", "planned", "recover"]
SELECTORS = {"light": ":root,[data-bs-theme=light]", "dark": "[data-bs-theme=dark]"}
TEXT, SHAPE = 4.5, 3.0  # WCAG 1.4.3 and 1.4.11


def colours(theme: str) -> dict[str, str]:
    block = re.search(re.escape(SELECTORS[theme]) + r"\{(.*?)\}", CSS.read_text(), re.DOTALL)
    assert block, f"no colours for {theme}"
    return dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})\b", block.group(1)))


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG defines it."""
    digits = colour[1:]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(a: str, b: str) -> float:
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def pairs() -> list[tuple[str, str, float]]:
    found = [
        (text, ground, TEXT)
        for text in ("ink", "ink-2", "ink-3", "accent-text")
        for ground in ("bg", "surface", "surface-2")
    ]
    found += [("accent-ink", "accent", TEXT), ("accent-text", "accent-soft", TEXT)]
    found += [("ink-3", "accent-soft", TEXT), ("surface", "ink", TEXT)]
    found += [("line-strong", "surface", SHAPE), ("line-strong", "bg", SHAPE)]
    found += [("focus", "surface", SHAPE)]
    for state in STATES:
        found += [(state, f"{state}-soft", TEXT), (state, "surface", TEXT)]
        found += [(state, "surface-2", TEXT), ("ink", f"{state}-soft", TEXT)]
        found += [("ink-2", f"{state}-soft", TEXT), (f"{state}-solid", "surface", SHAPE)]
    return found


def test_it_knows_black_on_white_is_21() -> None:
    assert ratio("#000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", SELECTORS)
def test_it_keeps_every_pair_readable(theme: str) -> None:
    palette = colours(theme)
    weak = [
        f"{front} on {back}: {ratio(palette[front], palette[back]):.2f} < {need}"
        for front, back, need in pairs()
        if ratio(palette[front], palette[back]) < need
    ]
    assert not weak


def test_it_defines_the_same_colours_in_both_themes() -> None:
    assert colours("light").keys() == colours("dark").keys()
