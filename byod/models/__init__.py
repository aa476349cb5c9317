"""Tables of every pupil connected, one folder per part; each names its own when it is imported."""

from byod.models import equity, loans, network, people, privacy, strategy

__all__ = ["equity", "loans", "network", "people", "privacy", "strategy"]
