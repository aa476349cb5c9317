"""A Creative Commons licence from two plain questions: may others change it, may others sell it."""

from __future__ import annotations

from dataclasses import dataclass

CHANGES = ("yes", "alike", "no")
"""Others may change it · may, if they share it under the same conditions · may not."""
SALES = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Licence:
    """``code`` as Creative Commons writes it; ``url`` is its address (version 4.0)."""

    code: str
    name: str
    url: str


def _by(code: str) -> Licence:
    return Licence(
        code,
        f"CC {code.removeprefix('cc-').upper()} 4.0",
        f"https://creativecommons.org/licenses/{code.removeprefix('cc-')}/4.0/",
    )


LICENCES: dict[str, Licence] = {
    code: _by(code)
    for code in ("cc-by", "cc-by-sa", "cc-by-nd", "cc-by-nc", "cc-by-nc-sa", "cc-by-nc-nd")
}
OPEN = frozenset({"cc-by", "cc-by-sa"})
"""Free cultural works: those that leave all uses open."""


def licence_of(changes: str, sales: str) -> str:
    """The code of the licence that says so. Raises ValueError for answers that are no answers."""
    if changes not in CHANGES or sales not in SALES:
        raise ValueError(f"no licence for {changes!r}, {sales!r}")
    ends = {"yes": "", "alike": "-sa", "no": "-nd"}
    return f"cc-by{'' if sales == 'yes' else '-nc'}{ends[changes]}"
