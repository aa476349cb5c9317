"""Write to people before a device's access ends: 30 days, and 7; to a minor's guardian as well.

On school days alone. One letter a person, whatever their number of devices; who renewed meanwhile
gets none. The page of the device renews with one tap.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import get_connection, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from byod.actions.people.links import make_link
from byod.actions.people.read_names import names_for_letters
from byod.loan_days import open_days
from byod.models.network.reminders import CredentialReminder
from byod.models.people.devices import Credential
from byod.models.people.members import Member, MemberKind
from inventory.actions.mail_notices import LETTERS, Letter
from schools.models import Site

log = logging.getLogger(__name__)
RUNGS = (7, 30)
"""Days before the end, the nearest first: a device of which both are due is told once."""


def note_endings(now: dt.datetime) -> int:
    """Write down whom to tell today; twice is as good as once. How many are new."""
    today = timezone.localdate(now)
    rows = (
        Credential.objects.live(now)
        .filter(expires_at__lte=now + dt.timedelta(days=max(RUNGS)))
        .filter(device__lost_at=None, device__removed_at=None)
        .filter(device__member__in=Member.objects.authorised().values("pk"))
        .exclude(device__member__kind=MemberKind.GUEST)
        .select_related("device__member")
    )
    by_site: dict[int, list[Credential]] = {}
    for row in rows.order_by("pk"):
        by_site.setdefault(row.device.member.site_id, []).append(row)
    before = CredentialReminder.objects.count()
    for site in Site.objects.filter(pk__in=by_site).select_related("school"):
        if open_days(site, today)(today):
            made = [one for row in by_site[site.pk] for one in _due(row, now)]
            CredentialReminder.objects.bulk_create(made, ignore_conflicts=True)
    return CredentialReminder.objects.count() - before


def _due(row: Credential, now: dt.datetime) -> list[CredentialReminder]:
    left = row.expires_at - now
    days = next(rung for rung in RUNGS if left <= dt.timedelta(days=rung))
    told = [False, True] if row.device.member.needs_guardian else [False]
    return [CredentialReminder(credential=row, days=days, as_guardian=one) for one in told]


def mail_endings(limit: int = LETTERS) -> int:
    """How many letters left. A server that takes nothing more leaves the rest for the next call."""
    server, sent = get_connection(), 0
    if not CredentialReminder.objects.unsent().exists():
        return 0
    try:
        server.open()
        for _n in range(limit):
            rows = _claim(timezone.now())
            if not rows:
                break
            sent += _mail(server, rows)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("the mail server takes no reminders (%s)", type(error).__name__)
    finally:
        server.close()
    return sent


@transaction.atomic
def _claim(now: dt.datetime) -> list[CredentialReminder]:
    """The oldest, and the same person's others of the same kind."""
    free = CredentialReminder.objects.unsent().select_for_update(of=("self",), skip_locked=True)
    rows = free.select_related("credential__device__member__site__school").order_by("pk")
    first = rows.first()
    if first is None:
        return []
    mine = rows.filter(
        credential__device__member=first.credential.device.member, as_guardian=first.as_guardian
    )
    found = list(mine)
    CredentialReminder.objects.filter(pk__in=[row.pk for row in found]).update(claimed_at=now)
    return found


def _mail(server: BaseEmailBackend, rows: Sequence[CredentialReminder]) -> bool:
    """Whether it left. Raises OSError, SMTPException where the server takes nothing more."""
    now, member = timezone.now(), rows[0].credential.device.member
    ending = [row.credential for row in rows if row.credential.is_live(now)]
    named = names_for_letters([member], "certificate_reminder").get(member.pk)
    if not ending or named is None or member.left_on is not None:
        return False
    guardian = rows[0].as_guardian
    address = named.guardian_email if guardian else named.email
    if not address:
        return False
    with translation.override(member.language):
        letter = _to_guardian(member, ending) if guardian else _to_owner(member, ending)
    try:
        send_mail(letter.subject, letter.text, None, [address], connection=server)
    except smtplib.SMTPRecipientsRefused:
        log.warning("reminder %s: the address is refused", rows[0].pk)
        return False
    keys = [row.pk for row in rows]
    CredentialReminder.objects.filter(pk__in=keys).update(mailed_at=now)
    return True


def _devices(ending: Sequence[Credential]) -> str:
    lines = [
        _("– %(device)s\u00a0: jusqu’au %(day)s")
        % {"device": row.device.name, "day": f"{timezone.localtime(row.expires_at):%d/%m/%Y}"}
        for row in ending
    ]
    return "\n".join(lines)


def _to_owner(member: Member, ending: Sequence[Credential]) -> Letter:
    link = settings.PREAU_URL + make_link(member, as_guardian=False, by=None)
    text = _(
        "Bonjour,\n\nL’accès au réseau de %(school)s va se terminer pour\u00a0:\n%(devices)s\n\n"
        "Ouvrez cette page avec l’appareil, choisissez-le et touchez le bouton de"
        " téléchargement\u00a0:\n%(link)s\n\n"
        "Un appareil que vous n’utilisez plus n’a besoin de rien.\n\nPréau"
    )
    told = {"school": member.site.school.name, "devices": _devices(ending), "link": link}
    return Letter(_("Accès au réseau\u00a0: à renouveler"), text % told)


def _to_guardian(member: Member, ending: Sequence[Credential]) -> Letter:
    """No link: the page of the device is the child's."""
    text = _(
        "Bonjour,\n\nL’accès de votre enfant au réseau de %(school)s va se terminer pour\u00a0:\n"
        "%(devices)s\n\nVotre enfant le renouvelle sur sa page, avec l’appareil. Si vous ne le"
        " souhaitez pas, il n’y a rien à faire\u00a0: l’accès s’arrête tout seul.\n\nPréau"
    )
    told = {"school": member.site.school.name, "devices": _devices(ending)}
    return Letter(_("Accès de votre enfant au réseau\u00a0: bientôt terminé"), text % told)
