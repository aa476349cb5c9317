"""Pure judgements of the privacy of minors: keeping, export, erasure."""

from byod.rules.privacy.counting import FEWER, SMALLEST, counted, counted_words, part_of

__all__ = ["FEWER", "SMALLEST", "counted", "counted_words", "part_of"]
