"""States of orders and deliveries as pages show them: colour, icon, word."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import capfirst

from inventory.grants.models.orders.deliveries import ShipmentState
from inventory.grants.models.orders.members import MemberState
from inventory.grants.models.orders.purchases import EventKind, OrderState
from inventory.grants.models.orders.replacements import ReplacementState
from inventory.grants.models.orders.supply import SupplyState


@dataclass(frozen=True, slots=True)
class Look:
    """A badge: the state whose colour it takes, an icon, a word."""

    colour: str
    icon: str
    word: str


_ORDERS = {
    OrderState.BASKET: ("unknown", "shopping-cart"),
    OrderState.SUBMITTED: ("suspect", "hourglass"),
    OrderState.VALIDATED: ("recover", "circle-check"),
    OrderState.SENT: ("planned", "send"),
    OrderState.ACKNOWLEDGED: ("planned", "truck-delivery"),
    OrderState.PARTIAL: ("suspect", "package"),
    OrderState.DELIVERED: ("ok", "circle-check"),
    OrderState.CANCELLED: ("unknown", "ban"),
}
_SUPPLIES = {
    SupplyState.SENT: ("suspect", "send"),
    SupplyState.ACKNOWLEDGED: ("planned", "truck-delivery"),
    SupplyState.PARTIAL: ("suspect", "package"),
    SupplyState.DELIVERED: ("ok", "circle-check"),
    SupplyState.CANCELLED: ("unknown", "ban"),
}
_SHIPMENTS = {
    ShipmentState.ANNOUNCED: ("planned", "truck-delivery"),
    ShipmentState.ARRIVED: ("degraded", "clipboard-check"),
    ShipmentState.SIGNED: ("ok", "circle-check"),
    ShipmentState.CANCELLED: ("unknown", "ban"),
}
_MEMBERS = {
    MemberState.REQUESTED: ("suspect", "hourglass"),
    MemberState.ACCEPTED: ("ok", "circle-check"),
    MemberState.REFUSED: ("down", "circle-x"),
    MemberState.ENDED: ("unknown", "ban"),
}
_CLAIMS = {
    ReplacementState.ASKED: ("suspect", "hourglass"),
    ReplacementState.GRANTED: ("planned", "truck-delivery"),
    ReplacementState.DONE: ("ok", "circle-check"),
    ReplacementState.REFUSED: ("down", "circle-x"),
}
EVENTS = {
    EventKind.CREATED: ("planned", "plus"),
    EventKind.SUBMITTED: ("suspect", "hourglass"),
    EventKind.RETURNED: ("down", "arrow-back-up"),
    EventKind.VALIDATED: ("recover", "check"),
    EventKind.SENT: ("planned", "send"),
    EventKind.ACKNOWLEDGED: ("planned", "circle-check"),
    EventKind.PLANNED: ("planned", "calendar"),
    EventKind.BACKORDERED: ("degraded", "alert-triangle"),
    EventKind.SHIPPED: ("planned", "truck-delivery"),
    EventKind.ARRIVED: ("degraded", "package"),
    EventKind.SIGNED: ("ok", "writing-sign"),
    EventKind.REPLACED: ("recover", "replace"),
    EventKind.COLLECTED: ("recover", "truck-return"),
    EventKind.CANCELLED: ("down", "ban"),
}


def order_look(state: str) -> Look:
    """Of an order of a school."""
    return Look(*_ORDERS[OrderState(state)], capfirst(str(OrderState(state).label)))


def supply_look(state: str) -> Look:
    """Of an order to a supplier."""
    return Look(*_SUPPLIES[SupplyState(state)], capfirst(str(SupplyState(state).label)))


def shipment_look(state: str) -> Look:
    """Of a delivery."""
    return Look(*_SHIPMENTS[ShipmentState(state)], capfirst(str(ShipmentState(state).label)))


def member_look(state: str) -> Look:
    """Of a membership."""
    return Look(*_MEMBERS[MemberState(state)], capfirst(str(MemberState(state).label)))


def claim_look(state: str) -> Look:
    """Of a claim under warranty."""
    return Look(*_CLAIMS[ReplacementState(state)], capfirst(str(ReplacementState(state).label)))
