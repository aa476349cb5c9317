"""Following cables: through panels and sockets, and up to the router. Values in, values out."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping


def follow(port: int, links: Mapping[int, int], passes: Mapping[int, int]) -> list[int]:
    """The ports on the way from ``port``, itself first: far end, other side of the panel, far end…

    ``links`` joins the two ends of a cable, ``passes`` the two sides of a panel's position; both
    hold each pair both ways. The last one is a plug, or a panel behind which nothing goes on. A
    way that comes back to where it was ends there.
    """
    way, seen = [port], {port}
    here = port
    while (far := links.get(here)) is not None and far not in seen:
        way.append(far)
        seen.add(far)
        behind = passes.get(far)
        if behind is None or behind in seen:
            break
        way.append(behind)
        seen.add(behind)
        here = behind
    return way


def spread(
    starts: Iterable[int], edges: Mapping[int, set[int]], closed: Collection[int] = ()
) -> dict[int, int]:
    """Breadth first from ``starts``: device → the device it was reached from.

    Among equals the smaller key wins, so that everybody who asks sees the same tree.
    """
    queue = deque(sorted(starts))
    seen = set(queue)
    came_from: dict[int, int] = {}
    while queue:
        here = queue.popleft()
        for there in sorted(edges.get(here, ())):
            if there not in seen and there not in closed:
                seen.add(there)
                came_from[there] = here
                queue.append(there)
    return came_from
