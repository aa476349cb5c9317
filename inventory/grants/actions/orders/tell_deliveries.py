"""Tell the school that a delivery is coming, has arrived, waits for a signature: once each.

The pages say it as long as it lasts; the letter leaves once per delivery and reason.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib

from django.conf import settings
from django.core.mail import get_connection, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.grants.models.orders.deliveries import Shipment, ShipmentState
from inventory.grants.models.orders.notices import DeliveryNotice, DeliveryNoticeKind
from inventory.grants.rules.orders import UNSIGNED_DAYS
from schools.models import Role, RoleKind, User

log = logging.getLogger(__name__)
TOLD = frozenset({RoleKind.HEAD.value, RoleKind.CONTACT.value})
LETTERS = 2000
"""Of one call; the rest leaves with the next one."""


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
    """One letter a person, whatever the number of deliveries; how many left. Any number of
    workers share them; whoever dies while sending writes one letter less, never a second one."""
    server, sent = get_connection(), 0
    try:
        server.open()
        for _n in range(limit):
            claimed = _claim()
            if claimed is None:
                break
            sent += _mail(server, *claimed)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("the mail server takes no notices (%s)", type(error).__name__)
    finally:
        server.close()
    return sent


@transaction.atomic
def _claim() -> tuple[User, list[int]] | None:
    """A person and what they are to be told, written down as told; None: nobody is left."""
    row = DeliveryNotice.objects.unsent().select_for_update(skip_locked=True).first()
    if row is None:
        return None
    mine = DeliveryNotice.objects.unsent().filter(person=row.person_id)
    keys = list(mine.select_for_update(skip_locked=True).values_list("pk", flat=True))
    DeliveryNotice.objects.filter(pk__in=keys).update(mailed_at=timezone.now())
    return User.objects.get(pk=row.person_id), keys


def _mail(server: BaseEmailBackend, person: User, keys: list[int]) -> bool:
    """What still holds: a delivery that was signed meanwhile is left out."""
    rows = DeliveryNotice.objects.filter(
        pk__in=keys,
        shipment__state__in=(ShipmentState.ANNOUNCED, ShipmentState.ARRIVED),
        shipment__in=Shipment.objects.visible_to(person).values("pk"),
    ).select_related("shipment__site__school", "shipment__supplier")
    with translation.override(person.language):
        lines = [_line(row) for row in rows]
        if not lines or not person.email:
            return False
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
        try:
            send_mail(subject % {"n": len(lines)}, text, None, [person.email], connection=server)
        except smtplib.SMTPRecipientsRefused:
            log.warning("notices %s: the address is refused", keys)
            return False
    return True


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
