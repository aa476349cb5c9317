"""Reminders: written down once per loan, rung and due date; then sent, each once.

None leaves on a day on which the school is closed. The pupil is told before the guardian, and the
school last. A reminder asks; it threatens nothing, and no loan is refused for it.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import get_connection, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from byod.actions.people.links import make_link
from byod.actions.people.read_names import names_for_letters
from byod.loan_days import open_days
from byod.models.loans.loans import Loan
from byod.models.loans.reminders import LoanReminder, Rung
from byod.models.loans.terms import LoanTerms
from byod.models.people.identities import Named
from byod.rules.loans.due import SIGN_DAYS, SOON_DAYS
from byod.rules.loans.ladder import next_rung
from inventory.actions.mail_notices import LETTERS, Letter
from inventory.actions.mail_notices import mail_notices as mail_claimed
from schools.models import Role, RoleKind, Site, User

log = logging.getLogger(__name__)
TOLD = frozenset({RoleKind.HEAD.value, RoleKind.CONTACT.value})


def note_reminders(today: dt.date) -> int:
    """Write down whom to tell today; twice is as good as once. How many are new."""
    before = LoanReminder.objects.count()
    soon = today + dt.timedelta(days=SOON_DAYS)
    rows = Loan.objects.out().filter(borrower__isnull=False, due_on__lte=soon)
    by_site: dict[int, list[Loan]] = defaultdict(list)
    for loan in rows.select_related("borrower").order_by("pk"):
        by_site[loan.site_id].append(loan)
    for site in Site.objects.filter(pk__in=by_site).select_related("school"):
        if open_days(site, today)(today):
            _note(site, by_site[site.pk], today)
    _note_unsigned(today)
    return LoanReminder.objects.count() - before


def _note(site: Site, loans: list[Loan], today: dt.date) -> None:
    told: dict[int, dict[str, dt.date]] = defaultdict(dict)
    for row in LoanReminder.objects.filter(loan__in=loans).exclude(rung=Rung.SIGN):
        known = next(loan for loan in loans if loan.pk == row.loan_id)
        if row.due_on == known.due_on:
            told[row.loan_id][row.rung] = timezone.localdate(row.made_at)
    made: list[LoanReminder] = []
    staff: list[int] | None = None
    for loan in loans:
        rung = next_rung(loan.due_on, today, told[loan.pk])
        if not rung:
            continue
        if rung == Rung.SCHOOL:
            staff = _staff(site, today) if staff is None else staff
            made += [
                LoanReminder(loan=loan, rung=rung, due_on=loan.due_on, person_id=person)
                for person in staff
            ]
        else:
            made.append(LoanReminder(loan=loan, rung=rung, due_on=loan.due_on))
    LoanReminder.objects.bulk_create(made, ignore_conflicts=True)


def _note_unsigned(today: dt.date) -> None:
    """Terms that are unsigned a week after the hand-out are asked for, once."""
    before = timezone.now() - dt.timedelta(days=SIGN_DAYS)
    rows = (
        Loan.objects.out()
        .filter(borrower__isnull=False, signature=None, out_at__lt=before)
        .exclude(reminders__rung=Rung.SIGN)
    )
    by_site: dict[int, list[Loan]] = defaultdict(list)
    for loan in rows.order_by("pk")[:LETTERS]:
        by_site[loan.site_id].append(loan)
    for site in Site.objects.filter(pk__in=by_site).select_related("school"):
        if open_days(site, today)(today) and LoanTerms.objects.in_force(site.school).exists():
            LoanReminder.objects.bulk_create(
                [
                    LoanReminder(loan=loan, rung=Rung.SIGN, due_on=loan.due_on)
                    for loan in by_site[site.pk]
                ],
                ignore_conflicts=True,
            )


def _staff(site: Site, today: dt.date) -> list[int]:
    roles = Role.objects.live(today).filter(kind__in=TOLD, user__is_active=True)
    here = roles.filter(site=site) | roles.filter(school=site.school_id)
    return sorted(set(here.values_list("user", flat=True)))


# --- sent ---


def mail_reminders(limit: int = LETTERS) -> int:
    """Letters to families, one a loan and rung; then one a person of the school. How many left."""
    return _mail_families(limit) + mail_claimed(LoanReminder.objects.all(), _to_school, limit)


def _mail_families(limit: int) -> int:
    server, sent = get_connection(), 0
    try:
        server.open()
        for _n in range(limit):
            row = _claim()
            if row is None:
                break
            sent += _mail(server, row)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("the mail server takes no reminders (%s)", type(error).__name__)
    finally:
        server.close()
    return sent


@transaction.atomic
def _claim() -> LoanReminder | None:
    """One, written down as told: whoever dies while sending writes one letter less, never two."""
    rows = LoanReminder.objects.for_families().select_for_update(of=("self",), skip_locked=True)
    row = rows.select_related(
        "loan__borrower__site__school", "loan__item__device__product", "loan__charger__device"
    ).first()
    if row is not None:
        row.mailed_at = timezone.now()
        row.save(update_fields=["mailed_at"])
    return row


def _mail(server: BaseEmailBackend, row: LoanReminder) -> bool:
    """Whether it left. Raises OSError, SMTPException where the server takes nothing more."""
    loan, member = row.loan, row.loan.borrower
    stale = loan.state != "out" or loan.due_on != row.due_on
    if stale or member is None or member.left_on is not None:
        return False
    named = names_for_letters([member], "loan_reminder").get(member.pk)
    guardian = _to_guardian(row)
    address = _address(named, guardian) if named else ""
    if not address:
        return False
    with translation.override(member.language):
        link = settings.PREAU_URL + make_link(member, as_guardian=guardian, by=None)
        letter = _family_letter(row, link)
    try:
        send_mail(letter.subject, letter.text, None, [address], connection=server)
    except smtplib.SMTPRecipientsRefused:
        log.warning("loan reminder %s: the address is refused", row.pk)
        return False
    return True


def _to_guardian(row: LoanReminder) -> bool:
    """The guardian's rung, and whatever a minor cannot sign alone."""
    minor = row.loan.borrower is not None and row.loan.borrower.needs_guardian
    return minor and row.rung in (Rung.GUARDIAN, Rung.SIGN)


