"""Contracts, lines and the infrastructure register of a demonstration. Twice changes nothing."""

from __future__ import annotations

import datetime as dt

from django.db.models import Sum

from inventory.models import (
    FibreException,
    FrameworkContract,
    Infrastructure,
    MeasuredSpeed,
    Offer,
    Operator,
    Subscription,
    SubscriptionMove,
)
from inventory.rules.connections import add_months, expects_fibre
from schools.counts import last_year
from schools.models import Headcount, Site

CONTRACTS = (
    ("CC-2025-A", "Fibre et VDSL pour les écoles", "Lignéo", 13, None),
    ("CC-2024-B", "Câble et fibre dédiée", "Câblia", 20, None),
    ("CC-2025-C", "4G et 5G là où aucun câble ne va", "Ondéa", 16, 3),
)
"""Reference, title, operator, months since the start and since the last renegotiation: one to
renegotiate, one overdue, one quiet."""
OFFERS: tuple[tuple[str, str, str, int, int, str], ...] = (
    ("CC-2025-A", "Fibre 1 Gbit/s", "ftth", 1000, 500, "89.00"),
    ("CC-2025-A", "VDSL 70", "vdsl", 70, 15, "39.00"),
    ("CC-2024-B", "Câble 200", "coax", 200, 20, "52.00"),
    ("CC-2025-C", "5G rurale", "mobile", 25, 5, "35.00"),
    ("CC-2024-B", "Fibre dédiée 10 Gbit/s", "dedicated", 10_000, 10_000, "690.00"),
)


def load_connections(sites: list[Site], today: dt.date) -> int:
    """Lines for sites that have none; returns how many were made."""
    offers, since = _offers(today), add_months(today, -2)
    counts = Headcount.objects.filter(year=last_year()).order_by().values_list("site")
    pupils = dict(counts.annotate(n=Sum("pupils")))
    known = set(Subscription.objects.values_list("site", flat=True))
    lines, excused, places, awaiting = [], [], [], []
    many = 0
    for n, site in enumerate(sites):
        large = expects_fibre(pupils.get(site.pk, 0))
        places.append(_place(n, site, today))
        if site.pk in known or n % 17 == 16:
            continue
        many += large
        fibre = many % 6 not in (2, 3) if large else n % 4 == 1
        lines.append(_line(site, offers[0 if fibre else 1 + n % 3], since))
        if large and many % 6 == 2:
            excused.append(_excuse(site, since, today))
        elif large and many % 12 == 3:
            awaiting.append(site)
    Infrastructure.objects.bulk_create(places, ignore_conflicts=True, batch_size=1000)
    made = Subscription.objects.bulk_create(lines, batch_size=1000)
    moves = [SubscriptionMove(subscription=one, state="active", on=since) for one in made]
    moves += _asked(awaiting, made, offers[0], today)
    SubscriptionMove.objects.bulk_create(moves, batch_size=1000)
    FibreException.objects.bulk_create(excused, ignore_conflicts=True)
    at = dt.datetime.combine(today, dt.time(7), dt.UTC)
    speeds = [_measure(n, one, at) for n, one in enumerate(made)]
    MeasuredSpeed.objects.bulk_create(speeds, ignore_conflicts=True, batch_size=1000)
    return len(made)


def _asked(
    sites: list[Site], lines: list[Subscription], offer: Offer, today: dt.date
) -> list[SubscriptionMove]:
    """Fibre that some large sites have asked for, to replace what they have."""
    old = {one.site_id: one for one in lines}
    on = today - dt.timedelta(days=9)
    wanted = [_line(site, offer, on) for site in sites]
    for one in wanted:
        one.state, one.start_on, one.circuit, one.follows = "asked", None, "", old[one.site_id]
    made = Subscription.objects.bulk_create(wanted)
    return [
        SubscriptionMove(subscription=one, state="asked", on=on, by_text="Direction de l’école")
        for one in made
    ]


def _offers(today: dt.date) -> list[Offer]:
    contracts = {}
    for reference, title, name, months, held in CONTRACTS:
        operator, _new = Operator.objects.get_or_create(name=name)
        start = add_months(today, -months)
        terms = {"title": title, "operator": operator, "signed_on": start, "start_on": start}
        contracts[reference], new = FrameworkContract.objects.get_or_create(
            reference=reference, defaults=terms
        )
        if new and held is not None:
            contracts[reference].renegotiations.create(
                held_on=add_months(today, -held),
                outcome="Prix baissés de 8\u00a0%, débit doublé",
                by_text="Odile Warnant",
            )
    found = []
    for reference, name, technology, down, up, price in OFFERS:
        contract = contracts[reference]
        offer, _new = Offer.objects.select_related("contract").get_or_create(
            contract=contract,
            name=name,
            defaults={
                "technology": technology,
                "down_mbps": down,
                "up_mbps": up,
                "price_month": price,
                "sla_hours": 8,
                "valid_from": contract.start_on,
            },
        )
        found.append(offer)
    return found


def _place(n: int, site: Site, today: dt.date) -> Infrastructure:
    return Infrastructure(
        site=site,
        fibre=("now", "now", "planned", "no")[n % 4],
        planned_on=add_months(today, 9) if n % 4 == 2 else None,
        max_down_mbps=1000 if n % 4 < 2 else 100,
        giga=n % 9 == 0,
        source="cadastre de démonstration",
        as_of=today,
    )


def _line(site: Site, offer: Offer, since: dt.date) -> Subscription:
    return Subscription(
        site=site,
        operator_id=offer.contract.operator_id,
        offer=offer,
        technology=offer.technology,
        down_mbps=offer.down_mbps,
        up_mbps=offer.up_mbps,
        price_month=offer.price_month,
        circuit=f"D-{site.pk}",
        state="active",
        start_on=since,
        asked_on=since,
    )


def _excuse(site: Site, since: dt.date, today: dt.date) -> FibreException:
    return FibreException(
        site=site,
        reason="Travaux de voirie prévus par la commune",
        decided_by_text="Odile Warnant",
        decided_on=since,
        review_on=add_months(today, 8),
    )


def _measure(n: int, line: Subscription, at: dt.datetime) -> MeasuredSpeed:
    return MeasuredSpeed(
        site=line.site,
        at=at,
        down_mbps=round(line.down_mbps * (0.94 - (n % 4) * 0.11), 1),
        up_mbps=round(line.up_mbps * 0.9, 1),
        method="probe",
    )
