"""Write an entry of the stock ledger: once per key, and never below nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.access.consumables import can_keep_store, require
from inventory.models import Consumable, Movement, StockEntry, StockLine, Store
from schools.actions.audit import record_action
from schools.models import User

MOST = 100_000
"""Of one gesture; more is a slip of the finger."""


class StockImpossible(ValueError):
    """A movement that the stock does not allow; the text says why and what to do."""


def store_for(actor: User, pk: int) -> Store:
    """The store, if the person sees and keeps it. Raises Store.DoesNotExist, StockRefused."""
    seen = Store.objects.visible_to(actor).select_related("site__school", "authority", "holder")
    store = seen.get(pk=pk)
    require(can_keep_store(actor, store))
    return store


def require_some(quantity: int) -> None:
    """Raises StockImpossible for nothing, less than nothing, and far too much."""
    if not 1 <= quantity <= MOST:
        raise StockImpossible(_("Entrez une quantité entre 1 et %(most)d.") % {"most": MOST})


def write_gesture(
    actor: User,
    store: Store,
    consumable: Consumable,
    movement: Movement,
    quantity: int,
    *,
    verb: str,
    key: UUID,
    **more: Any,
) -> StockEntry:
    """So many of a thing, in or out of a store: checked, written once per key, told the journal.

    Raises Store.DoesNotExist where unseen, StockRefused, StockImpossible.
    """
    here = store_for(actor, store.pk)
    require_some(quantity)
    signed = -quantity if movement is Movement.USED else quantity
    entry, fresh = write_entry(actor, here, consumable, movement, signed, key=key, **more)
    if fresh:
        record_action(actor, verb, entry, site=here.site, after=told(entry))
    return entry


def write_entry(
    actor: User,
    store: Store,
    consumable: Consumable,
    movement: Movement,
    quantity: int,
    *,
    key: UUID,
    **more: Any,
) -> tuple[StockEntry, bool]:
    """The entry, and whether it is new: a key that came before gives what it wrote.

    Raises StockImpossible where too little is left, or where the key came with other words.
    """
    values = {"movement": movement.value, "quantity": quantity}
    if known := _known(store, consumable, key, values):
        return known, False
    try:
        with transaction.atomic():
            entry = StockEntry.objects.create(
                store=store,
                consumable=consumable,
                actor=actor,
                actor_text=str(actor),
                key=key,
                **values,
                **more,
            )
    except IntegrityError as error:
        if known := _known(store, consumable, key, values):
            return known, False  # the same gesture was quicker through another door
        if 'relation "inventory_stockline"' not in str(error):
            raise
        raise StockImpossible(_short(store, consumable, -quantity)) from error
    entry.refresh_from_db(fields=["balance"])
    return entry, True


def _known(
    store: Store, consumable: Consumable, key: UUID, values: dict[str, Any]
) -> StockEntry | None:
    known = StockEntry.objects.filter(key=key, store=store, consumable=consumable).first()
    if known is not None and any(getattr(known, name) != said for name, said in values.items()):
        raise StockImpossible(
            _("Ce geste a déjà été envoyé avec une autre quantité. Ouvrez un nouveau formulaire.")
        )
    return known


def _short(store: Store, consumable: Consumable, wanted: int) -> str:
    line = StockLine.objects.filter(store=store, consumable=consumable).first()
    told = {"left": line.quantity if line else 0, "name": consumable.name, "wanted": wanted}
    return (
        _(
            "Il reste %(left)d « %(name)s », vous en prenez %(wanted)d. Recomptez le stock, ou"
            " prenez moins."
        )
        % told
    )


def told(entry: StockEntry) -> dict[str, Any]:
    """What the journal keeps of it."""
    return {
        "consumable": entry.consumable.name,
        "quantity": entry.quantity,
        "balance": entry.balance,
    }
