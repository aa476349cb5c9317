"""A stock-taking's report and a declaration, as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from inventory.models import Category, Declaration, DeviceState, StockTaking
from inventory.printing.labels import compile_pdf
from inventory.rules.codes import spaced
from inventory.stock_shown import findings_of, progress_of
from schools.models import User

TEMPLATE = Path(__file__).parent / "paper.typ"


def stock_report(taking: StockTaking, user: User) -> bytes:
    """Progress by room, and each finding with what was decided."""
    progress = progress_of(taking)
    rooms = [
        [one.name, *(str(n) for n in (one.expected, one.counted, one.left))]
        for one in progress.rooms
    ]
    findings = [
        [one.row.get_kind_display(), one.name, one.sentence, one.row.get_state_display()]
        for one in findings_of(taking, user)
    ]
    return _paper(
        title=_("Récolement"),
        subtitle=str(taking.site),
        facts=[
            [_("Ouvert le"), _moment(taking.opened_at)],
            [_("Par"), str(taking.opened_by or "")],
            [_("État"), str(taking.get_state_display())],
            [_("Clôturé le"), _moment(taking.closed_at)],
            [_("Comptés"), f"{progress.counted} / {progress.expected}"],
        ],
        parts=[
            {
                "title": _("Constats"),
                "heads": [_("Constat"), _("Appareil"), _("Ce qui a été vu"), _("Suivi")],
                "rows": findings,
                "empty": _("Aucun constat."),
            },
            {
                "title": _("Locaux"),
                "heads": [_("Local"), _("Attendus"), _("Comptés"), _("Restent")],
                "rows": rooms,
                "empty": _("Aucun appareil attendu."),
            },
        ],
    )


def declaration_paper(row: Declaration) -> bytes:
    """What was signed, as it was; with its hash."""
    states, categories = dict(DeviceState.choices), dict(Category.choices)
    lines = [
        [
            *(spaced(one["code"]), one["name"], one["product"], one["serial"], one["room"]),
            *(str(states.get(one["state"], one["state"])), one["counted_on"]),
        ]
        for one in row.content.get("devices", [])
    ]
    counts = [
        [str(categories.get(key, key)), str(n)]
        for key, n in row.content.get("by_category", {}).items()
    ]
    return _paper(
        title=_("Déclaration d’inventaire"),
        subtitle=str(row.site),
        facts=[
            [_("Version"), str(row.number)],
            [_("Acte"), str(row.get_kind_display())],
            [_("Date"), f"{row.on:%d/%m/%Y}"],
            [_("Valable jusqu’au"), f"{row.valid_until:%d/%m/%Y}" if row.valid_until else "–"],
            [_("Signé par"), f"{row.signed_by_text}, {row.role_text}"],
            [_("Signé le"), _moment(row.signed_at)],
            [_("Motif"), row.why or "–"],
            [_("Équipements"), str(row.devices)],
            [_("Jamais comptés"), str(row.content.get("never_counted", 0))],
        ],
        parts=[
            {
                "title": _("Par type"),
                "heads": [_("Type"), _("Nombre")],
                "rows": counts,
                "empty": _("Aucun équipement."),
            },
            {
                "title": _("Équipements"),
                "heads": [
                    *(_("Code"), _("Nom"), _("Modèle"), _("Série"), _("Local")),
                    *(_("Situation"), _("Compté le")),
                ],
                "rows": lines,
                "empty": _("Aucun équipement."),
            },
        ],
        closing=_("Empreinte SHA-256 du contenu signé : %(hash)s") % {"hash": row.sha256},
    )


def _paper(
    *,
    title: str,
    subtitle: str,
    facts: list[list[str]],
    parts: list[dict[str, Any]],
    closing: str = "",
) -> bytes:
    footer = _("Préau, imprimé le %(moment)s") % {"moment": _moment(timezone.now())}
    told = {
        "title": title,
        "subtitle": subtitle,
        "facts": [fact for fact in facts if fact[1]],
        "parts": parts,
        "closing": closing,
        "footer": footer,
        "lang": (get_language() or "fr")[:2],
    }
    return compile_pdf(TEMPLATE, told)


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%d/%m/%Y %H:%M}" if at else ""
