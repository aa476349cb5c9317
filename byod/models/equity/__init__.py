"""Tables of equity: who asked for a device or a line, who was served, and the lines."""

from . import (
    line_loans,
    lines,
    operators,
    orders,
    requests,
    rounds,
    served,
    surveys,
    targets,
    usage,
)

__all__ = [
    "line_loans",
    "lines",
    "operators",
    "orders",
    "requests",
    "rounds",
    "served",
    "surveys",
    "targets",
    "usage",
]
