"""The follow-up report of a project: write, send, read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import IO, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.actions.keep_network import ChangedMeanwhile
from inventory.grants.access.returns import can_read_reports, can_report
from inventory.grants.models.returns.follow_ups import FollowUp, FollowUpPhoto, FollowUpState
from inventory.grants.models.returns.obligations import Obligation
from inventory.models import Booking, Device, DeviceState
from inventory.models.booking import SHOWN
from inventory.models.devices import Origin
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User
from schools.photos import reencode

MAX_PHOTOS = 6
WEEKS = 12
"""The weeks before today over which bookings are averaged."""


def known_uses(obligation: Obligation, now: dt.datetime) -> dict[str, Any]:
    """What the platform knows of the equipment's use, so that nobody types it: bookings a week at
    the site over the last weeks, granted devices in use."""
    since = now - dt.timedelta(weeks=WEEKS)
    bookings = Booking.objects.filter(
        bookable__site=obligation.site,
        state__in=SHOWN,
        span__startswith__gte=since,
        span__startswith__lte=now,
    ).count()
    devices = Device.objects.filter(
        site=obligation.site,
        origin=Origin.GRANT,
        installed_on__gte=timezone.localdate(obligation.award.decided_at),
    ).aggregate(n=Count("pk"))["n"]
    in_use = Device.objects.filter(
        site=obligation.site,
        origin=Origin.GRANT,
        installed_on__gte=timezone.localdate(obligation.award.decided_at),
        state__in=[DeviceState.INSTALLED, DeviceState.LENT],
    ).count()
    return {
        "bookings_a_week": round(bookings / WEEKS, 1),
        "weeks": WEEKS,
        "devices": devices,
        "devices_in_use": in_use,
    }


def write_report(
    user: User, obligation: Obligation, values: Mapping[str, Any], seen: int
) -> FollowUp:
    """Keep a draft. ``seen`` 0: there was none yet. Raises DecisionRefused, ChangedMeanwhile."""
    require(can_report(user, obligation))
    with transaction.atomic():
        row = _hold(obligation)
        if row.version != seen and not (seen == 0 and row.version == 1):
            raise ChangedMeanwhile(row)
        _expect_draft(row)
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=[*values])
        row.refresh_from_db(fields=["version", "changed_at"])
    return row


def add_photo(
    user: User, obligation: Obligation, file: IO[bytes], size: int, caption: str
) -> FollowUpPhoto:
    """A photo without pupils. Raises PhotoRefused, DecisionImpossible."""
    require(can_report(user, obligation))
    content = reencode(file, size)
    with transaction.atomic():
        row = _hold(obligation)
        _expect_draft(row)
        if row.photos.count() >= MAX_PHOTOS:
            raise DecisionImpossible(_("Six photos au plus\u00a0: choisissez les plus parlantes."))
        photo = FollowUpPhoto(follow_up=row, caption=caption.strip()[:200], size=len(content))
        photo.file.save("photo.jpg", ContentFile(content), save=False)
        photo.save()
    return photo


def send_report(user: User, obligation: Obligation, no_pupils: bool, now: dt.datetime) -> FollowUp:
    """Send it to the SPW, with what the platform knows on that day."""
    require(can_report(user, obligation))
    with transaction.atomic():
        row = _hold(obligation)
        _expect_draft(row)
        if row.pupils is None or not row.uses.strip():
            raise DecisionImpossible(
                _("Dites d’abord combien d’élèves sont concernés et ce qui a été fait.")
            )
        if row.photos.exists() and not no_pupils:
            raise DecisionImpossible(_("Confirmez qu’aucun élève n’est reconnaissable en photo."))
        row.state, row.seen = FollowUpState.SENT, known_uses(obligation, now)
        row.sent_by, row.sent_by_text, row.sent_at = user, str(user), now
        row.save(update_fields=["state", "seen", "sent_by", "sent_by_text", "sent_at"])
        after = {"state": row.state, "pupils": row.pupils}
        record_action(user, "send_follow_up", row, site=obligation.site, after=after)
        announce("obligation", obligation.pk, site=obligation.site_id)
    return row


def read_report(user: User, report: FollowUp, answer: str, now: dt.datetime) -> FollowUp:
    """An officer has read it; a second click changes nothing."""
    require(can_read_reports(user))
    with transaction.atomic():
        row = FollowUp.objects.select_for_update(of=("self",)).get(pk=report.pk)
        if row.state == FollowUpState.DRAFT:
            raise DecisionImpossible(_("Ce rapport n’est pas encore envoyé."))
        if row.state == FollowUpState.READ:
            return row
        row.state, row.read_by, row.read_at = FollowUpState.READ, user, now
        row.answer = answer.strip()[:2000]
        row.save(update_fields=["state", "read_by", "read_at", "answer"])
        site = report.obligation.site
        record_action(user, "read_follow_up", row, site=site, after={"state": row.state})
        announce("obligation", row.obligation_id, site=site.pk)
    return row


def _hold(obligation: Obligation) -> FollowUp:
    """The report of a project, made with its first word; locked."""
    FollowUp.objects.get_or_create(obligation=obligation)
    return FollowUp.objects.select_for_update(of=("self",)).get(obligation=obligation)


def _expect_draft(row: FollowUp) -> None:
    if row.state != FollowUpState.DRAFT:
        raise DecisionImpossible(_("Ce rapport est envoyé\u00a0: il reste tel que le SPW le lit."))
