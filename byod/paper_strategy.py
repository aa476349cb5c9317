"""A strategy on paper, for the PO, the parents' council and the file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from byod.models.strategy.strategies import Strategy
from inventory.printing.labels import compile_pdf
from schools.agreements.plan_reading import Part

TEMPLATE = Path(__file__).parent / "papers" / "strategy.typ"


def strategy_pdf(strategy: Strategy, parts: Iterable[Part]) -> bytes:
    """The PDF of a version as it stands."""
    return compile_pdf(
        TEMPLATE,
        {
            "lang": get_language() or "fr",
            "title": _("Stratégie BYOD, version %(n)d") % {"n": strategy.version},
            "school": f"{strategy.school.name} · {strategy.school.authority.name}",
            "facts": list(_facts(strategy)),
            "parts": [
                {
                    "title": str(part.section.title),
                    "asked": [
                        {"label": str(one.question.label), "lines": _lines(one.body)}
                        for one in part.questions
                    ],
                }
                for part in parts
            ],
            "closing": _("Préau · imprimé le %(day)s")
            % {"day": date_format(timezone.localdate(), "d/m/Y")},
        },
    )


def _facts(strategy: Strategy) -> Iterable[tuple[str, str]]:
    yield _("État"), strategy.get_state_display()
    for label, at, who in (
        (_("Soumise"), strategy.submitted_at, strategy.submitted_by),
        (_("Décidée"), strategy.decided_at, strategy.decided_by),
        (_("Déployée"), strategy.deployed_at, strategy.deployed_by),
    ):
        if at is not None:
            day = date_format(timezone.localtime(at), "d/m/Y")
            yield label, f"{day}, {who.full_name}" if who else day


def _lines(body: str) -> list[str]:
    return [line for line in body.split("\n") if line.strip()] or ["–"]
