"""Tell those who wait that their slot is free: the first in order, then the next after a while."""

from __future__ import annotations

import datetime as dt
import logging
import smtplib

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from inventory.booking.school_days import day_words, periods_words
from inventory.models import Wish

log = logging.getLogger(__name__)

AHEAD = dt.timedelta(hours=2)
"""How long the first one is told alone. Nothing is held for them meanwhile."""
BATCH = 50

_TELL = """
UPDATE inventory_wish SET told_at = %(now)s WHERE id IN (
    SELECT DISTINCT ON (w.bookable_id, w.span) w.id
      FROM inventory_wish w JOIN inventory_bookable b ON b.id = w.bookable_id
     WHERE w.closed_at IS NULL AND w.told_at IS NULL AND lower(w.span) > %(now)s
       AND b.withdrawn_on IS NULL
       AND (%(bookable)s::bigint IS NULL OR w.bookable_id = %(bookable)s)
       AND NOT EXISTS (
           SELECT FROM inventory_booking k
            WHERE k.bookable_id = w.bookable_id AND k.state IN ('asked', 'booked', 'out')
              AND k.blocked && tstzrange(
                  lower(w.span), upper(w.span) + b.buffer_min * interval '1 minute'))
       AND NOT EXISTS (
           SELECT FROM inventory_wish o
            WHERE o.bookable_id = w.bookable_id AND o.closed_at IS NULL AND o.span && w.span
              AND o.told_at > %(after)s)
     ORDER BY w.bookable_id, w.span, w.made_at, w.id)
  AND told_at IS NULL
RETURNING id
"""


def tell_waiting(now: dt.datetime, bookable: int | None = None) -> list[int]:
    """Mark whose turn it is, by key: one statement for all, or for one bookable. Their page says
    it at once; :func:`mail_waiting` writes to them."""
    with connection.cursor() as cursor:
        cursor.execute(_TELL, {"now": now, "bookable": bookable, "after": now - AHEAD})
        return [row[0] for row in cursor.fetchall()]


def mail_waiting(limit: int = BATCH) -> int:
    """Write to those who were told; return how many letters left. Any number of workers share
    them; whoever dies while sending writes one letter twice at the most."""
    sent = 0
    for _n in range(limit):
        with transaction.atomic():
            rows = Wish.objects.filter(told_at__isnull=False, mailed_at=None, closed_at=None)
            wish = rows.select_for_update(skip_locked=True, of=("self",)).first()
            if wish is None:
                return sent
            wish.mailed_at = timezone.now()
            wish.save(update_fields=["mailed_at"])
        sent += _mail(
            Wish.objects.select_related("person", "bookable__site__school").get(pk=wish.pk)
        )
    return sent


def _mail(wish: Wish) -> bool:
    with translation.override(wish.person.language):
        day = timezone.localtime(wish.span.lower).date()
        told = {
            "what": wish.bookable.name,
            "day": day_words(day),
            "periods": periods_words(wish.periods),
            "where": str(wish.bookable.site),
            "link": settings.PREAU_URL + reverse("inventory:my_bookings"),
        }
        subject = _("%(what)s est libre, %(day)s") % told
        text = _(
            "Bonjour,\n\n%(what)s (%(where)s) est libre : %(day)s, %(periods)s.\n"
            "Rien n’est retenu pour vous : réservez tant qu’il est libre.\n\n%(link)s\n\nPréau"
        )
        try:
            send_mail(subject, text % told, None, [wish.person.email])
        except (OSError, smtplib.SMTPException) as error:
            log.warning("wish %s: the letter did not leave (%s)", wish.pk, type(error).__name__)
            return False
    return True
