"""Tell the school that a delivery is coming, has arrived, waits for a signature: once each.

The pages say it as long as it lasts; the letter leaves once per delivery and reason.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.actions.mail_notices import LETTERS, Letter
from inventory.actions.mail_notices import mail_notices as mail_claimed
from inventory.grants.models.orders.deliveries import Shipment, ShipmentState
from inventory.grants.models.orders.notices import DeliveryNotice, DeliveryNoticeKind
from inventory.grants.rules.orders import UNSIGNED_DAYS
from schools.models import Role, RoleKind, User

TOLD = frozenset({RoleKind.HEAD.value, RoleKind.CONTACT.value})


def note_deliveries(today: dt.date) -> int:
    """Write down whom to tell; twice is as good as once. How many notices are new."""
    old = today - dt.timedelta(days=UNSIGNED_DAYS)
    arrived = Q(state=ShipmentState.ARRIVED)
    reasons = (
        (DeliveryNoticeKind.COMING, Q(state=ShipmentState.ANNOUNCED)),
        (DeliveryNoticeKind.ARRIVED, arrived),
        (DeliveryNoticeKind.UNSIGNED, arrived & Q(arrived_on__lte=old)),
    )
    return sum(_note(kind, found, today) for kind, found in reasons)


def _note(kind: DeliveryNoticeKind, found: Q, today: dt.date) -> int:
    told = DeliveryNotice.objects.filter(kind=kind)
    before = told.count()
    rows = Shipment.objects.filter(found).exclude(pk__in=told.values("shipment"))
    for made in rows.select_related("site", "order"):
        DeliveryNotice.objects.bulk_create(
            (
                DeliveryNotice(shipment=made, kind=kind, person_id=person)
                for person in sorted(_people(made, today))
            ),
            ignore_conflicts=True,
        )
    return told.count() - before


def _people(made: Shipment, today: dt.date) -> set[int]:
    """The teacher who bought it; else head and contacts of the school in function."""
    if made.order.buyer_id is not None:
        return {made.order.buyer_id}
    roles = Role.objects.live(today).filter(kind__in=TOLD, user__is_active=True)
    here = roles.filter(Q(site=made.site_id) | Q(school=made.site.school_id))
    return set(here.values_list("user", flat=True))


def mail_deliveries(limit: int = LETTERS) -> int:
    """One letter a person, whatever the number of deliveries. How many left."""
    return mail_claimed(DeliveryNotice.objects.all(), _letter, limit)


def _letter(person: User, keys: list[int]) -> Letter | None:
    """What still holds: a delivery that was signed meanwhile is left out."""
    rows = DeliveryNotice.objects.filter(
        pk__in=keys,
        shipment__state__in=(ShipmentState.ANNOUNCED, ShipmentState.ARRIVED),
        shipment__in=Shipment.objects.visible_to(person).values("pk"),
    ).select_related("shipment__site__school", "shipment__supplier")
    lines = [_line(row) for row in rows]
    if not lines:
        return None
    subject = ngettext(
        "Une livraison pour votre école", "%(n)d livraisons pour votre école", len(lines)
    )
    text = _(
        "Bonjour,\n\n%(lines)s\n\nComptez, scannez et signez ici\u00a0:\n%(link)s\n\n"
        "Ce message n’est envoyé qu’une fois par livraison et par étape.\n\nPréau"
    ) % {
        "lines": "\n".join(lines),
        "link": settings.PREAU_URL + reverse("grants:my_deliveries"),
    }
    return Letter(subject % {"n": len(lines)}, text)


def _line(row: DeliveryNotice) -> str:
    made = row.shipment
    told = {
        "ref": made.reference,
        "supplier": made.supplier.name,
        "site": str(made.site),
        "day": "",
    }
    if row.kind == DeliveryNoticeKind.COMING:
        told["day"] = f"{made.planned_on:%d/%m/%Y} {made.slot}".strip() if made.planned_on else "?"
        return _("– %(ref)s (%(supplier)s), %(site)s\u00a0: prévue le %(day)s") % told
    told["day"] = f"{made.arrived_on:%d/%m/%Y}" if made.arrived_on else ""
    if row.kind == DeliveryNoticeKind.ARRIVED:
        return _("– %(ref)s (%(supplier)s), %(site)s\u00a0: arrivée le %(day)s, à signer") % told
    return (
        _("– %(ref)s (%(supplier)s), %(site)s\u00a0: attend une signature depuis le %(day)s") % told
    )
