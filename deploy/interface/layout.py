"""Where each box of a network picture goes. Plain geometry: no HTML, no query.

Columns: 0 the operator, 1 the router, 2 the switches (a switch behind a switch goes below it),
3 what hangs behind them. A row is one hanging box; a box that carries others is centred on its
own hanging boxes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

HEIGHT_OF_NODE = 46
ROW = 60
BLOCK_GAP = 46
INDENT = 26
COLUMN_X = (8, 196, 384, 568)
COLUMN_WIDTH = (124, 142, 136, 180)
GROUP_FROM = 3
CROWD = 24
LAST = 3


@dataclass(frozen=True)
class Node:
    """A thing of the network. `kind`: ap, printer, screen, computer, ups, switch, router…

    `parent` is the id of what it hangs behind; `block` the building; `link_state` the state of
    the cable to the parent, by default the node's own.
    """

    id: str
    label: str
    sublabel: str = ""
    state: str = "ok"
    kind: str = ""
    block: str = ""
    parent: str | None = None
    link_label: str = ""
    link_state: str = ""
    url: str = ""
    carries: bool = False
    link_speed: str = ""
    seen_only: bool = False
    """The link is heard on the wire and stands in no register: it is drawn dotted."""


@dataclass
class Box:
    """A placed box; it stands for one node, or for several alike."""

    id: str
    label: str
    sublabel: str
    state: str
    block: str
    parent: str
    link_label: str
    link_state: str
    url: str
    carries: bool
    link_speed: str = ""
    seen_only: bool = False
    column: int = LAST
    indent: int = 0
    x: float = 0
    y: float = 0
    width: float = 0


@dataclass(frozen=True)
class Ground:
    """The rectangle of a building."""

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass
class Layout:
    """A finished picture."""

    boxes: list[Box]
    grounds: list[Ground] = field(default_factory=list)
    width: float = 760
    height: float = 0

    @property
    def by_id(self) -> dict[str, Box]:
        """Boxes by id."""
        return {box.id: box for box in self.boxes}

    def shares_a_line(self, box: Box) -> bool:
        """Whether siblings in the same column have links in other states than this one."""
        return any(
            other.parent == box.parent
            and other.column == box.column
            and (other.link_state, other.seen_only) != (box.link_state, box.seen_only)
            for other in self.boxes
        )


def natural(text: str) -> list[tuple[int, int, str]]:
    """Sort key that puts AP-2 before AP-10."""
    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part.lower())
        for part in re.split(r"(\d+)", text)
        if part
    ]


def kind_words(kind: str, count: int) -> str:
    """`6 bornes WiFi`: a counted kind of equipment."""
    words = {
        "ap": ngettext("%(n)d borne WiFi", "%(n)d bornes WiFi", count),
        "printer": ngettext("%(n)d imprimante", "%(n)d imprimantes", count),
        "screen": ngettext("%(n)d écran", "%(n)d écrans", count),
        "computer": ngettext("%(n)d poste", "%(n)d postes", count),
        "switch": ngettext("%(n)d commutateur", "%(n)d commutateurs", count),
        "ups": ngettext("%(n)d onduleur", "%(n)d onduleurs", count),
    }
    default = ngettext("%(n)d équipement", "%(n)d équipements", count)
    return words.get(kind, default) % {"n": count}


def _single(node: Node, carries: bool) -> Box:
    return Box(
        node.id,
        node.label,
        node.sublabel,
        node.state,
        node.block,
        node.parent or "",
        node.link_label,
        node.link_state or node.state,
        node.url,
        carries,
        node.link_speed,
        node.seen_only,
    )


def _several(nodes: list[Node]) -> Box:
    """One box for siblings alike in kind, state and building."""
    ordered = sorted(nodes, key=lambda node: natural(node.label))
    box = _single(ordered[0], carries=False)
    box.label = _("%(first)s à %(last)s") % {
        "first": ordered[0].label,
        "last": ordered[-1].label,
    }
    box.sublabel = kind_words(ordered[0].kind, len(ordered))
    box.link_label, box.link_speed, box.url = "", "", ""
    return box


class _Placer:
    """Walks the tree from its roots, handing out rows."""

    def __init__(self, nodes: Sequence[Node], grouped: bool = True) -> None:
        known = {node.id for node in nodes}
        self.nodes = {node.id: node for node in nodes}
        self.children: dict[str, list[Node]] = defaultdict(list)
        self.roots: list[Node] = []
        for node in nodes:
            home = node.parent if node.parent in known and node.parent != node.id else None
            if home is None:
                self.roots.append(node)
            else:
                self.children[home].append(node)
        self.group_from = 2 if len(nodes) > CROWD else GROUP_FROM
        if not grouped:
            self.group_from = len(nodes) + 1
        self.boxes: list[Box] = []
        self.block: str | None = None
        self.seen: set[str] = set()
        self.y = 8.0

    def carries(self, node: Node) -> bool:
        """Whether the node stands in the carrying columns."""
        return node.carries or bool(self.children[node.id]) or node.kind in {"switch", "router"}

    def hanging(self, node: Node) -> list[Box]:
        """The boxes that hang directly behind a node, alike ones grouped."""
        groups: dict[tuple[str, str, str, bool], list[Node]] = defaultdict(list)
        for child in self.children[node.id]:
            if not self.carries(child):
                groups[(child.block, child.kind, child.state, child.seen_only)].append(child)
        boxes: list[Box] = []
        for members in groups.values():
            if len(members) >= self.group_from:
                boxes.append(_several(members))
            else:
                members.sort(key=lambda member: natural(member.label))
                boxes += [_single(member, carries=False) for member in members]
        return sorted(boxes, key=lambda box: (box.block != node.block, box.block))

    def enter(self, block: str) -> None:
        """Leave room for the building's name when the next row is in another building."""
        if block != self.block:
            if block:
                self.y += 26 if self.block is None else BLOCK_GAP
            self.block = block

    def place(self, node: Node, column: int, indent: int) -> Box | None:
        """Place a carrying node, what hangs behind it, then the carriers behind it."""
        if node.id in self.seen:  # a loop in the wiring is drawn once
            return None
        self.seen.add(node.id)
        box = _single(node, carries=True)
        box.column, box.indent = column, indent
        self.boxes.append(box)
        hanging = self.hanging(node)
        carriers = sorted(
            (child for child in self.children[node.id] if self.carries(child)),
            key=lambda child: (child.block != node.block, child.block, natural(child.label)),
        )
        beside = not hanging and carriers and column < 2
        if not beside:
            self.enter(node.block)
            self._hang(box, hanging)
        placed = self._carriers(carriers, column, indent, box)
        if beside:
            box.y = placed[0].y if placed else self.y
        return box

    def _hang(self, box: Box, hanging: list[Box]) -> None:
        """Give each hanging box a row and centre their carrier on those of its own building."""
        own = []
        for leaf in hanging:
            self.enter(leaf.block or box.block)
            leaf.y = self.y
            if leaf.block in {"", box.block}:
                own.append(leaf.y)
            self.boxes.append(leaf)
            self.y += ROW
        if own:
            box.y = (own[0] + own[-1]) / 2
        else:
            box.y = self.y if not hanging else hanging[0].y
        if not hanging:
            self.y += ROW

    def _carriers(self, carriers: list[Node], column: int, indent: int, box: Box) -> list[Box]:
        step = 0 if len(carriers) == 1 or column < 2 else 1
        placed = []
        for child in carriers:
            below = column >= 2
            if below:
                self.y += 14
            found = self.place(child, min(column + 1, 2), indent + step if below else 0)
            if found:
                placed.append(found)
        return placed


