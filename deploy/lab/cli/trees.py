"""Configurations that commands edit: indented blocks (IOS and its kin), ``set`` lines (Junos)."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self


@dataclass(slots=True)
class Block:
    """A line, and what stands below it."""

    line: str
    below: list[Block] = field(default_factory=list)


class Configuration(Protocol):
    """What a device holds."""

    def text(self) -> str:
        """As the device prints it."""

    def copy(self) -> Self:
        """Another one, alike."""


class Indented:
    """Blocks by indentation. ``single`` are beginnings of lines of which a block has but one."""

    def __init__(self, text: str, single: Sequence[str] = (), indent: int = 1) -> None:
        self.single, self.indent = tuple(single), indent
        self.top: list[Block] = []
        stack: list[tuple[int, list[Block]]] = [(-1, self.top)]
        for raw in text.splitlines():
            line = raw.strip()
            if not line or line[0] in "!;":
                continue
            depth = len(raw) - len(raw.lstrip())
            while depth <= stack[-1][0]:
                stack.pop()
            block = Block(line)
            stack[-1][1].append(block)
            stack.append((depth, block.below))

    def text(self) -> str:
        return "".join(f"{line}\n" for line in self._lines(self.top, 0))

    def copy(self) -> Indented:
        return copy.deepcopy(self)

    def enter(self, path: Sequence[str], line: str) -> None:
        """Make sure that the block ``line`` stands in ``path``."""
        here = self._at(path)
        if not any(block.line == line for block in here):
            self._place(here, Block(line))

    def put(self, path: Sequence[str], line: str) -> None:
        """Add a line, in the place of the one of its kind where there may be but one."""
        here = self._at(path)
        if any(block.line == line for block in here):
            return
        for kind in self.single:
            if line == kind or line.startswith(f"{kind} "):
                for block in here:
                    if block.line == kind or block.line.startswith(f"{kind} "):
                        block.line = line
                        return
        self._place(here, Block(line))

    def take(self, path: Sequence[str], line: str) -> bool:
        """Remove a line, or those that begin with it; whether there was one."""
        here = self._at(path)
        kept = [b for b in here if b.line != line and not b.line.startswith(f"{line} ")]
        gone = len(kept) < len(here)
        here[:] = kept
        return gone

    def _at(self, path: Sequence[str]) -> list[Block]:
        here = self.top
        for line in path:
            here = next(block.below for block in here if block.line == line)
        return here

    @staticmethod
    def _place(here: list[Block], new: Block) -> None:
        """Beside its kin: after the last line that begins with the same word."""
        word = new.line.split()[0]
        at = [n for n, block in enumerate(here) if block.line.split()[0] == word]
        here.insert(at[-1] + 1 if at else len(here), new)

    def _lines(self, blocks: Sequence[Block], depth: int) -> Iterator[str]:
        for block in blocks:
            yield " " * (self.indent * depth) + block.line
            yield from self._lines(block.below, depth + 1)


class SetLines:
    """Lines of whole paths; a leaf has one value, the lists of Junos several."""

    MANY = ("members", "server", "name-server", "host", "address", "community", "vlans", "user")

    def __init__(self, text: str) -> None:
        self.lines = [line.strip() for line in text.splitlines() if line.startswith("set ")]

    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)

    def copy(self) -> SetLines:
        return SetLines(self.text())

    def set(self, line: str) -> None:
        """Add a path, in the place of the same one with another value."""
        if line in self.lines:
            return
        stem, _space, _value = line.rpartition(" ")
        if stem.count(" ") >= 2 and stem.split()[-1] not in self.MANY:
            for n, old in enumerate(self.lines):
                if old.rpartition(" ")[0] == stem:
                    self.lines[n] = line
                    return
        self.lines.append(line)

    def delete(self, path: str) -> bool:
        """Remove a path and what stands below it; whether there was any."""
        stem = f"set {path}"
        kept = [line for line in self.lines if line != stem and not line.startswith(f"{stem} ")]
        gone = len(kept) < len(self.lines)
        self.lines = kept
        return gone
