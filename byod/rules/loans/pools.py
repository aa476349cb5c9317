"""What a site may still take from a shared pool. Pure."""

from __future__ import annotations


def room_of(each: int | None, own: int | None, held: int) -> int | None:
    """How many more devices; None: as many as there are. ``own`` goes before ``each``."""
    most = each if own is None else own
    return None if most is None else max(most - held, 0)


def most_of(room: int | None, waiting: int, free: int) -> int:
    """How many devices a site may ask for now: no more than wait, are free, or its part has."""
    return min(waiting, free, *([] if room is None else [room]))
