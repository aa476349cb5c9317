"""Lines that nobody uses: found, asked about (pupil, guardian, school), offered to the next."""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections import defaultdict
from collections.abc import Collection

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from byod.actions.equity.make_round import standing_order
from byod.models.equity.line_loans import LineLoan, LineNotice, LineNoticeKind
from byod.models.equity.lines import Line
from byod.models.equity.requests import LoanRequest
from byod.models.equity.usage import LineUsage, UsageReport
from byod.models.people.identities import Identity, IdentityReading
from byod.rules.equity.lines import LineUse, idle_days, month_end, next_step
from byod.rules.equity.years import school_year
from schools.models import Role, RoleKind, School

log = logging.getLogger(__name__)
STAFF = (RoleKind.HEAD, RoleKind.CONTACT)


def idle_of(loans: Collection[LineLoan]) -> dict[int, int | None]:
    """Loan → days without a megabyte; None where the operator reported nothing. Two queries."""
    lines = {loan.line_id for loan in loans}
    used = dict(
        LineUsage.objects.filter(line__in=lines, mb__gt=0)
        .order_by()
        .values_list("line")
        .annotate(last=Max("month"))
    )
    reported = dict(
        UsageReport.objects.order_by().values_list("operator").annotate(last=Max("month"))
    )
    found: dict[int, int | None] = {}
    for loan in loans:
        last, month = used.get(loan.line_id), reported.get(loan.line.plan.operator_id)
        out_on = timezone.localdate(loan.out_at)
        recent = last if last and month_end(last) >= out_on else None
        use = LineUse(out_on, recent, month_end(month) if month else None)
        found[loan.pk] = idle_days(use)
    return found


def note_lines(today: dt.date) -> int:
    """Write down who is to be asked; twice in a day is as good as once. How many are new."""
    return _note_unused(today) + _note_expiring(today)


def _note_unused(today: dt.date) -> int:
    loans = list(LineLoan.objects.out().select_related("line__plan").order_by("pk"))
    idle = idle_of(loans)
    told: dict[int, dict[str, dt.date]] = defaultdict(dict)
    notices = LineNotice.objects.exclude(kind=LineNoticeKind.EXPIRES).filter(loan__state="out")
    for key, kind, on in notices.values_list("loan", "kind", "noted_on"):
        told[key][kind] = on
    rows = []
    for loan in loans:
        days = idle[loan.pk]
        if days is None or days < settings.LINE_UNUSED_DAYS:
            continue
        step = next_step(told[loan.pk], today, settings.LINE_NOTICE_DAYS)
        if step is not None:
            rows.append(LineNotice(loan=loan, kind=step, noted_on=today))
    LineNotice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _note_expiring(today: dt.date) -> int:
    soon = today + dt.timedelta(days=settings.LINE_EXPIRY_DAYS)
    loans = LineLoan.objects.out().filter(line__expires_on__lte=soon)
    rows = [
        LineNotice(loan=loan, kind=LineNoticeKind.EXPIRES, noted_on=today)
        for loan in loans.exclude(notices__kind=LineNoticeKind.EXPIRES)
    ]
    LineNotice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def mail_line_notices(limit: int = 500) -> int:
    """Claimed before it leaves: a killed worker writes one letter less. How many left."""
    sent = 0
    for _n in range(limit):
        row = _claim()
        if row is None:
            break
        sent += _mail(row)
    return sent


@transaction.atomic
def _claim() -> LineNotice | None:
    rows = LineNotice.objects.unsent().select_for_update(of=("self",), skip_locked=True)
    row = rows.select_related("loan__line__pool", "loan__site__school", "loan__borrower").first()
    if row is not None:
        row.mailed_at = timezone.now()
        row.save(update_fields=["mailed_at"])
    return row


def _mail(row: LineNotice) -> int:
    to, language = _addresses(row)
    if not to or row.loan.state != "out":
        return 0
    with translation.override(language):
        subject, text = _letter(row)
        try:
            return send_mail(subject, text, None, to)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("notice %s did not leave (%s)", row.pk, type(error).__name__)
            return 0


def _addresses(row: LineNotice) -> tuple[list[str], str]:
    """To whom, and in which language. A family's address is read here, which is written down."""
    loan = row.loan
    if row.kind in (LineNoticeKind.UNUSED_SCHOOL, LineNoticeKind.EXPIRES):
        today = timezone.localdate()
        roles = Role.objects.live(today).filter(kind__in=STAFF, user__is_active=True)
        here = roles.filter(Q(site=loan.site_id) | Q(school=loan.site.school_id))
        if row.kind == LineNoticeKind.EXPIRES and loan.line.pool.authority_id is not None:
            here |= Role.objects.live(today).filter(  # the PO pays for it, and renews it
                kind=RoleKind.AUTHORITY,
                user__is_active=True,
                authority=loan.line.pool.authority_id,
            )
        people = list(here.values_list("user__email", "user__language").distinct())
        return [email for email, _lang in people], people[0][1] if people else "fr"
    identity = Identity.objects.filter(member=loan.borrower_id).first()
    if identity is None or loan.borrower is None:
        return [], "fr"
    named = identity.named
    email = named.email if row.kind == LineNoticeKind.UNUSED_PUPIL else named.guardian_email
    IdentityReading.objects.create(
        site=loan.site, reader_text="Préau", why="line_notice", members=[loan.borrower_id]
    )
    return [email] if email else [], loan.borrower.language


def _letter(row: LineNotice) -> tuple[str, str]:
    loan = row.loan
    what = {"what": str(loan.line), "school": loan.site.school.name}
    if row.kind == LineNoticeKind.EXPIRES:
        what["day"] = f"{loan.line.expires_on:%d/%m/%Y}"
        return _("Une connexion prêtée expire"), _(
            "Bonjour,\n\nLa connexion %(what)s expire le %(day)s. Préparez son remplacement."
            "\n\n%(link)s\n\nPréau"
        ) % (what | {"link": _link(loan.line)})
    if row.kind == LineNoticeKind.UNUSED_SCHOOL:
        return _("Une connexion prêtée ne sert pas"), _(
            "Bonjour,\n\nLa connexion %(what)s ne sert plus. L’élève et son parent ont été"
            " interrogés. Demandez-la, et prêtez-la au premier qui attend\u00a0:"
            "\n\n%(link)s\n\nPréau"
        ) % (what | {"link": _link(loan.line)})
    return _("Utilisez-vous encore la connexion prêtée\u00a0?"), _(
        "Bonjour,\n\nLa connexion %(what)s, prêtée par %(school)s, n’a pas servi depuis longtemps."
        "\n\nSi elle vous sert, il suffit de l’allumer. Sinon, rendez-la à l’école\u00a0: quelqu’un"
        " d’autre l’attend.\n\nNous voyons seulement la quantité de données, jamais les sites"
        " visités.\n\nPréau"
    ) % what


def _link(line: Line) -> str:
    return settings.PREAU_URL + reverse("byod:line", args=[line.pk])


def next_for_line(school: School) -> LoanRequest | None:
    """The first in fair order who waits for a connection."""
    order = standing_order(school, school_year(timezone.localdate()))
    for one in order.placed:
        request = order.waiting[one.n].request
        if request.wants_line:
            return request
    return None
