"""A kit as its pages show it: the version offered today, and two versions side by side."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from inventory.models import KitVersion, Product


@dataclass(frozen=True, slots=True)
class Line:
    """A product in one or both versions; 0: not there."""

    product: Product
    before: int
    after: int

    @property
    def differs(self) -> bool:
        return self.before != self.after

    @property
    def step(self) -> int:
        """How many more."""
        return self.after - self.before


def compare(before: KitVersion, after: KitVersion) -> list[Line]:
    """Every product of either, changed ones first."""
    counts: dict[Product, list[int]] = {}
    for side, version in enumerate((before, after)):
        for item in version.items.select_related("product"):
            counts.setdefault(item.product, [0, 0])[side] = item.quantity
    lines = [Line(product, *pair) for product, pair in counts.items()]
    return sorted(lines, key=lambda line: (not line.differs, str(line.product)))


def standing(version: KitVersion, today: dt.date) -> tuple[str, str]:
    """Look and word key of a version: draft, later, offered, over."""
    if version.frozen_at is None:
        return "suspect", "draft"
    if version.valid_from > today:
        return "planned", "later"
    if version.valid_to is not None and version.valid_to < today:
        return "unknown", "over"
    return "ok", "offered"
