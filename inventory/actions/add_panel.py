"""Enter a patch panel or a wall socket with both sides of its positions."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from inventory.access import require
from inventory.access.network import can_keep_network
from inventory.actions.keep_network import NetworkRefused
from inventory.actions.note_moves import note_moves
from inventory.models import Category, Device, Port, PortKind, Product, Side
from inventory.network_words import refusal_of
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Room, Site, User

GENERIC = "Générique"
"""The catalogue is data: its names are not translated."""


def add_panel(
    user: User, site: Site, *, name: str, category: str, positions: int, room: Room | None
) -> Device:
    """A passive device whose position ``n`` passes front ``n`` on to rear ``n``.

    Raises DecisionRefused, and NetworkRefused for a name that the site has.
    """
    require(can_keep_network(user, site))
    with transaction.atomic():
        product, _new = Product.objects.get_or_create(
            maker=GENERIC,
            model=_model(category, positions),
            defaults={"category": category},
        )
        try:
            with transaction.atomic():
                panel = Device.objects.create(site=site, room=room, product=product, name=name)
        except IntegrityError as error:
            if (refusal := refusal_of(error)) is None:
                raise
            raise NetworkRefused(*refusal) from None
        Port.objects.bulk_create(panel_ports(panel, positions))
        note_moves([panel.pk], user)
        record_action(user, "add_panel", panel, site=site, after={"positions": positions})
        announce("device", panel.pk, site=site.pk)
    return panel


def panel_ports(panel: Device, positions: int, kind: str = PortKind.COPPER) -> list[Port]:
    """Both sides of each position, not saved yet."""
    return [
        Port(
            device=panel,
            name=str(n) if side == Side.FRONT else f"{n} arrière",
            number=n,
            kind=kind,
            side=side,
        )
        for n in range(1, positions + 1)
        for side in (Side.FRONT, Side.REAR)
    ]


def _model(category: str, positions: int) -> str:
    if category == Category.SOCKET:
        return f"Prise murale {positions}"
    return f"Panneau {positions} positions"
