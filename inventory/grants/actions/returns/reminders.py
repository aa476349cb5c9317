"""Remind in time: the school ahead and when late, then its authority, then the officers.

Nothing is blocked and nothing is taken away: a reminder is a letter and a line on a page.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.actions.mail_notices import LETTERS, Letter
from inventory.actions.mail_notices import mail_notices as mail_claimed
from inventory.grants.models.calls.applications import CoAuthor
from inventory.grants.models.returns.obligations import Obligation, ReturnNotice
from inventory.grants.rules.returns.due import AUTHORITY, OFFICER, SOON_DAYS, stage_of
from schools.models import Role, RoleKind, User

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
    """One letter a person, whatever the number of projects. How many left."""
    return mail_claimed(ReturnNotice.objects.all(), _letter, limit)


def _letter(person: User, keys: list[int]) -> Letter | None:
    """What is still owed, to whom still sees it."""
    owing = Obligation.objects.visible_to(person).owing().values("pk")
    rows = ReturnNotice.objects.filter(pk__in=keys, obligation__in=owing).select_related(
        "obligation__site__school", "obligation__award__application"
    )
    lines = [_line(row) for row in rows]
    if not lines:
        return None
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
    return Letter(subject, text)


def _line(row: ReturnNotice) -> str:
    told = {
        "project": row.obligation.award.application.title or row.obligation,
        "site": row.obligation.site,
        "what": row.get_stage_display(),
        "day": f"{row.due_on:%d/%m/%Y}",
    }
    return _("– %(project)s, %(site)s\u00a0: %(what)s (le %(day)s)") % told
