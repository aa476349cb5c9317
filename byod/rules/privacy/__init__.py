"""Pure judgements of the privacy of minors: keeping, export, erasure."""

from byod.rules.privacy.counting import (
    FEWER,
    NEARLY,
    SMALLEST,
    counted,
    counted_within,
    counted_words,
    part_of,
)

__all__ = [
    "FEWER",
    "NEARLY",
    "SMALLEST",
    "counted",
    "counted_within",
    "counted_words",
    "part_of",
]
