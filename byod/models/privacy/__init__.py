"""Tables of the privacy of minors: what was forgotten, when; and the figures that stay."""

from . import figures, runs

__all__ = ["figures", "runs"]
