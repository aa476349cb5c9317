"""The proof that a file was sent: a PDF with its moment and its hash, kept and mailed once."""

from __future__ import annotations

import hashlib
import logging
import smtplib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from inventory.grants.models.calls.applications import Application
from inventory.grants.models.calls.files import Submission
from inventory.grants.rules.calls.questions import in_text, in_words, read_question
from inventory.printing import papers
from inventory.printing.labels import compile_pdf
from schools.models import Community, Role, RoleKind, User

log = logging.getLogger(__name__)
TEMPLATE = Path(papers.__file__).parent / "paper.typ"


def paper_of(pk: int) -> Submission:
    """The receipt, made where it is not yet; two at once make one."""
    row = Submission.objects.get(pk=pk)
    if row.paper:
        return row
    content = receipt_pdf(row)
    with transaction.atomic():
        held = Submission.objects.select_for_update(of=("self",)).get(pk=pk)
        if held.paper:
            return held
        held.paper.save("recu.pdf", ContentFile(content), save=False)
        held.paper_sha256 = hashlib.sha256(content).hexdigest()
        held.save(update_fields=["paper", "paper_sha256"])
    return held


def language_of(application: Application) -> str:
    """The language of the school: German in the German-speaking Community."""
    return "de" if application.site.school.community == Community.DG else "fr"


def receipt_pdf(row: Submission) -> bytes:
    """What was sent, in the language of the school."""
    with translation.override(language_of(row.application)):
        return compile_pdf(TEMPLATE, _told(row))


def _told(row: Submission) -> dict[str, Any]:
    content = row.content
    return {
        "title": _("Accusé de réception"),
        "subtitle": f"{content['reference']} · {content.get('title', '')}",
        "facts": [fact for fact in _facts(row) if fact[1]],
        "parts": [*_answers(content), _kits(content), _files(content)],
        "closing": _("Empreinte SHA-256 de ce qui a été envoyé\u00a0: %(hash)s")
        % {"hash": row.sha256},
        "footer": _("Préau, accusé de réception de %(reference)s")
        % {"reference": content["reference"]},
        "lang": translation.get_language() or "fr",
    }


def _facts(row: Submission) -> list[list[str]]:
    content = row.content
    call, site = content.get("call", {}), content.get("site", {})
    signed = [
        f"{one['by']}, {_moment(parse_datetime(one['at']))}"
        for one in content.get("signatures", [])
    ]
    return [
        [_("Reçu le"), _moment(row.at)],
        [_("Envoyé par"), row.by_text],
        [_("Appel"), f"{call.get('reference', '')} {in_words(call.get('title', {}))}"],
        [_("Clôture"), _moment(parse_datetime(call["closes_at"])) if call else ""],
        [_("Implantation"), str(site.get("name", ""))],
        [_("Pouvoir organisateur"), str(site.get("authority", ""))],
        [_("Porteur du projet"), str(content.get("project_head", ""))],
        [_("Signatures"), "\n".join(signed)],
        [_("Montant demandé"), f"{number_format(row.amount, 2, force_grouping=True)} €"],
    ]


def _answers(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    parts = []
    for section in content.get("sections", []):
        rows = [
            [in_words(one["label"]), in_text(read_question(one), one["value"])]
            for one in section["questions"]
            if one["kind"] not in ("kits", "file", "group")
        ]
        rows += [
            [in_words(one["label"]), _rows_told(one["value"])]
            for one in section["questions"]
            if one["kind"] == "group"
        ]
        if rows:
            parts.append(
                {
                    "title": in_words(section["title"]),
                    "heads": [_("Question"), _("Réponse")],
                    "rows": rows,
                    "empty": "",
                }
            )
    return parts


def _rows_told(value: Any) -> str:
    return "\n".join(
        "\u00a0; ".join(str(cell) for cell in row.values() if cell) for row in value or []
    )


def _kits(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": _("Kits demandés"),
        "heads": [_("Kit"), _("Version"), _("Nombre"), _("Prix unitaire"), _("Total")],
        "rows": [
            [
                *(one["name"], str(one["version"]), str(one["quantity"])),
                *(f"{one['unit_price']} €", f"{one['total']} €"),
            ]
            for one in content.get("kits", [])
        ],
        "empty": _("Aucun kit."),
    }


def _files(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": _("Pièces jointes"),
        "heads": [_("Pièce"), _("Empreinte SHA-256")],
        "rows": [[one["name"], one["sha256"]] for one in content.get("files", [])],
        "empty": _("Aucune pièce."),
    }


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%d/%m/%Y, %H:%M:%S}" if at else ""


def send_receipts(limit: int = 200) -> int:
    """Mail the receipts that wait, once each; how many left. Whoever dies while sending writes one
    letter less, never a second one."""
    sent = 0
    for _n in range(limit):
        row = _claim()
        if row is None:
            break
        try:
            sent += _mail(paper_of(row.pk))
        except (OSError, smtplib.SMTPException) as error:
            log.warning("the mail server takes no receipts (%s)", type(error).__name__)
            Submission.objects.filter(pk=row.pk).update(mailed_at=None)
            break
    return sent


@transaction.atomic
def _claim() -> Submission | None:
    waiting = Submission.objects.filter(mailed_at=None).order_by("pk")
    row = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if row is not None:
        Submission.objects.filter(pk=row.pk).update(mailed_at=timezone.now())
    return row


def readers_of(application: Application) -> list[User]:
    """Who hears of a file: its authors, the head, the organising authority."""
    site = application.site
    roles = Role.objects.live(timezone.localdate())
    leading = (
        roles.filter(kind=RoleKind.HEAD, site=site)
        | roles.filter(kind=RoleKind.HEAD, school=site.school_id)
        | roles.filter(kind=RoleKind.AUTHORITY, authority=site.school.authority_id)
    )
    writing = application.authors.filter(removed_at=None).values("user")
    people = User.objects.filter(is_active=True)
    found = people.filter(pk__in=leading.values("user")) | people.filter(pk__in=writing)
    return list(found.order_by("pk"))


def _mail(row: Submission) -> int:
    application = row.application
    with row.paper.open("rb") as file:
        content = file.read()
    left = 0
    for person in readers_of(application):
        if not person.email:
            continue
        with translation.override(person.language):
            letter = _letter(row, application, person)
            letter.attach(f"recu-{application.reference}.pdf", content, "application/pdf")
            try:
                left += letter.send()
            except smtplib.SMTPRecipientsRefused:
                log.warning("receipt %s: an address is refused", row.pk)
    return left


def _letter(row: Submission, application: Application, person: User) -> EmailMessage:
    said = {
        "reference": application.reference,
        "title": application.title,
        "at": _moment(row.at),
        "hash": row.sha256,
        "link": settings.PREAU_URL + reverse("grants:application", args=[application.pk]),
    }
    return EmailMessage(
        _("%(reference)s est bien arrivé") % said,
        _(
            "Bonjour,\n\nLe dossier %(reference)s, «\u00a0%(title)s\u00a0», est arrivé le %(at)s.\n"
            "Empreinte SHA-256\u00a0: %(hash)s\n\nL’accusé de réception est joint.\n"
            "Le dossier\u00a0: %(link)s\n\nPréau"
        )
        % said,
        to=[person.email],
    )
