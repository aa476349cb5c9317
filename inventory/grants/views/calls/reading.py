"""A file as it is read and written: sections, questions with their answers, kits, pieces, facts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.grants.access.calls.facts import facts_of_site, word_of
from inventory.grants.actions.calls.write_answer import offered_kits
from inventory.grants.models.calls.applications import Answer, Application
from inventory.grants.models.calls.files import ApplicationFile
from inventory.grants.rules.calls.questions import (
    MOST_FILES,
    Missing,
    Question,
    Section,
    find,
    in_text,
    is_shown,
    missing_answers,
    read_form,
)
from schools.models import Site


@dataclass
class KitLine:
    """A kit that may be asked for, and how many are."""

    pk: int
    name: str
    purpose: str
    version: int
    price: Decimal
    quantity: int
    offered: bool = True

    @property
    def total(self) -> Decimal:
        return self.price * self.quantity


@dataclass
class Cell:
    """A field of a repeated group."""

    question: Question
    name: str
    value: Any


@dataclass
class Asked:
    """A question with what was answered."""

    question: Question
    row: Answer | None = None
    files: list[ApplicationFile] = field(default_factory=list)
    kits: list[KitLine] = field(default_factory=list)
    shown: bool = True

    @property
    def value(self) -> Any:
        return self.row.value if self.row else None

    @property
    def revision(self) -> int:
        return self.row.revision if self.row else 0

    @property
    def text(self) -> str:
        return in_text(self.question, self.value)

    @property
    def total(self) -> Decimal:
        return sum((one.total for one in self.kits), Decimal(0))

    @property
    def asked_kits(self) -> list[KitLine]:
        return [one for one in self.kits if one.quantity]

    @property
    def rows(self) -> list[list[Cell]]:
        """The rows of a group as they were answered, then empty ones up to the most."""
        given = self.value if isinstance(self.value, list) else []
        return [
            [
                Cell(one, f"value-{n}-{one.key}", given[n].get(one.key) if n < len(given) else None)
                for one in self.question.questions
            ]
            for n in range(self.question.max_rows)
        ]

    @property
    def filled(self) -> int:
        """How many rows are shown at once: those with answers, and one more."""
        given = self.value if isinstance(self.value, list) else []
        return min(len(given) + 1, self.question.max_rows)

    @property
    def told_rows(self) -> list[list[tuple[str, str]]]:
        given = self.value if isinstance(self.value, list) else []
        return [
            [(one.words, in_text(one, row.get(one.key))) for one in self.question.questions]
            for row in given
        ]

    @property
    def room_for_files(self) -> bool:
        return len(self.files) < MOST_FILES


@dataclass
class Part:
    """A section of a file."""

    section: Section
    asked: list[Asked]
    missing: list[Missing]

    @property
    def anchor(self) -> str:
        return f"s-{self.section.key}"


def parts_of(application: Application) -> list[Part]:
    """The sections with their questions; five queries whatever their number."""
    sections = read_form(application.form.content)
    rows = {row.question: row for row in application.answers.select_related("edited_by")}
    answers = {key: row.value for key, row in rows.items()}
    files: dict[str, list[ApplicationFile]] = {}
    for one in application.files.filter(removed_at=None):
        files.setdefault(one.question, []).append(one)
    counts = {key: len(found) for key, found in files.items()}
    return [
        Part(
            section,
            [
                Asked(
                    question,
                    rows.get(question.key),
                    files.get(question.key, []),
                    kit_lines(application, question) if question.kind == "kits" else [],
                    is_shown(question, answers),
                )
                for question in section.questions
            ],
            missing_answers((section,), answers, counts),
        )
        for section in sections
    ]


def asked_of(application: Application, key: str) -> Asked | None:
    """One question with its answer."""
    question = find(read_form(application.form.content), key)
    if question is None:
        return None
    row = application.answers.select_related("edited_by").filter(question=key).first()
    files = list(application.files.filter(question=key, removed_at=None))
    kits = kit_lines(application, question) if question.kind == "kits" else []
    return Asked(question, row, files, kits)


def kit_lines(application: Application, question: Question) -> list[KitLine]:
    """What is offered today, and what was asked for and no longer is."""
    asked = {
        row.kit_version_id: row for row in application.asked_kits.select_related("kit_version__kit")
    }
    lines = [
        KitLine(
            one.pk, one.kit.name, one.kit.purpose, one.number, one.price,
            asked.pop(one.pk).quantity if one.pk in asked else 0,
        )
        for one in offered_kits(question, timezone.localdate())
    ]  # fmt: skip
    for key, row in asked.items():
        kit = row.kit_version.kit
        number, price = row.kit_version.number, row.unit_price
        lines.append(
            KitLine(key, kit.name, kit.purpose, number, price, row.quantity, offered=False)
        )
    return lines


def preview_parts(content: dict[str, Any]) -> list[Part]:
    """A form without a file, as a school would find it."""
    return [
        Part(section, [_previewed(question) for question in section.questions], [])
        for section in read_form(content)
    ]


def _previewed(question: Question) -> Asked:
    asked = Asked(question, shown=not question.when_question)
    if question.kind == "kits":
        asked.kits = [
            KitLine(one.pk, one.kit.name, one.kit.purpose, one.number, one.price, 0)
            for one in offered_kits(question, timezone.localdate())
        ]
    return asked


def forgotten(application: Application) -> list[Answer]:
    """Answers to questions that the form no longer asks: kept, and shown."""
    known = {
        one.key for section in read_form(application.form.content) for one in section.questions
    }
    return [row for row in application.answers.all() if row.question not in known and row.value]


@dataclass(frozen=True, slots=True)
class FactShown:
    """What the register knows, and from where."""

    label: str
    value: str
    source: str = ""


def facts_shown(site: Site, on: dt.date) -> list[FactShown]:
    """What the school need not type."""
    facts = facts_of_site(site, on)
    levels = ", ".join(word_of("levels", one) for one in sorted(facts.levels))
    count = (
        _("comptage du 15/01/%(year)s") % {"year": facts.pupils_year} if facts.pupils_year else ""
    )
    official = _("source officielle, %(year)s") % {"year": facts.ise_year} if facts.ise_year else ""
    unknown = _("inconnu")
    yes, no = _("oui"), _("non")
    return [
        FactShown(_("Implantation"), str(site), site.number or ""),
        FactShown(_("Pouvoir organisateur"), str(site.school.authority)),
        FactShown(_("Réseau"), word_of("network", facts.network)),
        FactShown(_("Commune"), str(site.municipality), word_of("province", facts.province)),
        FactShown(_("Niveaux"), levels or unknown),
        FactShown(_("Élèves"), unknown if facts.pupils is None else str(facts.pupils), count),
        FactShown(_("Classe ISE"), facts.ise_class or unknown, official),
        FactShown(_("Plan de transition approuvé"), yes if facts.approved_plan else no),
        FactShown(_("Inventaire déclaré et valable"), yes if facts.declaration else no),
    ]


def action_url(action: str, site: Site) -> str:
    """The page that helps with a condition that is not met."""
    doors: dict[str, tuple[str, list[Any]]] = {
        "declaration": ("inventory:declare", [site.pk]),
        "plan": ("schools:school_plan", [site.school_id]),
        "supervision": ("schools:school_agreement", [site.school_id]),
        "assistance": ("schools:authority_agreement", [site.school.authority_id]),
        "report": ("helpdesk:report", []),
    }
    if action not in doors:
        return ""
    name, args = doors[action]
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
