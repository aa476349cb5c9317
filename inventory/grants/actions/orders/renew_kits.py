"""The yearly renewal: a draft of every kit at its new price, looked at, published together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.actions.device_writing import FactsRefused
from inventory.actions.write_kit import copy_version, publish_version
from inventory.grants.access.orders import can_keep_market
from inventory.grants.models.orders.market import MarketLot
from inventory.grants.rules.orders import step_percent
from inventory.models import Kit, KitVersion
from schools.actions.audit import record_action
from schools.models import User


@dataclass(frozen=True, slots=True)
class Renewal:
    """A kit as the table of the renewal shows it."""

    kit: Kit
    current: KitVersion
    draft: KitVersion | None
    lot: MarketLot | None
    """That covers it on the first day of the renewal; None: nobody would deliver it."""

    @property
    def price(self) -> Decimal:
        """The price that the field begins with."""
        return self.draft.price if self.draft else self.current.price

    @property
    def step(self) -> Decimal:
        """By how many percent the draft moves the price."""
        return step_percent(self.current.price, self.price)


def renewals(first_day: dt.date, today: dt.date) -> list[Renewal]:
    """Kits that are offered today, with their drafts; three queries for any number."""
    versions = KitVersion.objects.order_by("-number")
    kits = Kit.objects.prefetch_related(Prefetch("versions", versions, to_attr="all_versions"))
    lots = (
        MarketLot.objects.in_force(first_day).order_by("starts_on", "pk").prefetch_related("kits")
    )
    lot_of = {one.kit_id: lot for lot in lots for one in lot.kits.all()}
    found = []
    for kit in kits:
        rows: list[KitVersion] = kit.all_versions
        offered = [v for v in rows if v.is_frozen and _is_offered(v, today)]
        if offered:
            draft = next((v for v in rows if not v.is_frozen), None)
            found.append(Renewal(kit, offered[0], draft, lot_of.get(kit.pk)))
    return found


def _is_offered(version: KitVersion, today: dt.date) -> bool:
    over = version.valid_to is not None and version.valid_to < today
    return version.valid_from <= today and not over


@transaction.atomic
def prepare_renewal(
    user: User, prices: Mapping[int, Decimal], first_day: dt.date, today: dt.date
) -> list[KitVersion]:
    """A draft for each of these kits: a copy of what is offered, at the new price, from that day.

    ``prices``: kit → price. Kits without one stay as they are. Prepared again, the drafts are
    written anew. Raises DecisionRefused, FactsRefused by kit.
    """
    require(can_keep_market(user))
    if first_day <= today:
        raise FactsRefused({"first_day": _("Le premier jour est demain, ou plus tard.")})
    known = {one.kit.pk: one for one in renewals(first_day, today)}
    made, errors = [], {}
    for key, price in prices.items():
        one = known.get(key)
        if one is None:
            errors[f"kit_{key}"] = _("Ce kit n’est plus proposé.")
        elif not 0 <= price < Decimal(10) ** 8 or price != price.quantize(Decimal("0.01")):
            errors[f"kit_{key}"] = _(
                "Un montant en euros est attendu, avec deux décimales au plus."
            )
        elif one.current.valid_from >= first_day:
            errors[f"kit_{key}"] = _("La version en cours commence ce jour-là ou après.")
        else:
            made.append(_draft(user, one, price, first_day))
    if errors:
        raise FactsRefused(errors)
    if not made:
        raise DecisionImpossible(_("Aucun kit à renouveler."))
    after = {"kits": len(made), "first_day": first_day.isoformat()}
    record_action(user, "prepare_renewal", made[0].kit, after=after)
    return made


def _draft(user: User, one: Renewal, price: Decimal, first_day: dt.date) -> KitVersion:
    draft = copy_version(user, one.current.pk)
    draft.price, draft.valid_from = price, first_day
    draft.save(update_fields=["price", "valid_from"])
    return draft


@transaction.atomic
def publish_renewal(user: User, drafts: Iterable[int]) -> int:
    """Publish these drafts, all or none. Those that were published meanwhile count as done.

    Raises DecisionRefused, DecisionImpossible naming the kit that stands against it.
    """
    require(can_keep_market(user))
    count = 0
    for pk in sorted(set(drafts)):
        version = KitVersion.objects.select_related("kit").filter(pk=pk).first()
        if version is None:
            raise DecisionImpossible(
                _("Un des brouillons n’existe plus\u00a0: relisez le tableau.")
            )
        try:
            publish_version(user, pk)
        except DecisionImpossible as refused:
            raise DecisionImpossible(f"{version.kit}\u00a0: {refused}") from None
        count += 1
    if not count:
        raise DecisionImpossible(_("Choisissez au moins un kit."))
    return count
