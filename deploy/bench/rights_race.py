"""Many people at once on the last units of rights: real connections, one per thread."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from django.db import connection
from django.utils import timezone

from inventory.access import DecisionImpossible
from inventory.grants.actions.rights import ledger
from schools.models import Site


@dataclass(frozen=True, slots=True)
class Raced:
    """What so many attempts ended in."""

    attempts: int
    granted: int
    refused: int
    amount: Decimal
    """Reserved by the attempts that came through."""
    seconds: float
    broken: tuple[str, ...]
    """Errors that nobody should ever meet."""


def race(sites: list[Site], attempts: int, threads: int, seed: int = 1) -> Raced:
    """Every attempt reserves; one in four then commits less, one in eight gives back.

    Each key is sent twice at the same time as others: the second changes nothing.
    """
    random = Random(seed)  # noqa: S311  no secret
    plans = [
        (number, random.choice(sites), Decimal(random.randint(1, 450)) / 5, random.random())
        for number in range(attempts)
    ]
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        shares = pool.map(_worker, [plans[turn::threads] for turn in range(threads)])
        ends = [end for share in shares for end in share]
    seconds = time.perf_counter() - began
    amounts = [end for end in ends if isinstance(end, Decimal)]
    return Raced(
        attempts=attempts,
        granted=len(amounts),
        refused=sum(end is None for end in ends),
        amount=sum(amounts, Decimal(0)),
        seconds=seconds,
        broken=tuple(end for end in ends if isinstance(end, str)),
    )


def _worker(plans: list[tuple[int, Site, Decimal, float]]) -> list[Decimal | str | None]:
    """One person after the other, over one connection of its own."""
    try:
        return [_attempt(plan) for plan in plans]
    finally:
        connection.close()


def _attempt(plan: tuple[int, Site, Decimal, float]) -> Decimal | str | None:
    """What was reserved; None: refused in words; a text: an error that is a fault of ours."""
    number, site, amount, luck = plan
    cause, now = f"application:{900_000 + number}", timezone.now()
    try:
        for _again in range(2):
            ledger.reserve(site, amount, cause, f"race:{number}", None, now)
        if luck < 0.25:
            ledger.commit(cause, amount / 2, f"race:{number}:c", None, now)
        elif luck < 0.375:
            ledger.void(cause, f"race:{number}:v", None, now, "retiré")
            return Decimal(0)
    except DecisionImpossible:
        return None
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return amount if luck >= 0.25 else amount / 2


def sums(sites: list[Site]) -> dict[str, Any]:
    """What the balances of these sites say now."""
    found = ledger.standing_of(sites, timezone.localdate())
    return {name: getattr(found, name) for name in found.__dataclass_fields__}
