"""A file as its reviewers read it: sections, answers, kits, and what the register says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from inventory.grants.models.calls.applications import Application
from schools.models import Headcount, IseClass, Teaching


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with what the school answered, in words."""

    label: str
    lines: list[str]
    links: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    answers: list[Answered]


def parts_of(file: Application) -> list[Part]:
    """The sections of the form that the file was sent with; four queries whatever their number."""
    answers = dict(file.answers.values_list("question", "value"))
    pieces: dict[str, list[tuple[str, str]]] = {}
    joined: Iterable[Any] = file.files.filter(removed_at=None)
    for piece in joined:
        pieces.setdefault(piece.question, []).append((piece.name, _address(piece.pk)))
    asked_for: Iterable[Any] = file.asked_kits.select_related("kit_version__kit")
    kits = [
        f"{asked.quantity} × {asked.kit_version.kit.name} ({asked.unit_price} €)"
        for asked in asked_for
    ]
    return [
        Part(
            said(section.get("title")),
            [
                Answered(
                    said(question.get("label")),
                    kits
                    if question.get("kind") == "kits"
                    else _lines(question, answers.get(str(question.get("key")))),
                    pieces.get(str(question.get("key")), []),
                )
                for question in section.get("questions", [])
            ],
        )
        for section in file.form.content.get("sections", [])
    ]


def said(text: Any) -> str:
    """``{"fr": …, "de": …}`` in the reader's language, French where German was not written."""
    told = text or {}
    return str(told.get((get_language() or "fr")[:2]) or told.get("fr") or "")


def _lines(question: dict[str, Any], value: Any) -> list[str]:
    if value in {None, ""} if not isinstance(value, list | dict) else not value:
        return []
    if isinstance(value, bool):
        return [_("oui") if value else _("non")]
    if isinstance(value, list):
        return [_one(question, one) for one in value]
    if isinstance(value, dict):
        return [f"{key}\u00a0: {one}" for key, one in value.items()]
    return [_one(question, one) for one in str(value).split("\n")]


def _one(question: dict[str, Any], value: Any) -> str:
    """A choice by its label, a row of a group by its cells, anything else as it stands."""
    if isinstance(value, dict):
        return " · ".join(str(one) for one in value.values() if one not in {None, ""})
    for choice in question.get("choices", []):
        if str(choice.get("key", choice.get("value"))) == str(value):
            return said(choice.get("label")) or str(value)
    return str(value)


def _address(pk: int) -> str:
    try:
        return reverse("grants:application_file", args=[pk])
    except NoReverseMatch:
        return ""


def facts_of(file: Application) -> list[tuple[str, str]]:
    """What the register says of the site: nobody types it."""
    site = file.site
    last = Headcount.objects.filter(site=site).order_by("-year").first()
    pupils = (
        sum(one.pupils for one in Headcount.objects.filter(site=site, year=last.year))
        if last
        else None
    )
    ise = IseClass.objects.filter(site=site).order_by("-year").first()
    levels = Teaching.objects.filter(site=site).order_by("level")
    return [
        (_("École"), str(site.school)),
        (_("Pouvoir organisateur"), str(site.school.authority)),
        (_("Réseau"), str(site.school.get_network_display())),
        (_("Niveaux"), ", ".join(sorted({str(one.get_level_display()) for one in levels})) or "–"),
        (_("Commune"), f"{site.municipality}, {site.get_province_display() or '–'}"),
        (_("Élèves"), "–" if pupils is None or last is None else f"{pupils} ({last.year})"),
        (_("Classe ISE"), "–" if ise is None else ise.value),
    ]
