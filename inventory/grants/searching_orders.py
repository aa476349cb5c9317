"""What orders and deliveries answer to the box: by their references and serial numbers."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from inventory.grants.models.orders.deliveries import Shipment
from inventory.grants.models.orders.purchases import Order, OrderState
from schools.finding import EACH, Group, Hit
from schools.models import User
from schools.words import Asked

SHORTEST = 3
"""« BL » alone would be every delivery."""


def orders(user: User, asked: Asked, alike: bool) -> Iterator[Group]:
    """Orders and deliveries that the person sees; a misspelt reference helps nobody."""
    text = asked.text.strip()
    if alike or len(text) < SHORTEST or not any(sign.isdecimal() for sign in text):
        return
    bought = Order.objects.visible_to(user).exclude(state=OrderState.BASKET)
    rows = bought.filter(reference__icontains=text).select_related("site__school")
    found = [
        Hit(
            row.pk,
            reverse("grants:order", args=[row.pk]),
            row.reference,
            " · ".join((str(row.get_state_display()), str(row.site))),
            exact=row.reference.lower() == text.lower(),
        )
        for row in rows[:EACH]
    ]
    yield Group("orders", _("Commandes"), "truck-delivery", found)
    named = Q(reference__icontains=text) | Q(lines__pieces__serial__iexact=text)
    brought = Shipment.objects.visible_to(user).filter(named).distinct()
    hits = [
        Hit(
            made.pk,
            reverse("grants:shipment", args=[made.pk]),
            made.reference,
            " · ".join((str(made.get_state_display()), made.supplier.name, str(made.site))),
            exact=made.reference.lower() == text.lower(),
        )
        for made in brought.select_related("supplier", "site__school")[:EACH]
    ]
    yield Group("shipments", _("Livraisons"), "package", hits)
