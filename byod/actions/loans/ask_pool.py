"""A school asks a shared pool for devices: they are set aside at once, for granted requests.

All of them or none. Two schools that ask for the last one queue at the pool: one gets it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from byod.access.loans.desk import can_lend
from byod.actions.loans.drawing import held_by, lock_shared, room_in, too_few
from byod.actions.loans.reserve import reserve_device
from byod.loan_days import due_day
from byod.models.equity.requests import LoanRequest, LoanRequestQuerySet, RequestState
from byod.models.loans.loans import TAKEN, Loan
from byod.models.loans.pools import LoanPool, PoolItem, PoolItemQuerySet
from inventory.access import DecisionImpossible, require
from schools.models import Site, User

AT_MOST = 60
"""Devices asked for at a time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """``held``: what the page said that the site has of this pool: a form sent twice asks once."""

    count: int
    due_on: dt.date
    held: int
    product: int | None = None


@transaction.atomic
def ask_pool(user: User, pool_pk: int, site_pk: int, asked: Asked) -> list[Loan]:
    """Reserve devices for the requests of the site that were granted first.

    Raises LoanPool.DoesNotExist, Site.DoesNotExist where unseen, DecisionRefused,
    DecisionImpossible.
    """
    site = Site.objects.visible_to(user).select_related("school").get(pk=site_pk)
    if not LoanPool.objects.visible_to(user).of_site(site).filter(pk=pool_pk).exists():
        raise LoanPool.DoesNotExist
    require(can_lend(user, site))
    pool = lock_shared(pool_pk).get(pool_pk)
    if pool is None:
        raise LoanPool.DoesNotExist
    today = timezone.localdate()
    if asked.due_on <= today:
        raise DecisionImpossible(_("Choisissez un jour à venir."))
    if held_by(pool, site) != asked.held:
        raise DecisionImpossible(
            _("Votre école vient de puiser dans cette réserve. Voyez ce qu’elle a, et recommencez.")
        )
    requests = _requests(site, asked.count)
    items = _items(pool, site, asked)
    due_on = due_day(site, asked.due_on, today)
    return [
        reserve_device(user, request, item, due_on)
        for request, item in zip(requests, items, strict=True)
    ]


def waiting_at(site: Site) -> LoanRequestQuerySet:
    """Granted requests of a device for which none is set aside."""
    held = Loan.objects.filter(request=OuterRef("pk"), state__in=TAKEN)
    rows = LoanRequest.objects.filter(
        site=site, state=RequestState.GRANTED, wants_device=True,
        member__isnull=False, member__left_on=None,
    )  # fmt: skip
    return rows.exclude(Exists(held))


def _requests(site: Site, count: int) -> list[int]:
    if not 1 <= count <= AT_MOST:
        raise DecisionImpossible(_("Demandez de 1 à %(n)d appareils.") % {"n": AT_MOST})
    rows = waiting_at(site).order_by("decided_at", "pk")
    found = list(rows.values_list("pk", flat=True)[:count])
    if len(found) < count:
        words = ngettext(
            "%(n)d demande accordée attend un appareil\u00a0: n’en demandez pas plus.",
            "%(n)d demandes accordées attendent un appareil\u00a0: n’en demandez pas plus.",
            len(found),
        )
        raise DecisionImpossible(words % {"n": len(found)})
    return found


def free_in(pool: LoanPool, product: int | None = None) -> PoolItemQuerySet:
    """Devices of the pool that could leave it now."""
    rows = PoolItem.objects.in_pool().free().filter(pool=pool)
    return rows.filter(device__product=product) if product is not None else rows


def _items(pool: LoanPool, site: Site, asked: Asked) -> list[int]:
    room = room_in(pool, site)
    if room is not None and room < asked.count:
        raise DecisionImpossible(
            _("Votre part de cette réserve est prise\u00a0: %(n)d appareil(s) encore.")
            % {"n": room}
        )
    rows = free_in(pool, asked.product).order_by("device__name", "pk")
    found = list(rows.values_list("pk", flat=True)[: asked.count])
    if len(found) < asked.count:
        raise DecisionImpossible(too_few(len(found)))
    return found
