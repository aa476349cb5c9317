"""The questions of the integrated transition plan, by version of the form. Plain data.

A plan keeps the version it was written with: a question that changes its meaning is a new form, so
that what a school answered stays readable beside what it was asked.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Question:
    """One question in plain words. ``hint``: what a good answer holds; ``model``: a text to adapt,
    with […] where only the school knows."""

    key: str
    label: Text
    hint: Text = ""
    model: Text = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group. ``per_site``: asked of each site (``PlanSite``), no question of its own."""

    key: str
    title: Text
    questions: tuple[Question, ...] = ()
    per_site: bool = False


FORMS: dict[int, tuple[Section, ...]] = {
    1: (
        Section(
            "vision",
            _("Vision et objectifs"),
            (
                Question(
                    "aims",
                    _("Que doit changer le numérique pour vos élèves, d’ici trois ans ?"),
                    _("Deux ou trois objectifs, en lien avec le projet d’établissement."),
                ),
                Question(
                    "success",
                    _("À quoi verrez-vous que c’est réussi ?"),
                    _("Ce que l’on pourra observer ou compter."),
                ),
            ),
        ),
        Section("connectivity", _("Connectivité"), per_site=True),
        Section(
            "equipment",
            _("Équipement"),
            (
                Question(
                    "owned",
                    _("Quel matériel utilisez-vous déjà, et dans quel état est-il ?"),
                    _("Inutile de recopier l’inventaire : dites ce qui sert et ce qui manque."),
                ),
                Question("needed", _("De quel matériel aurez-vous besoin, et pour quoi faire ?")),
            ),
        ),
        Section(
            "uses",
            _("Usages pédagogiques"),
            (
                Question(
                    "uses",
                    _("Que feront les élèves et les enseignants avec le numérique ?"),
                    _("Par année ou par cours ; ce qui existe et ce qui est nouveau."),
                ),
            ),
        ),
        Section(
            "training",
            _("Formation de l’équipe"),
            (
                Question(
                    "training",
                    _("Qui se formera, à quoi et quand ?"),
                    _("Nombre d’enseignants, organisme ou collègue formateur, journées prévues."),
                ),
            ),
        ),
        Section(
            "support",
            _("Accompagnement"),
            (
                Question(
                    "in_charge",
                    _("Qui porte le plan dans l’école ?"),
                    _("Nom et fonction ; les heures prévues pour cela."),
                ),
                Question(
                    "support",
                    _("Qui vous accompagne ?"),
                    _("Conseiller technopédagogique, réseau, école partenaire…"),
                    required=False,
                ),
            ),
        ),
        Section(
            "byod",
            _("Appareils personnels (BYOD)"),
            (
                Question(
                    "byod",
                    _("Les élèves viendront-ils avec leur appareil ? À quelles conditions ?"),
                    _("« Non » si ce n’est pas prévu. Dites qui prête à ceux qui n’en ont pas."),
                ),
            ),
        ),
        Section(
            "budget",
            _("Budget et calendrier"),
            (
                Question(
                    "budget",
                    _("Quel budget, et d’où vient-il ?"),
                    _("Montants par an : école, pouvoir organisateur, Région, autres."),
                ),
                Question(
                    "calendar",
                    _("Quelles étapes, et à quelles dates ?"),
                    _("Une ligne par étape suffit."),
                ),
            ),
        ),
    )
}
LATEST = max(FORMS)


def question_of(form: int, key: str) -> Question | None:
    """A question of one version of the form; None where it asks no such thing."""
    for section in FORMS[form]:
        for question in section.questions:
            if question.key == key:
                return question
    return None


@dataclass(frozen=True, slots=True)
class SiteAnswer:
    """What a plan says of one site, as plain values."""

    site: str
    asks: bool | None = None
    existing: str = ""
    rooms: str = ""
    dated: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """A part that is not there: where it stands, and what it is."""

    anchor: str
    section: Text
    what: Text


def missing_parts(
    form: int, answers: dict[str, str], sites: dict[int, SiteAnswer]
) -> list[Missing]:
    """What keeps a plan from being submitted, in the order of the form."""
    found: list[Missing] = []
    for section in FORMS[form]:
        found += [
            Missing(f"q-{question.key}", section.title, question.label)
            for question in section.questions
            if question.required and not answers.get(question.key, "").strip()
        ]
        if section.per_site:
            for pk, site in sites.items():
                found += [
                    Missing(f"s-{pk}", section.title, f"{site.site} : {what}")
                    for what in _missing_of(site)
                ]
    return found


def _missing_of(site: SiteAnswer) -> list[Text]:
    if site.asks is None:
        return [_("dites si elle demande un réseau interne")]
    if not site.asks:
        return []
    wanted: list[tuple[bool, Text]] = [
        (bool(site.existing.strip()), _("le réseau existant")),
        (bool(site.rooms.strip()), _("les locaux à couvrir")),
        (site.dated, _("la date souhaitée")),
    ]
    return [what for there, what in wanted if not there]
