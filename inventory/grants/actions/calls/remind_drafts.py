"""Tell the authors of a draft, its head and its PO that the deadline comes: once per step."""

from __future__ import annotations

import datetime as dt
import logging
import smtplib

from django.conf import settings
from django.core.mail import get_connection, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from inventory.grants.access.calls.lacks import missing_in
from inventory.grants.actions.calls.receipts import readers_of
from inventory.grants.models.calls.applications import Application
from inventory.grants.models.calls.files import ApplicationReminder

log = logging.getLogger(__name__)
STEPS = (
    ("1d", dt.timedelta(days=1)),
    ("3d", dt.timedelta(days=3)),
    ("7d", dt.timedelta(days=7)),
)
"""The nearest first: who begins two days before the end is told once, of three days."""
AT_MOST = 1000


def remind_drafts(now: dt.datetime) -> int:
    """Tell who is to be told now; twice an hour is as good as once. How many letters left."""
    sent = 0
    server = get_connection()
    try:
        server.open()
        for n, (step, before) in enumerate(STEPS):
            nearer = STEPS[n - 1][1] if n else dt.timedelta(0)
            sent += _step(server, step, now + nearer, now + before, now)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("the mail server takes no reminders (%s)", type(error).__name__)
    finally:
        server.close()
    return sent


def _step(
    server: BaseEmailBackend, step: str, after: dt.datetime, until: dt.datetime, now: dt.datetime
) -> int:
    told = ApplicationReminder.objects.filter(
        application=OuterRef("pk"), step=step, closes_at=OuterRef("version__closes_at")
    )
    due = (
        Application.objects.filter(
            ~Exists(told),
            call__current=F("version"),
            version__closes_at__gt=after,
            version__closes_at__lte=until,
        )
        .in_hand()
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return sum(_tell(server, pk, step, now) for pk in list(due[:AT_MOST]))


def _tell(server: BaseEmailBackend, pk: int, step: str, now: dt.datetime) -> int:
    """Written down as told first: whoever dies here writes one letter less, never a second one."""
    rows = Application.objects.select_related("site__school__authority", "version", "form", "call")
    with transaction.atomic():
        application = rows.get(pk=pk)
        _row, new = ApplicationReminder.objects.get_or_create(
            application=application,
            step=step,
            closes_at=application.version.closes_at,
            defaults={"at": now},
        )
    return _mail(server, application, now) if new else 0


def _mail(server: BaseEmailBackend, application: Application, now: dt.datetime) -> int:
    lacking = missing_in(application, timezone.localdate(now))
    sent = 0
    for person in readers_of(application):
        with translation.override(person.language):
            subject, text = _words(application, len(lacking))
            try:
                sent += send_mail(subject, text, None, [person.email], connection=server)
            except smtplib.SMTPRecipientsRefused:
                log.warning("reminder of %s: an address is refused", application.pk)
    return sent


def _words(application: Application, lacking: int) -> tuple[str, str]:
    closes = timezone.localtime(application.version.closes_at)
    said = {
        "reference": application.reference,
        "title": application.title,
        "call": application.version.title,
        "closes": f"{closes:%d/%m/%Y, %H:%M}",
        "state": application.get_state_display(),
        "n": lacking,
        "link": settings.PREAU_URL + reverse("grants:application", args=[application.pk]),
    }
    text = _(
        "Bonjour,\n\nLe dossier %(reference)s, «\u00a0%(title)s\u00a0», n’est pas encore envoyé "
        "(état\u00a0: %(state)s).\nL’appel «\u00a0%(call)s\u00a0» clôture le %(closes)s.\n"
        "Réponses qui manquent\u00a0: %(n)d.\n\n"
        "Complétez-le, faites-le signer et envoyez-le\u00a0:\n"
        "%(link)s\n\nPréau"
    )
    return _("%(reference)s n’est pas encore envoyé") % said, text % said