def _address(named: Named, guardian: bool) -> str:
    """Of the guardian, or of the pupil; of the other where there is none."""
    if guardian:
        return named.guardian_email
    return named.email or named.guardian_email


def _family_letter(row: LoanReminder, link: str) -> Letter:
    loan = row.loan
    told = {
        "device": f"{loan.item.device.product} ({loan.item.device.name})",
        "day": f"{loan.due_on:%d/%m/%Y}",
        "school": loan.site.school.name,
        "link": link,
    }
    if row.rung == Rung.SIGN:
        subject = _("Conditions de prêt à signer")
        text = _(
            "Bonjour,\n\nL’école %(school)s prête %(device)s. Lisez et signez les conditions"
            " ici\u00a0:\n%(link)s\n\nL’appareil reste à l’élève en attendant.\n\nPréau"
        )
    elif row.rung == Rung.SOON:
        subject = _("Appareil prêté\u00a0: à rendre bientôt")
        text = _(
            "Bonjour,\n\nL’appareil prêté par %(school)s, %(device)s, est à rendre le %(day)s.\n"
            "Vous en avez encore besoin\u00a0? Dites-le à l’école, qui peut prolonger.\n\n"
            "Votre page\u00a0: %(link)s\n\nPréau"
        )
    else:
        subject = _("Appareil prêté\u00a0: à rapporter")
        text = _(
            "Bonjour,\n\nL’appareil prêté par %(school)s, %(device)s, était à rendre le %(day)s.\n"
            "Rapportez-le dès que possible, ou dites à l’école ce qui l’empêche"
            "\u00a0: perdu, cassé, encore utile. Rien n’est facturé.\n\n"
            "Votre page\u00a0: %(link)s\n\nPréau"
        )
    return Letter(subject, text % told)


def _to_school(person: User, keys: Iterable[int]) -> Letter | None:
    """How many are missing, and where they are listed: no name leaves by e-mail."""
    rows = LoanReminder.objects.filter(pk__in=[*keys], loan__state="out")
    seen = Loan.objects.visible_to(person).filter(pk__in=rows.values("loan"))
    names = sorted(seen.values_list("item__device__name", flat=True))
    if not names:
        return None
    subject = ngettext(
        "Un appareil prêté n’est pas rentré",
        "%(n)d appareils prêtés ne sont pas rentrés",
        len(names),
    )
    text = _(
        "Bonjour,\n\nL’élève puis ses parents ont reçu un rappel pour\u00a0:\n%(names)s\n\n"
        "Voyez avec eux ce qui se passe\u00a0; prolongez, ou déclarez une perte ici\u00a0:\n"
        "%(link)s\n\nUn retard ne prive personne d’un autre prêt.\n\nPréau"
    ) % {
        "names": "\n".join(f"– {name}" for name in names),
        "link": f"{settings.PREAU_URL}{reverse('byod:loans')}?retour=retard",
    }
    return Letter(subject % {"n": len(names)}, text)
