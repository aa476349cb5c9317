"""The ports of a product as a few lines, expanded for each new device. Pure.

``Gi1/0/[1-24]`` stands for 24 ports; two brackets multiply (``Gi[1-2]/0/[1-24]``).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

AT_MOST = 600
"""Ports of one product: a chassis full of line cards has fewer."""
LONGEST = 40
KINDS = ("copper", "fibre", "radio", "virtual")
BRACKET = re.compile(r"\[(\d{1,4})-(\d{1,4})\]")


@dataclass(frozen=True, slots=True)
class PortLine:
    """One line of a template."""

    name: str
    kind: str = "copper"
    speed_mbps: int | None = None
    poe: bool = False

    def as_json(self) -> dict[str, Any]:
        """As it is stored with the product."""
        return {
            "name": self.name,
            "kind": self.kind,
            "speed_mbps": self.speed_mbps,
            "poe": self.poe,
        }


@dataclass(frozen=True, slots=True)
class PortPlan:
    """One port to make; ``number`` counts from 1 over the whole template."""

    name: str
    number: int
    kind: str
    speed_mbps: int | None
    poe: bool


def names_of(pattern: str) -> list[str]:
    """The names that a pattern stands for. Raises ValueError with words."""
    parts = BRACKET.split(pattern)
    if "[" in "".join(parts[0::3]) or "]" in "".join(parts[0::3]):
        raise ValueError(
            _("« %(pattern)s » : écrivez une suite comme [1-24].") % {"pattern": pattern}
        )
    ranges = []
    for first, last in zip(parts[1::3], parts[2::3], strict=True):
        if int(last) < int(first) or int(last) - int(first) >= AT_MOST:
            raise ValueError(
                _("« %(pattern)s » : la suite [%(first)s-%(last)s] ne va pas.")
                % {"pattern": pattern, "first": first, "last": last}
            )
        width = len(first) if first.startswith("0") else 0
        ranges.append([str(n).zfill(width) for n in range(int(first), int(last) + 1)])
    literals = parts[0::3]
    names = []
    for numbers in itertools.islice(itertools.product(*ranges), AT_MOST + 1):
        names.append(
            literals[0] + "".join(n + rest for n, rest in zip(numbers, literals[1:], strict=True))
        )
    if any(len(name) > LONGEST or not name.strip() for name in names):
        raise ValueError(_("Un nom de port compte de 1 à %(n)d caractères.") % {"n": LONGEST})
    return names


def expand(template: Iterable[Mapping[str, Any]]) -> list[PortPlan]:
    """Every port of a template, in its order. Raises ValueError for one that makes no sense."""
    ports: list[PortPlan] = []
    seen: set[str] = set()
    for line in template:
        for name in names_of(str(line.get("name", ""))):
            if name in seen:
                raise ValueError(_("Le port « %(name)s » est là deux fois.") % {"name": name})
            seen.add(name)
            kind = str(line.get("kind") or "copper")
            speed = line.get("speed_mbps")
            ports.append(PortPlan(name, len(ports) + 1, kind, speed, bool(line.get("poe"))))
        if len(ports) > AT_MOST:
            raise ValueError(_("%(n)d ports au plus.") % {"n": AT_MOST})
    return ports


WORDS = {
    "copper": "copper", "cuivre": "copper", "kupfer": "copper",
    "fibre": "fibre", "sfp": "fibre", "glasfaser": "fibre",
    "radio": "radio", "wifi": "radio", "virtual": "virtual", "virtuel": "virtual",
}  # fmt: skip


def read_template(text: str) -> list[PortLine]:
    """Lines as people write them: ``Gi1/0/[1-24] cuivre 1000 PoE``. Raises ValueError naming the
    line."""
    lines = []
    for number, written in enumerate(text.splitlines(), start=1):
        if words := written.split():
            try:
                lines.append(_line(words))
                expand([line.as_json() for line in lines])
            except ValueError as error:
                raise ValueError(_("Ligne %(n)d : %(why)s") % {"n": number, "why": error}) from None
    return lines


def _line(words: Sequence[str]) -> PortLine:
    kind, speed, poe = "copper", None, False
    for word in words[1:]:
        low = word.lower()
        if low == "poe":
            poe = True
        elif low in WORDS:
            kind = WORDS[low]
        elif low.isdecimal() and 0 < int(low) <= 1_000_000:
            speed = int(low)
        else:
            raise ValueError(
                _("« %(word)s » n’est ni un type (cuivre, fibre, radio), ni un débit, ni PoE.")
                % {"word": word}
            )
    return PortLine(words[0], kind, speed, poe)


SPOKEN = {"copper": "cuivre", "fibre": "fibre", "radio": "radio", "virtual": "virtuel"}


def written(template: Iterable[Mapping[str, Any]]) -> str:
    """A template as the form shows it; :func:`read_template` reads it again."""
    return "\n".join(
        " ".join(
            [
                str(line.get("name", "")),
                SPOKEN.get(str(line.get("kind")), "cuivre"),
                *([str(line["speed_mbps"])] if line.get("speed_mbps") else []),
                *(["PoE"] if line.get("poe") else []),
            ]
        )
        for line in template
    )
