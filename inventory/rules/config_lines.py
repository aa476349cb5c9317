"""Configurations as trees of lines: what a template owns of them, what differs, how to get there.

Two grammars carry the families of our schools. *Indented* (Cisco IOS and its kin: ProCurve,
AOS-CX, ArubaOS, FastIron, EdgeSwitch…): a block is a line and what is indented below it, ``no``
undoes. *Set* (Junos, VyOS, EdgeOS): every line is a whole path, ``delete`` undoes. Only what the
template owns is compared; the rest of a running configuration is never read as wrong, nor touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from django.utils.translation import gettext as _

from inventory.rules.templates import MARK, TemplateRefused, pattern_of


@dataclass(frozen=True, slots=True)
class Grammar:
    """How a family writes. ``leave`` ends a block, ``undo`` takes a line back."""

    key: str
    nested: bool
    undo: str
    leave: str = ""


INDENTED = Grammar("indented", nested=True, undo="no ", leave="exit")
SET = Grammar("set", nested=False, undo="delete ")
GRAMMARS = {one.key: one for one in (INDENTED, SET)}


@dataclass(slots=True)
class Node:
    """A line, and the block that it opens."""

    line: str
    children: list[Node] = field(default_factory=list)


def parse(lines: Iterable[str], grammar: Grammar) -> list[Node]:
    """The tree of a configuration; comments and block ends dropped."""
    top: list[Node] = []
    stack: list[tuple[int, list[Node]]] = [(-1, top)]
    for raw in lines:
        text = raw.strip()
        if not text or text[0] in "!#;" or text in ("exit", "end", "quit"):
            continue
        depth = len(raw) - len(raw.lstrip()) if grammar.nested else 0
        while depth <= stack[-1][0]:
            stack.pop()
        node = Node(" ".join(text.split()) if '"' not in text else text)
        stack[-1][1].append(node)
        stack.append((depth, node.children))
    return top


def flat(nodes: Iterable[Node], depth: int = 0) -> Iterator[str]:
    """The lines of a tree again, a space a level."""
    for node in nodes:
        yield " " * depth + node.line
        yield from flat(node.children, depth + 1)


def patterns(owns: str) -> list[str]:
    """What a template owns: one beginning of a line per line, ``*`` for anything."""
    return [line.strip() for line in owns.splitlines() if line.strip()]


def is_owned(line: str, owned: Sequence[str]) -> bool:
    return any(fnmatchcase(line, one) or fnmatchcase(line, f"{one} *") for one in owned)


def section(lines: Iterable[str], owned: Sequence[str], grammar: Grammar) -> list[str]:
    """The part of a configuration that a template owns."""
    return list(flat(node for node in parse(lines, grammar) if is_owned(node.line, owned)))


def check_owned(lines: Sequence[str], owned: Sequence[str], grammar: Grammar) -> None:
    """Raise TemplateRefused where a template writes what it does not own."""
    if not owned:
        raise TemplateRefused(_("Dites quelles lignes ce modèle tient."))
    for one in owned:
        if one.startswith("*"):
            raise TemplateRefused(_("« %s » tiendrait toute la configuration.") % one)
    for node in parse(lines, grammar):
        if not is_owned(node.line, owned):
            said = _("« %s » n’est dans aucune partie tenue par le modèle.")
            raise TemplateRefused(said % node.line)


@dataclass(frozen=True, slots=True)
class Changes:
    """What leads from one configuration to another: removals first, then additions.

    ``diff`` is for people: a sign (``+``, ``-`` or a space for where it stands) and the line.
    """

    commands: tuple[str, ...] = ()
    diff: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.commands)


def changes(
    running: Iterable[str],
    wanted: Iterable[str],
    owned: Sequence[str],
    grammar: Grammar,
    same_secret: frozenset[str] = frozenset(),
) -> Changes:
    """From the owned part of ``running`` to ``wanted``.

    ``wanted`` may hold marks of secrets. A line with a mark equals one that is the same around the
    secret only where it stands in ``same_secret``: there, the device is known to hold it.
    """
    here = [node for node in parse(running, grammar) if is_owned(node.line, owned)]
    there = parse(wanted, grammar)
    made = _Difference(grammar, same_secret, _openers([*here, *there]))
    made.between(here, there, ())
    return Changes(tuple(made.removing + made.adding), tuple(made.diff))


_OPENS = re.compile(r"(vlan|interface) \S+$")


def _shape(line: str) -> tuple[str, int]:
    """First word and number of words: lines that look alike open a block alike."""
    words = line.split()
    return words[0], len(words)


def _openers(nodes: Iterable[Node]) -> frozenset[tuple[str, int]]:
    """Shapes of lines that open a block. An empty block must be left too, or the next line would be
    entered inside it; a line that opens none must not be followed by leaving the configuration."""
    return frozenset(_shape(node.line) for node in nodes if node.children)


class _Difference:
    """Walks two trees side by side."""

    def __init__(
        self, grammar: Grammar, same_secret: frozenset[str], openers: frozenset[tuple[str, int]]
    ) -> None:
        self.grammar, self.same_secret, self.openers = grammar, same_secret, openers
        self.removing: list[str] = []
        self.adding: list[str] = []
        self.diff: list[tuple[str, str]] = []

    def between(self, here: list[Node], there: list[Node], path: tuple[str, ...]) -> None:
        missing = {node.line: node for node in there}
        gone: list[Node] = []
        shared: list[tuple[Node, Node]] = []
        for node in here:
            match = self._match(node.line, missing)
            if match is None:
                gone.append(node)
            else:
                shared.append((node, missing.pop(match)))
        mark = len(self.diff)
        for node in gone:
            # a secret that is replaced is told, but not taken away first: the line overwrites it
            if not any(MARK.search(new) and pattern_of(new)(node.line) for new in missing):
                self._put(self.removing, path, [self._undone(node.line)])
            self.diff += [("-", " " * len(path) + line) for line in flat([node])]
        for node in missing.values():
            self._put(self.adding, path, list(self._entered(node)))
            self.diff += [("+", " " * len(path) + line) for line in flat([node])]
        if path and len(self.diff) > mark:
            self._place(path, mark)
        for mine, theirs in shared:
            self.between(mine.children, theirs.children, (*path, mine.line))

    def _match(self, line: str, wanted: dict[str, Node]) -> str | None:
        if line in wanted:
            return line
        for one in wanted:
            if one in self.same_secret and pattern_of(one)(line):
                return one
        return None

    def _place(self, path: tuple[str, ...], at: int) -> None:
        """Say in which block the lines that follow stand."""
        self.diff[at:at] = [(" ", " " * depth + line) for depth, line in enumerate(path)]

    def _undone(self, line: str) -> str:
        undo = self.grammar.undo
        if line.startswith(undo):
            return line.removeprefix(undo)
        return undo + (line.removeprefix("set ") if not self.grammar.nested else line)

    def _entered(self, node: Node) -> Iterator[str]:
        yield node.line
        for child in node.children:
            yield from self._entered(child)
        opened = node.children or _shape(node.line) in self.openers or _OPENS.match(node.line)
        if opened and self.grammar.leave:
            yield self.grammar.leave

    def _put(self, to: list[str], path: tuple[str, ...], lines: list[str]) -> None:
        to += [*path, *lines, *([self.grammar.leave] * len(path))]


def is_in_line(
    running: Iterable[str], wanted: Sequence[str], owned: Sequence[str], grammar: Grammar
) -> bool:
    """Whether a device shows what was wanted; secrets, which it may show sealed, are not judged."""
    secret = frozenset(node for node in _all(parse(wanted, grammar)) if MARK.search(node))
    return not changes(running, wanted, owned, grammar, secret)


def _all(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        yield node.line
        yield from _all(node.children)


def secret_lines(wanted: Sequence[str], grammar: Grammar) -> list[str]:
    """The wanted lines that hold a mark, as they are compared."""
    return [line for line in _all(parse(wanted, grammar)) if MARK.search(line)]
