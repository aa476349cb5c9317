"""The connection of a site: a line under a contract of its own, and all that is told beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from inventory.models import (
    FibreException,
    FrameworkContract,
    Infrastructure,
    MeasuredSpeed,
    Offer,
    Operator,
    Subscription,
)
from schools.models import Site
from tests.cast import GIVEN


@dataclass
class Connection:
    """One of everything, for ``tests/world.py``."""

    line: Subscription
    infrastructure: Infrastructure
    speed: MeasuredSpeed


def make_line(site: Site, name: str) -> Subscription:
    """An active main line under a framework contract of its own: 100 Mbit/s on coax."""
    operator = Operator.objects.create(name=f"Opérateur {name}")
    contract = FrameworkContract.objects.create(
        reference=f"CC-{name}", operator=operator, signed_on=GIVEN, start_on=GIVEN
    )
    terms: dict[str, Any] = {
        "technology": "coax",
        "down_mbps": 100,
        "up_mbps": 20,
        "price_month": "49.00",
    }
    offer = Offer.objects.create(contract=contract, name="Câble 100", valid_from=GIVEN, **terms)
    line = Subscription.objects.create(
        site=site, operator=operator, offer=offer, state="active", start_on=GIVEN, **terms
    )
    line.moves.create(state="active", on=GIVEN)
    return line


def make_connection(site: Site, name: str) -> Connection:
    """A line, its contract renegotiated once, the register, an exception and a measure."""
    line = make_line(site, name)
    assert line.offer is not None
    line.offer.contract.renegotiations.create(held_on=GIVEN, outcome="Prix revus")
    FibreException.objects.create(
        site=site,
        reason="Travaux",
        decided_by_text="Odile Exemple",
        decided_on=GIVEN,
        review_on=GIVEN + dt.timedelta(days=3650),
    )
    return Connection(
        line=line,
        infrastructure=Infrastructure.objects.create(site=site, fibre="now", source="cadastre"),
        speed=MeasuredSpeed.objects.create(site=site, at=timezone.now(), down_mbps=80, up_mbps=8),
    )
