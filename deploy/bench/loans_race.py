"""Two clerks want the same device at the same moment: real connections, one per thread."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from byod.actions.loans.hand_out import hand_out
from byod.actions.loans.reserve import release_device, reserve_device
from byod.models.loans.loans import Loan
from byod.models.people.members import Member
from inventory.access import DecisionImpossible
from schools.models import User


@dataclass(frozen=True, slots=True)
class Raced:
    """What so many rounds ended in."""

    rounds: int
    one_won: int
    """Rounds in which one clerk got the device, and the other was told so in words."""
    refusals: tuple[str, ...]
    """The words, each once."""
    broken: tuple[str, ...]
    """Errors that nobody should ever meet."""
    held_twice: int
    """Devices that two loans hold: never one."""
    seconds: float
    slowest_ms: float


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who reserves for whom."""

    user: User
    request: int
    member: Member


def race(clerks: Sequence[Clerk], item: int, rounds: int, *, lend: bool = False) -> Raced:
    """Each round both start together; whoever won lets the device go again before the next.

    ``lend``: they hand it out instead of reserving it; one round only, as a loan is not let go.
    """
    due = timezone.localdate() + dt.timedelta(days=100)
    barrier = Barrier(len(clerks))
    began = time.perf_counter()
    with ThreadPoolExecutor(len(clerks)) as pool:
        ends = list(
            pool.map(
                lambda clerk: _clerk(
                    clerk, item, 1 if lend else rounds, due=due, barrier=barrier, lend=lend
                ),
                clerks,
            )
        )
    seconds = time.perf_counter() - began
    by_round = list(zip(*(end for end, _slowest in ends), strict=True))
    told = [one for ended in by_round for one in ended]
    twice = Loan.objects.taken().values("item").annotate(n=Count("pk")).filter(n__gt=1)
    return Raced(
        rounds=len(by_round),
        one_won=sum(
            sum(isinstance(one, int) for one in ended) == 1
            and sum(isinstance(one, str) for one in ended) == len(ended) - 1
            for ended in by_round
        ),
        refusals=tuple(sorted({one for one in told if isinstance(one, str)})),
        broken=tuple(str(one) for one in told if isinstance(one, Exception)),
        held_twice=twice.count(),
        seconds=seconds,
        slowest_ms=max(slowest for _end, slowest in ends) * 1000,
    )


End = int | str | Exception
"""The loan that was won, the words of a refusal, or an error of ours."""


def _clerk(
    clerk: Clerk, item: int, rounds: int, *, due: dt.date, barrier: Barrier, lend: bool
) -> tuple[list[End], float]:
    ends: list[End] = []
    slowest = 0.0
    try:
        for _round in range(rounds):
            barrier.wait()
            began = time.perf_counter()
            end = _try(clerk, item, due, lend)
            slowest = max(slowest, time.perf_counter() - began)
            ends.append(end)
            barrier.wait()
            if isinstance(end, int) and not lend:
                release_device(clerk.user, end)
    finally:
        connection.close()
    return ends, slowest


def _try(clerk: Clerk, item: int, due: dt.date, lend: bool) -> End:
    try:
        if lend:
            return hand_out(clerk.user, clerk.member, item, due).pk
        return reserve_device(clerk.user, clerk.request, item, due).pk
    except DecisionImpossible as refused:
        return str(refused)
    except Exception as error:
        return error


def told(raced: Raced) -> list[tuple[str, bool]]:
    """The promises, and whether each was kept."""
    return [
        ("in every round one clerk wins", raced.one_won == raced.rounds),
        ("the other is refused in words", not raced.broken and len(raced.refusals) > 0),
        ("no device is held twice", raced.held_twice == 0),
    ]


def clerks_of(users: Sequence[User], requests: Sequence[Any]) -> list[Clerk]:
    """Each with the request of a pupil of their own."""
    return [
        Clerk(user, request.pk, request.member)
        for user, request in zip(users, requests, strict=True)
    ]
