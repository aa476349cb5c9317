"""What a class of speed is worth."""

from __future__ import annotations

MBIT = 1_000_000
SPEEDS: dict[str, tuple[int, int] | None] = {
    "free": None,
    "lesson": (20 * MBIT, 5 * MBIT),
    "slow": (4 * MBIT, 1 * MBIT),
}
"""Class → bits per second down and up (WISPr-Bandwidth-Max-*); None: the NAS is told nothing."""
