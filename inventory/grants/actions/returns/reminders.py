"""Remind in time: the school ahead and when late, then its authority, then the officers.

Nothing is blocked and nothing is taken away: a reminder is a letter and a line on a page.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib

from django.conf import settings
from django.core.mail import get_connection, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.grants.models.calls.applications import CoAuthor
from inventory.grants.models.returns.obligations import Obligation, ReturnNotice
from inventory.grants.rules.returns.due import AUTHORITY, OFFICER, SOON_DAYS, stage_of
from schools.models import Role, RoleKind, User

log = logging.getLogger(__name__)
LETTERS = 2000
"""Of one morning; the rest leaves with the next call."""
SCHOOL = (RoleKind.HEAD.value, RoleKind.CONTACT.value)


def note_reminders(today: dt.date) -> int:
    """Write down whom to tell; twice a day is as good as once. How many notices are new."""
    due = Obligation.objects.owing().filter(due_on__lte=today + dt.timedelta(days=SOON_DAYS))
    made = 0
    for row in due.select_related("site__school", "award").iterator(chunk_size=500):
        stage = stage_of(row.due_on, today)
        if stage:
            notices = [
                ReturnNotice(obligation=row, stage=stage, due_on=row.due_on, person_id=person)
                for person in sorted(_people(row, stage, today))
            ]
            before = row.notices.filter(stage=stage, due_on=row.due_on).count()
            ReturnNotice.objects.bulk_create(notices, ignore_conflicts=True)
            made += row.notices.filter(stage=stage, due_on=row.due_on).count() - before
    return made


def _people(row: Obligation, stage: str, today: dt.date) -> set[int]:
    """The school's people and the authors; their authority, or the officers, as time goes."""
    roles = Role.objects.live(today).filter(user__is_active=True)
    if stage == AUTHORITY:
        held = roles.filter(kind=RoleKind.AUTHORITY, authority=row.site.school.authority_id)
        return set(held.values_list("user", flat=True))
    if stage == OFFICER:
        held = roles.filter(kind=RoleKind.OFFICER, region=True)
        return set(held.values_list("user", flat=True))
    mine = roles.filter(kind__in=SCHOOL)
    found = set(mine.filter(site=row.site_id).values_list("user", flat=True))
    found |= set(mine.filter(school=row.site.school_id).values_list("user", flat=True))
    authors = CoAuthor.objects.filter(
        application=row.award.application_id, removed_at=None, user__is_active=True
    )
    return found | set(authors.values_list("user", flat=True))


def mail_reminders(limit: int = LETTERS) -> int:
    """One letter a person, whatever the number of projects; how many left. Whoever dies while
    sending writes one letter less, never a second one."""
    server, sent = get_connection(), 0
    try:
        server.open()
        for _n in range(limit):
            claimed = _claim()
            if claimed is None:
                break
            sent += _mail(server, *claimed)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("the mail server takes no reminders (%s)", type(error).__name__)
    finally:
        server.close()
    return sent


@transaction.atomic
def _claim() -> tuple[User, list[int]] | None:
    """A person and what they are to be told, written down as told; None: nobody is left."""
    row = ReturnNotice.objects.unsent().select_for_update(skip_locked=True).first()
    if row is None:
        return None
    mine = ReturnNotice.objects.unsent().filter(person=row.person_id)
    keys = list(mine.select_for_update(skip_locked=True).values_list("pk", flat=True))
    ReturnNotice.objects.filter(pk__in=keys).update(mailed_at=timezone.now())
    return User.objects.get(pk=row.person_id), keys


def _mail(server: BaseEmailBackend, person: User, keys: list[int]) -> bool:
    """What is still owed, to whom still sees it. Raises OSError, SMTPException where the server
    takes nothing more."""
    owing = Obligation.objects.visible_to(person).owing().values("pk")
    rows = ReturnNotice.objects.filter(pk__in=keys, obligation__in=owing).select_related(
        "obligation__site__school", "obligation__award__application"
    )
    with translation.override(person.language):
        lines = [_line(row) for row in rows]
        if not lines or not person.email:
            return False
        subject = ngettext(
            "Des ressources pédagogiques à rendre pour un projet",
            "Des ressources pédagogiques à rendre pour %(n)d projets",
            len(lines),
        ) % {"n": len(lines)}
        text = _(
            "Bonjour,\n\n%(lines)s\n\nUn enseignant du projet dépose la ressource en quelques "
            "questions, ou vous demandez un autre délai\u00a0:\n%(link)s\n\n"
            "Ce rappel n’entraîne aucune sanction.\n\nPréau"
        ) % {
            "lines": "\n".join(lines),
            "link": settings.PREAU_URL + reverse("grants:my_resources"),
        }
        try:
            send_mail(subject, text, None, [person.email], connection=server)
        except smtplib.SMTPRecipientsRefused:
            log.warning("reminders %s: the address is refused", keys)
            return False
    return True


def _line(row: ReturnNotice) -> str:
    told = {
        "project": row.obligation.award.application.title or row.obligation,
        "site": row.obligation.site,
        "what": row.get_stage_display(),
        "day": f"{row.due_on:%d/%m/%Y}",
    }
    return _("– %(project)s, %(site)s\u00a0: %(what)s (le %(day)s)") % told
