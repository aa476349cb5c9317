"""Tables of resources given back, indicators and the board."""

from . import follow_ups, obligations, resources, snapshots

__all__ = ["follow_ups", "obligations", "resources", "snapshots"]
