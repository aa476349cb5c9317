"""The sheets of labels that are known: ``formats.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "formats.toml"


@dataclass(frozen=True, slots=True)
class LabelFormat:
    """Measures in millimetres."""

    key: str
    name: str
    page: tuple[float, float]
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    step_x: float
    step_y: float

    @property
    def a_page(self) -> int:
        return self.columns * self.rows

    @property
    def is_roll(self) -> bool:
        return self.a_page == 1


@cache
def formats() -> dict[str, LabelFormat]:
    """By key, in the order of the file. Raises ValueError where one does not fit its page."""
    told = tomllib.loads(FILE.read_text())
    found = {key: LabelFormat(key=key, **_tupled(table)) for key, table in told.items()}
    for one in found.values():
        right = one.left + (one.columns - 1) * one.step_x + one.width
        bottom = one.top + (one.rows - 1) * one.step_y + one.height
        if right > one.page[0] + 0.05 or bottom > one.page[1] + 0.05:
            raise ValueError(f"{one.key} does not fit its page")
    return found


def _tupled(table: dict[str, Any]) -> dict[str, Any]:
    return {**table, "page": tuple(table["page"])}
