"""What the documents promise holds: links lead somewhere, commands exist, decisions are told."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.architecture.tree import ROOT

DOCS = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "deploy/**/*.md")
    for path in ROOT.glob(pattern)
    if "node_modules" not in path.parts
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?:^|`)\./preau (\w+)", re.MULTILINE)
MANAGE = re.compile(r"(?:manage\.py|\./preau manage) (\w+)")


def headings(path: Path) -> set[str]:
    """Anchors of a document, as the usual renderers make them."""
    found = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in found}


@pytest.mark.parametrize("document", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document):
    lost = []
    for link in LINK.findall(document.read_text()):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        path = (document.parent / target).resolve() if target else document
        if not path.exists() or (anchor and anchor not in headings(path)):
            lost.append(link)
    assert lost == []


def subcommands() -> set[str]:
    said = subprocess.run(
        ["sh", str(ROOT / "preau"), "help"], capture_output=True, text=True, check=True
    ).stdout
    return set(re.findall(r"^  (\w+)", said, re.MULTILINE))


@pytest.mark.parametrize("document", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_exists(document):
    text = document.read_text()
    assert set(COMMAND.findall(text)) <= subcommands()
    assert set(MANAGE.findall(text)) - {"migrate", "COMMAND"} <= set(get_commands())


def test_the_readme_begins_with_the_two_commands():
    readme = (ROOT / "README.md").read_text()
    assert readme.index("./preau up") < readme.index("./preau test")
    assert (ROOT / "docs" / "img" / "wall.png").exists() or "docs/img/wall.png" in readme


def test_every_decision_stands_in_the_index_in_order():
    index = (ROOT / "docs" / "index.md").read_text()
    decisions = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(name[:3]) for name in decisions] == list(range(1, len(decisions) + 1))
    for decision in decisions:
        assert f"decisions/{decision}" in index


@pytest.mark.parametrize("heading", ["## Context", "## Decision", "## Consequences"])
def test_every_decision_says_why_what_and_what_follows(heading):
    for path in (ROOT / "docs" / "decisions").glob("*.md"):
        assert heading in path.read_text(), path.name


def test_no_document_names_a_machine():
    host = re.compile(r"https?://(?!127\.0\.0\.1|localhost|[\w.-]*example\.org)[\w.-]+")
    allowed = {"https://keepachangelog.com", "https://semver.org", "https://www.rfc-editor.org"}
    for path in DOCS:
        assert set(host.findall(path.read_text())) - allowed == set(), path
