"""Letters of the review: reviewers who have files to judge, schools that were decided or asked.

Each leaves once per fact; a person is only told of files that they see, so a conflict of interest
keeps the letter too.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.access import require
from inventory.grants.access.review import HOLDERS, can_review_calls
from inventory.grants.models.calls.published import Call
from inventory.grants.models.review.appointments import Appointment
from inventory.grants.models.review.decisions import Letter
from inventory.grants.models.review.judgements import Assignment, ReviewState
from schools.actions.audit import record_action
from schools.models import Role, Site, User

log = logging.getLogger(__name__)

SOON = dt.timedelta(days=3)
AGAIN = dt.timedelta(days=4)
"""A reviewer is told of files due within three days, or late, and not again before four days."""
LETTERS = 500


def remind_reviewers(now: dt.datetime) -> int:
    """Those with files that are due soon or late. Any number of workers: one letter a person."""
    due = Assignment.objects.standing().filter(due_on__lte=timezone.localdate(now) + SOON)
    due = due.exclude(review__state=ReviewState.FROZEN)
    people = Appointment.objects.standing().filter(assignments__in=due)
    people = people.filter(Q(reminded_at=None) | Q(reminded_at__lte=now - AGAIN)).distinct()
    return sum(_remind(pk, now) for pk in people.values_list("pk", flat=True)[:LETTERS])


def remind_call(by: User, call: Call, now: dt.datetime) -> int:
    """The officer's button: whoever of that call has something to do. How many letters left."""
    require(can_review_calls(by))
    waiting = Assignment.objects.standing().exclude(review__state=ReviewState.FROZEN)
    undeclared = Q(declared_at=None)
    people = call.appointments.standing().filter(Q(assignments__in=waiting) | undeclared)
    sent = sum(_remind(pk, now) for pk in people.distinct().values_list("pk", flat=True))
    record_action(by, "remind_reviewers", call, after={"letters": sent})
    return sent


@transaction.atomic
def _claim(pk: int, now: dt.datetime) -> Appointment | None:
    row = (
        Appointment.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    )
    if row is None:
        return None
    Appointment.objects.filter(pk=pk).update(reminded_at=now)
    return row


def _remind(pk: int, now: dt.datetime) -> int:
    row = _claim(pk, now)
    if row is None or not row.user.email or not row.user.is_active:
        return 0
    held = Assignment.objects.visible_to(row.user).of(row.user).filter(appointment=row)
    files = held.exclude(review__state=ReviewState.FROZEN).select_related("application")
    with translation.override(row.user.language):
        lines = [f"- {one.application.reference} ({_due(one.due_on)})" for one in files]
        if row.declared_at is None:
            lines.insert(0, _("- votre déclaration de liens avec les écoles"))
        if not lines:
            return 0
        subject = ngettext(
            "Un examen vous attend, appel %(call)s",
            "Des examens vous attendent, appel %(call)s",
            len(lines),
        ) % {"call": row.call.reference}
        text = _(
            "Bonjour,\n\nil vous reste à faire\u00a0:\n\n%(lines)s\n\nVotre bureau\u00a0: %(url)s\n"
        ) % {"lines": "\n".join(lines), "url": address(reverse("grants:reviews"))}
        return _send(subject, text, row.user.email)


def _due(day: dt.date | None) -> str:
    return _("pour le %(day)s") % {"day": f"{day:%d/%m/%Y}"} if day else ""


def announce_letters(limit: int = LETTERS) -> int:
    """Tell head and PO that a decision waits for them in Préau: the letter itself is read there."""
    sent = 0
    for pk in Letter.objects.filter(mailed_at=None).values_list("pk", flat=True)[:limit]:
        row = _claim_letter(pk)
        if row is not None:
            sent += _tell_school(row)
    return sent


@transaction.atomic
def _claim_letter(pk: int) -> Letter | None:
    rows = Letter.objects.select_for_update(of=("self",), skip_locked=True)
    row = rows.filter(pk=pk, mailed_at=None).first()
    if row is not None:
        Letter.objects.filter(pk=pk).update(mailed_at=timezone.now())
    return row


def _tell_school(row: Letter) -> int:
    file = row.decision.application
    url = address(reverse("grants:decision", args=[row.decision_id]))
    sent = 0
    for person in holders_of(file.site):
        with translation.override(person.language):
            subject = _("Décision sur le dossier %(file)s") % {"file": file.reference}
            text = _(
                "Bonjour,\n\nla décision sur le dossier %(file)s vous attend dans Préau\u00a0:"
                "\n%(url)s\n"
            ) % {"file": file.reference, "url": url}
            sent += _send(subject, text, person.email)
    return sent


def holders_of(site: Site) -> Iterable[User]:
    """Head and PO in function, of the site, its school or its PO."""
    roles = Role.objects.live(timezone.localdate()).filter(kind__in=HOLDERS, user__is_active=True)
    here = Q(site=site) | Q(school=site.school_id) | Q(authority=site.school.authority_id)
    return User.objects.filter(roles__in=roles.filter(here)).exclude(email="").distinct()


def address(path: str) -> str:
    """A page's whole address, for a letter."""
    return f"{settings.PREAU_URL}{path}"


def _send(subject: str, text: str, email: str) -> int:
    try:
        return send_mail(subject, text, None, [email])
    except (OSError, smtplib.SMTPException) as error:
        log.warning("the mail server takes no letter of the review (%s)", type(error).__name__)
        return 0
