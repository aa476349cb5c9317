"""Two problems that schools reported before the demo began: something to answer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import override

from helpdesk.actions.comment_ticket import comment_ticket
from helpdesk.actions.report_problem import ReportData, report_problem
from helpdesk.actions.take_ticket import take_ticket
from helpdesk.actions.writing import set_promise
from helpdesk.models import Comment, Ticket, TicketEvent
from schools.models import Room, Site, User

NAMESPACE = uuid.UUID("5f0c6a52-53a6-4c0e-9d3e-0c5f3b0f7a11")
"""Makes the key of each report: reported once, however often the demo is loaded."""


@dataclass(frozen=True, slots=True)
class PastReport:
    """What somebody reported. ``answer``: what ``taken_by`` wrote back, if anybody took it."""

    by: str
    site: str
    room: str
    subject: str
    title: str
    text: str
    minutes_ago: int
    taken_by: str = ""
    answer: str = ""


REPORTS: tuple[PastReport, ...] = (
    PastReport(
        "claire@preau.example", "moulin", "A.14", "screen", "Écran noir, A.14",
        "L’écran du A.14 reste noir depuis ce matin, le voyant est orange.",
        95, "sofia@preau.example",
        "Merci, Claire. Pouvez-vous vérifier que le câble derrière l’écran est bien enfoncé ?",
    ),
    PastReport(
        "karl@preau.example", "kastanienhof", "Lehrerzimmer", "printer",
        "Drucker druckt blass, Lehrerzimmer",
        "Der Drucker im Lehrerzimmer druckt seit gestern sehr blass.", 40,
    ),
)  # fmt: skip


def load_reports(sites: Mapping[str, Site], now: dt.datetime) -> None:
    """Report what was not reported yet; the school's own words, in its language."""
    for report in REPORTS:
        key = uuid.uuid5(NAMESPACE, f"{report.by} {report.title}")
        if not Ticket.objects.filter(request_key=key).exists():
            _report(report, sites[report.site], key, now)


def _report(report: PastReport, site: Site, key: uuid.UUID, now: dt.datetime) -> None:
    person = User.objects.get(email=report.by)
    data = ReportData(
        site=site,
        subject=report.subject,
        title=report.title,
        room=Room.objects.get(site=site, name=report.room),
        text=report.text,
    )
    with override(person.language):
        ticket = report_problem(person, data, key)
    if report.taken_by:
        technician = User.objects.get(email=report.taken_by)
        take_ticket(ticket.pk, by=technician)
        comment_ticket(ticket.pk, report.answer, by=technician)
    _set_back(ticket.pk, now - dt.timedelta(minutes=report.minutes_ago))


def _set_back(pk: int, began: dt.datetime) -> None:
    """Let the ticket have begun then, each later line some minutes after the one before."""
    for model in (TicketEvent, Comment):
        for place, row in enumerate(model.objects.filter(ticket=pk).order_by("pk")):
            at = began + dt.timedelta(minutes=7 * place)
            model.objects.filter(pk=row.pk).update(at=at)
    ticket = Ticket.objects.get(pk=pk)
    ticket.opened_at = began
    set_promise(ticket)
    ticket.save(update_fields=["opened_at", "promise_s", "due_at"])
