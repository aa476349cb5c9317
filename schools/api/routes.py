"""What a part adds to the router of the API."""

from __future__ import annotations

from typing import Any, NamedTuple


class Route(NamedTuple):
    """``Route("calls", CallViewSet)``; a basename where two viewsets read one model."""

    prefix: str
    viewset: type[Any]
    basename: str | None = None
