"""Our templates can be read and keep the page's security policy: short lines, no inline code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.tree import APPS, ROOT, name

LONGEST = 160
TEMPLATES = sorted(
    path for app in APPS for path in (ROOT / app).rglob("*.html") if "templates" in path.parts
)
LOGIC = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
TAG = re.compile(r"<(\w[\w-]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>")
ATTRIBUTE = re.compile(r"([\w:@.-]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")


def inline_code(html: str) -> list[str]:
    """Attributes and elements that the content security policy would refuse in the browser."""
    found = []
    for element, attributes in TAG.findall(LOGIC.sub("", html)):
        names = {attribute.lower() for attribute, _ in ATTRIBUTE.findall(attributes)}
        found += [f"{element} {one}" for one in names if re.match(r"on\w+$|hx-on|style$", one)]
        if element in ("script", "style") and "src" not in names:
            found.append(f"inline {element}")
    return sorted(found)


def test_there_are_templates_to_read():
    assert len(TEMPLATES) > 50


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_line_is_too_long_to_read(path: Path):
    lines = path.read_text().splitlines()
    long = {number: len(line) for number, line in enumerate(lines, 1) if len(line) > LONGEST}
    assert not long, f"{name(path)}: line → characters {long}"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_code_or_style_stands_in_the_page(path: Path):
    assert inline_code(path.read_text()) == []


@pytest.mark.parametrize(
    ("html", "refused"),
    [
        ('<button onclick="go()">', ["button onclick"]),
        ('<a\n    hx-on:click="go()">', ["a hx-on:click"]),
        ("<p style='color:red'>", ["p style"]),
        ("<script>go()</script>", ["inline script"]),
        ("<style>p{color:red}</style>", ["inline style"]),
        ("<script src=\"{% static 'js/live.js' %}\" defer></script>", []),
        ('<b title="onclick=go()" data-on="1">style=none</b>', []),
    ],
)
def test_the_reader_knows_inline_code(html: str, refused: list[str]):
    assert inline_code(html) == refused