def lay_out(nodes: Sequence[Node], grouped: bool = True) -> Layout:
    """Place every node. Nodes whose parent is unknown start a tree of their own.

    ``grouped``: siblings alike in kind and state share a box.
    """
    placer = _Placer(nodes, grouped)
    loose: list[Node] = []
    for root in placer.roots:
        if placer.carries(root):
            start = {"router": 1, "switch": 2}.get(root.kind, 0)
            placer.place(root, start, 0)
        else:
            loose.append(root)
    for node in nodes:  # members of a wiring loop have no root
        if placer.carries(node) and node.id not in placer.seen:
            placer.place(node, 2, 0)
    if loose:
        lonely = Node("", "")
        placer.y += BLOCK_GAP / 2 if placer.boxes else 0
        placer.children[""] = loose
        for box in placer.hanging(lonely):
            placer.enter(box.block)
            box.parent, box.y = "", placer.y
            placer.boxes.append(box)
            placer.y += ROW
    layout = Layout(placer.boxes)
    _columns(layout)
    layout.grounds = _grounds(layout)
    layout.height = max(placer.y, 60) + 10
    return layout


def _columns(layout: Layout) -> None:
    """Horizontal places: columns nobody uses are closed up, deep switches push what hangs right."""
    used = {box.column for box in layout.boxes}
    deepest = max((box.indent for box in layout.boxes), default=0)
    shift = COLUMN_X[min(used)] - COLUMN_X[0]
    for box in layout.boxes:
        push = deepest * INDENT if box.column == LAST else box.indent * INDENT
        box.x = COLUMN_X[box.column] - shift + push
        box.width = COLUMN_WIDTH[box.column]
    layout.width = COLUMN_X[LAST] + COLUMN_WIDTH[LAST] + 12 - shift + deepest * INDENT


def _grounds(layout: Layout) -> list[Ground]:
    """A rectangle per building, unless rows of two buildings are interleaved."""
    spans: dict[str, list[float]] = defaultdict(list)
    lefts: dict[str, list[float]] = defaultdict(list)
    for box in layout.boxes:
        if box.block:
            spans[box.block].append(box.y)
            lefts[box.block].append(box.x)
    left = min((min(xs) for xs in lefts.values()), default=0) - 18
    grounds = [
        Ground(
            block,
            left,
            min(ys) - 30,
            layout.width - left - 2,
            max(ys) - min(ys) + HEIGHT_OF_NODE + 42,
        )
        for block, ys in spans.items()
    ]
    ordered = sorted(grounds, key=lambda ground: ground.y)
    for above, below in pairwise(ordered):
        if above.y + above.height > below.y + 2:
            return []
    return ordered
