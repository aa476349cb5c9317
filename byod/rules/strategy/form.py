"""The questions of a strategy, by version of the form, with a model text to start from. Plain data.

A strategy keeps the version it was written with: a question that changes its meaning is a new form.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from schools.agreements.plan_form import Missing, Question, Section, Text

FORMS: dict[int, tuple[Section, ...]] = {
    1: (
        Section(
            "aims",
            _("Objectifs"),
            (
                Question(
                    "aims",
                    _("À quoi serviront les appareils des élèves, en classe et à la maison ?"),
                    _("Deux ou trois usages, les années concernées, et ce qui se fera sans écran."),
                    _(
                        "Dès la 3e année, les élèves travaillent avec leur appareil ou un appareil "
                        "prêté pour chercher, écrire et s’exercer. [Cours et années concernés.] "
                        "Les cours qui n’en ont pas besoin se donnent sans écran."
                    ),
                ),
                Question(
                    "measure",
                    _("À quoi verrez-vous que c’est réussi ?"),
                    _("Ce que l’on pourra compter ou demander aux élèves, et quand."),
                    _(
                        "Chaque juin : part des élèves équipés, nombre de prêts, avis des élèves "
                        "et des enseignants. [Autres repères.]"
                    ),
                ),
            ),
        ),
        Section(
            "charter",
            _("Charte"),
            (
                Question(
                    "charter",
                    _("Comment la charte est-elle expliquée et acceptée ?"),
                    _("Qui l’explique aux élèves et aux parents, et quand elle est revue."),
                    _(
                        "La charte est lue en classe la première semaine. Les parents l’acceptent "
                        "avec l’élève ; sans accord, l’appareil n’entre pas sur le réseau. Elle "
                        "est revue chaque année avec le conseil de participation."
                    ),
                ),
            ),
        ),
        Section(
            "zones",
            _("Zones du réseau"),
            (
                Question(
                    "zones",
                    _("Où et quand les appareils personnels entrent-ils sur le réseau ?"),
                    _("Locaux couverts, heures, élèves, enseignants et invités séparés."),
                    _(
                        "Élèves, enseignants et invités ont chacun leur zone, séparée du réseau "
                        "administratif. Les élèves y entrent pendant les heures de cours, dans "
                        "[locaux]. Les invités n’ont qu’Internet, pour quelques heures."
                    ),
                ),
            ),
        ),
        Section(
            "equity",
            _("Équité"),
            (
                Question(
                    "equity",
                    _("Que recevez-vous et que prêtez-vous aux élèves sans appareil ?"),
                    _("Taille de la réserve (10 à 15 % des élèves sans appareil), ordre, délai."),
                    _(
                        "L’école prête appareil, chargeur et connexion à l’élève qui n’en a pas, "
                        "sans caution et sans justificatif de revenus. Ceux qui n’ont jamais été "
                        "servis passent d’abord. Un retard de paiement ne bloque jamais un prêt. "
                        "[Nombre d’appareils de la réserve.]"
                    ),
                ),
                Question(
                    "discretion",
                    _("Comment évitez-vous qu’un élève soit montré du doigt ?"),
                    _("Remise discrète, mêmes appareils, personne qui reçoit les demandes."),
                    _(
                        "La demande se fait à [personne], en dehors de la classe. Les appareils "
                        "prêtés ressemblent aux autres."
                    ),
                ),
            ),
        ),
        Section(
            "insurance",
            _("Assurance et dommages"),
            (
                Question(
                    "insurance",
                    _("Qui paie en cas de dommage, de perte ou de vol ?"),
                    _("Assurance de l’école, franchise, appareils personnels, marche à suivre."),
                    _(
                        "Les appareils prêtés sont couverts par [assurance, numéro de contrat, "
                        "franchise]. Les appareils personnels restent sous la responsabilité de "
                        "la famille. Tout dommage est signalé le jour même ; l’élève reçoit un "
                        "appareil de remplacement."
                    ),
                ),
            ),
        ),
        Section(
            "filtering",
            _("Filtrage et vie privée"),
            (
                Question(
                    "filtering",
                    _("Qu’est-ce qui est filtré, et qu’est-ce qui n’est jamais regardé ?"),
                    _("Catégories bloquées, durée de conservation, qui voit quoi."),
                    _(
                        "Les contenus illégaux ou violents sont bloqués pour les élèves. L’école "
                        "ne garde ni les sites visités ni le contenu des échanges. Les heures de "
                        "connexion sont effacées après six mois."
                    ),
                ),
            ),
        ),
        Section(
            "staff",
            _("Équipe"),
            (
                Question(
                    "in_charge",
                    _("Qui s’en occupe, et qui remplace ?"),
                    _("Fonctions et heures prévues ; pas de nom d’élève ici."),
                    _(
                        "La direction répond de la stratégie. [Fonction] tient le guichet des "
                        "prêts, [heures] par semaine ; [fonction] remplace."
                    ),
                ),
                Question(
                    "training",
                    _("Comment l’équipe est-elle formée ?"),
                    _("Journées, thèmes, accueil des nouveaux collègues."),
                    _("Une demi-journée à la rentrée pour tous ; [formations prévues]."),
                    required=False,
                ),
            ),
        ),
    )
}
LATEST = max(FORMS)
LANGUAGES = ("fr", "de")
GAP = "["
"""Opens what the model text leaves to the school."""


def questions_of(form: int) -> list[Question]:
    return [question for section in FORMS[form] for question in section.questions]


def question_of(form: int, key: str) -> Question | None:
    """A question of one version of the form; None where it asks no such thing."""
    return next((one for one in questions_of(form) if one.key == key), None)


def gaps_in(form: int, answers: Mapping[str, str]) -> list[Missing]:
    """What keeps a strategy from being handed in, in the order of the form: a question without an
    answer, or a model text whose […] nobody filled in."""
    found = []
    for section in FORMS[form]:
        for one in section.questions:
            body = answers.get(one.key, "").strip()
            if one.required and not body:
                found.append(Missing(f"q-{one.key}", section.title, one.label))
            elif _is_unfilled(body, one.model):
                found.append(
                    Missing(f"q-{one.key}", section.title, _("complétez ce qui est entre crochets"))
                )
    return found


def _is_unfilled(body: str, model: Text) -> bool:
    """Whether a bracket of the model still stands in the text, word for word, in the language in
    which it was begun: the PO may read it in another."""
    for language in LANGUAGES:
        with override(language):
            brackets = [part.partition("]")[0] for part in str(model).split(GAP)[1:]]
        if any(f"[{one}]" in body for one in brackets):
            return True
    return False
