"""A version of a plan as people read it: sections, what is missing, what changed between two."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from schools.agreements.plan_form import (
    FORMS,
    Missing,
    Question,
    Section,
    SiteAnswer,
    missing_parts,
)
from schools.models import PlanSite, Site, TransitionPlan
from schools.models.written import WrittenAnswer

WORDS = re.compile(r"\s+|[^\s]+")


@dataclass
class Asked:
    """A question with its answer, if somebody wrote one."""

    question: Question
    row: WrittenAnswer | None

    @property
    def body(self) -> str:
        return self.row.body if self.row else ""

    @property
    def revision(self) -> int:
        return self.row.revision if self.row else 0


@dataclass
class AskedSite:
    """A site with what the plan says of it."""

    site: Site
    row: PlanSite | None

    @property
    def key(self) -> str:
        """The site's key as the page writes it in addresses and anchors."""
        return str(self.site.pk)

    @property
    def name(self) -> str:
        return self.site.name or str(self.site.municipality)

    @property
    def revision(self) -> int:
        return self.row.revision if self.row else 0


@dataclass
class Part:
    """A section as it is read or written."""

    section: Section
    questions: list[Asked]
    sites: list[AskedSite] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"p-{self.section.key}"


def parts_of(plan: TransitionPlan, *, all_sites: bool = False) -> list[Part]:
    """The sections of a version. ``all_sites``: open sites that nobody spoke of yet, too."""
    answers = {row.question: row for row in plan.answers.select_related("edited_by")}
    sites = _sites(plan, all_sites)
    told = {
        one.site.pk: SiteAnswer(
            one.name, one.row.asks, one.row.existing, one.row.rooms, one.row.wanted_on is not None
        )
        if one.row
        else SiteAnswer(one.name)
        for one in sites
    }
    missing = missing_parts(plan.form, {key: row.body for key, row in answers.items()}, told)
    return [
        Part(
            section,
            [Asked(question, answers.get(question.key)) for question in section.questions],
            sites if section.per_site else [],
            [part for part in missing if part.section == section.title],
        )
        for section in FORMS[plan.form]
    ]


def _sites(plan: TransitionPlan, all_sites: bool) -> list[AskedSite]:
    rows = plan.plan_sites.select_related("site__municipality", "site__school", "edited_by")
    told = {row.site_id: row for row in rows}
    if not all_sites:
        return [AskedSite(row.site, row) for row in told.values()]
    sites = Site.objects.open().filter(school=plan.school_id).select_related("municipality")
    return [AskedSite(site, told.get(site.pk)) for site in sites.order_by("name", "pk")]


@dataclass(frozen=True)
class Change:
    """One question in two versions. ``pieces``: (``same``, ``gone`` or ``new``, words)."""

    label: str
    pieces: list[tuple[str, str]]

    @property
    def is_changed(self) -> bool:
        return any(kind != "same" for kind, _words in self.pieces)


@dataclass(frozen=True)
class SectionChange:
    """A section in two versions."""

    title: str
    changes: list[Change]

    @property
    def is_changed(self) -> bool:
        return any(change.is_changed for change in self.changes)


def changes_between(old: TransitionPlan, new: TransitionPlan) -> list[SectionChange]:
    """Section by section, what became of each answer; a question only one form has counts too."""
    before, after = _texts(old), _texts(new)
    titles = list(dict.fromkeys([*after, *before]))
    return [
        SectionChange(
            title,
            [
                Change(label, pieces(before.get(title, {}).get(label, ""), text))
                for label, text in _both(before.get(title, {}), after.get(title, {}))
            ],
        )
        for title in titles
    ]


def _both(before: dict[str, str], after: dict[str, str]) -> list[tuple[str, str]]:
    labels = list(dict.fromkeys([*after, *before]))
    return [(label, after.get(label, "")) for label in labels]


def _texts(plan: TransitionPlan) -> dict[str, dict[str, str]]:
    """Section → question in words → answer in words."""
    found: dict[str, dict[str, str]] = {}
    for part in parts_of(plan):
        told = {str(asked.question.label): asked.body for asked in part.questions}
        for one in part.sites:
            if one.row is not None:
                told[one.name] = site_words(one.row)
        found[str(part.section.title)] = told
    return found


def site_words(row: PlanSite) -> str:
    """What a plan says of one site, as a text."""
    if row.asks is None:
        return ""
    if not row.asks:
        return _("Ne demande pas de réseau interne.")
    lines = [
        _("Demande un réseau interne."),
        _("Réseau existant : %s") % (row.existing or "–"),
        _("Locaux à couvrir : %s") % (row.rooms or "–"),
    ]
    if row.wanted_on:
        lines.append(_("Souhaité pour le %s") % date_format(row.wanted_on, "d/m/Y"))
    return "\n".join(lines)


def pieces(before: str, after: str) -> list[tuple[str, str]]:
    """Word by word: what stayed, what went, what is new."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    found: list[tuple[str, str]] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(old[i:j])))
            continue
        if j > i:
            found.append(("gone", "".join(old[i:j])))
        if m > k:
            found.append(("new", "".join(new[k:m])))
    return found
