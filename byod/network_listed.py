"""Sessions and attempts of a site as questions: filters, orders; counts for others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.network.events import AuthEvent, AuthOutcome
from byod.models.network.nas import Nas
from byod.models.network.policies import Segment
from byod.models.network.rules import Who
from byod.models.network.sessions import NetworkSession
from byod.models.people.devices import Platform
from byod.rules.network.reasons import REASONS
from byod.rules.privacy import counted
from schools.filters import Filter, by
from schools.keyset import KEY, Column
from schools.models import Site

SESSION_ORDER = (Column("started_at", down=True, moment=True), Column("pk", down=True, kind=int))
EVENT_ORDER = (
    Column("at", down=True, moment=True),
    Column("number", down=True, kind=int),
)
NAS_ORDER = (Column("name"), KEY)
LAST_S = 48 * 3600
"""How far back the list of attempts looks unless told otherwise."""


def _what(reason: str) -> Any:
    return REASONS[reason].what


SESSION_FILTERS = (
    Filter("qui", _("Qui"), lambda: Who.choices, by("who")),
    Filter("segment", _("Segment"), lambda: Segment.choices, by("segment")),
    Filter(
        "signale",
        _("À voir"),
        lambda: [("limite", _("trop de connexions")), ("memoire", _("admis de mémoire"))],
        lambda rows, value: rows.filter(
            **({"beyond_limit": True} if value == "limite" else {"cached": True})
        ),
    ),
)
EVENT_FILTERS = (
    Filter(
        "resultat",
        _("Résultat"),
        lambda: AuthOutcome.choices,
        by("outcome"),
    ),
    Filter("raison", _("Raison"), lambda: [(key, _what(key)) for key in REASONS], by("reason")),
    Filter("qui", _("Qui"), lambda: Who.choices, by("who")),
)


def open_sessions(site: Site) -> QuerySet[NetworkSession]:
    """Of a site, with what their row shows; names of owners are nowhere near."""
    rows = NetworkSession.objects.filter(site=site).open()
    return rows.select_related("credential__device__member__site", "nas")


def session_search(rows: QuerySet[NetworkSession], words: str) -> QuerySet[NetworkSession]:
    """By the end of a MAC address, an access point, the device's identifier."""
    for word in words.lower().split()[:4]:
        rows = rows.filter(
            Q(mac__icontains=word)
            | Q(access_point__icontains=word)
            | Q(credential__username__istartswith=word)
        )
    return rows


def event_search(rows: QuerySet[AuthEvent], words: str) -> QuerySet[AuthEvent]:
    """By the end of a MAC address, an access point, a realm."""
    for word in words.lower().split()[:4]:
        rows = rows.filter(
            Q(mac_end__icontains=word[-5:])
            | Q(access_point__icontains=word)
            | Q(realm__icontains=word)
        )
    return rows


def session_cells(rows: QuerySet[NetworkSession]) -> Iterator[list[object]]:
    """Rows of the sheet, read as values: of a hundred thousand, objects would cost most."""
    who, segments, platforms = _labels(Who), _labels(Segment), _labels(Platform)
    found = rows.values_list(
        "started_at", "who", "credential__device__platform", "segment", "vid", "access_point", "mac"
    )
    for at, kind, platform, segment, vid, point, mac in found.iterator(chunk_size=2000):
        yield [
            *(at, who.get(kind, ""), platforms.get(platform, ""), segments.get(segment, "")),
            *(vid, point, mac),
        ]


def attempt_cells(rows: QuerySet[AuthEvent]) -> Iterator[list[object]]:
    """Rows of the sheet of attempts, read as values."""
    outcomes, who, segments = _labels(AuthOutcome), _labels(Who), _labels(Segment)
    told = {reason: (str(one.what), str(one.todo)) for reason, one in REASONS.items()}
    found = rows.values_list(
        *("at", "outcome", "reason", "who", "segment", "vid", "method", "realm", "mac_end"),
        *("access_point", "cached"),
    )
    for at, outcome, reason, kind, segment, *rest in found.iterator(chunk_size=2000):
        words = told.get(reason, told["other"])
        yield [at, outcomes[outcome], *words, who.get(kind, ""), segments.get(segment, ""), *rest]


def _labels(choices: type[TextChoices]) -> dict[str, str]:
    """In the language of who asks, once a sheet."""
    return {one.value: str(one.label) for one in choices}


@dataclass(frozen=True, slots=True)
class Counts:
    """Open sessions of a site: per segment, None where fewer than five."""

    whole: int | None
    segments: list[tuple[str, int | None]]


def counts_of(site: Site, *, exact: bool) -> Counts:
    """One query. ``exact`` for who reads sessions one by one; others from five on."""
    rows = NetworkSession.objects.filter(site=site).open().values("segment")
    found = {row["segment"]: row["n"] for row in rows.annotate(n=Count("pk")).order_by()}
    tell = (lambda n: n) if exact else counted
    parts = [(str(one.label), tell(found.get(one.value, 0))) for one in Segment]
    return Counts(tell(sum(found.values())), parts)


@dataclass(frozen=True, slots=True)
class Memory:
    """That devices were let in from memory lately, because the platform did not answer."""

    n: int
    first: dt.datetime
    last: dt.datetime


def from_memory(site: Site, now: dt.datetime) -> Memory | None:
    """Of the last 24 hours; one query, on the index of the site."""
    rows = AuthEvent.objects.filter(site=site, cached=True, at__gt=now - dt.timedelta(days=1))
    times = list(rows.order_by("at").values_list("at", flat=True)[:5000])
    return Memory(len(times), times[0], times[-1]) if times else None


def clients_of(site: Site) -> QuerySet[Nas]:
    return Nas.objects.filter(site=site).in_use().select_related("device")


def is_silent(nas: Nas) -> bool:
    """Nothing heard for a day of a client that was heard once."""
    return nas.seen_at is not None and timezone.now() - nas.seen_at > dt.timedelta(days=1)
