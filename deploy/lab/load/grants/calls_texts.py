"""What the calls of the demo say: texts, forms and grids, in French and German."""

from __future__ import annotations

from typing import Any

FORM: dict[str, Any] = {
    "sections": [
        {
            "key": "projet",
            "title": {"fr": "Le projet", "de": "Das Projekt"},
            "intro": {
                "fr": "Trois réponses courtes valent mieux qu’un long dossier.",
                "de": "Drei kurze Antworten sind besser als ein langer Antrag.",
            },
            "questions": [
                {
                    "key": "objectifs",
                    "kind": "long_text",
                    "label": {
                        "fr": "Que feront les élèves qu’ils ne peuvent pas faire aujourd’hui ?",
                        "de": "Was werden die Schüler tun, das heute nicht möglich ist?",
                    },
                    "help": {
                        "fr": "Deux ou trois activités, par année.",
                        "de": "Zwei oder drei Aktivitäten, nach Jahrgang.",
                    },
                    "required": True,
                    "max_length": 3000,
                },
                {
                    "key": "classes",
                    "kind": "number",
                    "label": {"fr": "Nombre de classes concernées", "de": "Anzahl der Klassen"},
                    "required": True,
                    "min": 1,
                    "max": 60,
                },
                {
                    "key": "disciplines",
                    "kind": "choices",
                    "label": {"fr": "Disciplines", "de": "Fächer"},
                    "required": True,
                    "options": [
                        {"key": "francais", "label": {"fr": "Français", "de": "Französisch"}},
                        {"key": "maths", "label": {"fr": "Mathématiques", "de": "Mathematik"}},
                        {"key": "eveil", "label": {"fr": "Éveil", "de": "Sachkunde"}},
                        {"key": "langues", "label": {"fr": "Langues", "de": "Sprachen"}},
                        {"key": "arts", "label": {"fr": "Arts", "de": "Kunst"}},
                    ],
                },
                {
                    "key": "partenaire",
                    "kind": "yes_no",
                    "label": {
                        "fr": "Un partenaire accompagne-t-il le projet ?",
                        "de": "Begleitet ein Partner das Projekt?",
                    },
                    "required": True,
                },
                {
                    "key": "quel_partenaire",
                    "kind": "text",
                    "label": {"fr": "Lequel ?", "de": "Welcher?"},
                    "required": True,
                    "when": {"question": "partenaire", "equals": "yes"},
                },
            ],
        },
        {
            "key": "materiel",
            "title": {"fr": "Le matériel", "de": "Die Ausstattung"},
            "intro": {},
            "questions": [
                {
                    "key": "kits",
                    "kind": "kits",
                    "label": {"fr": "Kits demandés", "de": "Beantragte Kits"},
                    "help": {
                        "fr": "Les prix sont ceux du marché de la Région, TVA comprise.",
                        "de": "Preise des regionalen Marktes, inklusive Mehrwertsteuer.",
                    },
                    "required": True,
                },
                {
                    "key": "rangement",
                    "kind": "choice",
                    "label": {
                        "fr": "Où le matériel sera-t-il rangé et rechargé ?",
                        "de": "Wo wird die Ausstattung aufbewahrt und geladen?",
                    },
                    "required": True,
                    "options": [
                        {"key": "local", "label": {"fr": "local fermé", "de": "Abstellraum"}},
                        {"key": "classe", "label": {"fr": "en classe", "de": "im Klassenraum"}},
                        {"key": "prevoir", "label": {"fr": "à prévoir", "de": "noch offen"}},
                    ],
                },
                {
                    "key": "devis",
                    "kind": "file",
                    "label": {"fr": "Plan du local ou photo", "de": "Raumplan oder Foto"},
                    "required": False,
                },
            ],
        },
        {
            "key": "equipe",
            "title": {"fr": "L’équipe et le calendrier", "de": "Team und Zeitplan"},
            "intro": {},
            "questions": [
                {
                    "key": "formation",
                    "kind": "group",
                    "label": {"fr": "Formations prévues", "de": "Geplante Fortbildungen"},
                    "required": False,
                    "max_rows": 4,
                    "questions": [
                        {
                            "key": "sujet",
                            "kind": "text",
                            "label": {"fr": "Sujet", "de": "Thema"},
                            "required": True,
                        },
                        {
                            "key": "personnes",
                            "kind": "number",
                            "label": {"fr": "Personnes", "de": "Personen"},
                            "required": True,
                        },
                    ],
                },
                {
                    "key": "depart",
                    "kind": "date",
                    "label": {"fr": "Première utilisation en classe", "de": "Erster Einsatz"},
                    "required": True,
                },
            ],
        },
    ]
}
GRID: dict[str, Any] = {
    "criteria": [
        {
            "key": "apprentissages",
            "kind": "pedagogical",
            "label": {"fr": "Apprentissages visés", "de": "Angestrebtes Lernen"},
            "weight": "4",
            "max_points": 5,
            "threshold": 2,
            "anchors": {
                "1": {"fr": "le matériel est décrit, pas l’usage", "de": "nur Geräte beschrieben"},
                "3": {"fr": "des activités, sans progression", "de": "Aktivitäten ohne Aufbau"},
                "5": {"fr": "des activités par année, évaluées", "de": "nach Jahrgang, bewertet"},
            },
        },
        {
            "key": "equipe",
            "kind": "pedagogical",
            "label": {"fr": "Portage par l’équipe", "de": "Rückhalt im Team"},
            "weight": "2",
            "max_points": 5,
            "threshold": 0,
            "anchors": {
                "1": {"fr": "une seule personne", "de": "eine einzige Person"},
                "5": {"fr": "une équipe formée et un horaire", "de": "geschultes Team"},
            },
        },
        {
            "key": "faisabilite",
            "kind": "technical",
            "label": {"fr": "Faisabilité dans les locaux", "de": "Machbarkeit vor Ort"},
            "weight": "3",
            "max_points": 5,
            "threshold": 2,
            "anchors": {
                "1": {"fr": "ni rangement ni recharge", "de": "weder Lager noch Strom"},
                "5": {"fr": "local fermé, recharge et WiFi", "de": "Raum, Strom und WLAN"},
            },
        },
        {
            "key": "sobriete",
            "kind": "technical",
            "label": {"fr": "Sobriété et durée d’usage", "de": "Sparsamkeit, Nutzungsdauer"},
            "weight": "1",
            "max_points": 5,
            "threshold": 0,
        },
    ],
    "pedagogical_threshold": 50,
    "technical_threshold": 40,
}
RANKING: dict[str, Any] = {
    "method": "greedy",
    "tie_breaks": ["pedagogical", "ise_class", "submitted_at"],
    "quota_percent": 20,
    "quota_ise_max": 5,
    "reserve_size": 3,
    "appeal_percent": 5,
}
DECISIONS: dict[str, Any] = {
    "awarded": {
        "fr": "Votre projet est retenu. Le matériel est commandé au marché de la Région.",
        "de": "Ihr Projekt wurde ausgewählt. Die Ausstattung wird bestellt.",
    },
    "conditional": {
        "fr": "Votre projet est retenu si la condition ci-dessous est remplie.",
        "de": "Ihr Projekt wird bewilligt, wenn die folgende Bedingung erfüllt ist.",
    },
    "reserve": {
        "fr": "Votre projet est valable et attend un montant qui se libère.",
        "de": "Ihr Projekt ist gültig und wartet auf frei werdende Mittel.",
    },
    "refused": {
        "fr": "Votre projet n’est pas retenu, pour les motifs ci-dessous.",
        "de": "Ihr Projekt wurde aus folgenden Gründen nicht ausgewählt.",
    },
    "ineligible": {
        "fr": "Votre dossier n’est pas recevable, pour le motif ci-dessous.",
        "de": "Ihr Antrag ist aus folgendem Grund nicht zulässig.",
    },
}
RULES_FR = """Chaque implantation remet un dossier par appel. La direction le valide, le pouvoir \
organisateur le contresigne.

Les dossiers sont jugés par deux personnes sans lien avec l’école, sur leur validité pédagogique \
puis technique. Les critères, leurs poids et leurs seuils sont publiés avec l’appel.

L’école rend une ressource pédagogique sous licence ouverte dans l’année qui suit la livraison."""
RULES_DE = """Jeder Standort reicht einen Antrag pro Aufruf ein. Die Schulleitung bestätigt ihn, \
der Schulträger zeichnet gegen.

Zwei Personen ohne Bindung zur Schule beurteilen die Anträge, zuerst pädagogisch, dann technisch. \
Kriterien, Gewichte und Schwellen stehen im Aufruf.

Im Jahr nach der Lieferung stellt die Schule eine Ressource unter offener Lizenz bereit."""
ANSWERS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "Un journal parlé en 5e primaire",
        "Les élèves de 5e écrivent, enregistrent et montent un journal de trois minutes.",
        {"classes": "4", "disciplines": ["francais", "eveil"], "partenaire": "no"},
    ),
    (
        "Mesurer la cour, programmer le plan",
        "Les élèves de 4e mesurent la cour, puis programment un robot qui en suit le plan.",
        {"classes": "3", "disciplines": ["maths", "eveil"], "partenaire": "no"},
    ),
    (
        "Lire à deux voix",
        "Chaque élève s’enregistre, se réécoute avec un pair et mesure ses progrès de lecture.",
        {"classes": "6", "disciplines": ["francais"], "partenaire": "no"},
    ),
    (
        "Zwei Sprachen, ein Hörspiel",
        "Die Klassen schreiben und vertonen ein Hörspiel auf Deutsch und Französisch.",
        {"classes": "5", "disciplines": ["langues"], "partenaire": "no"},
    ),
    (
        "Un herbier numérique",
        "Photographier, décrire et classer les plantes du quartier, saison après saison.",
        {"classes": "8", "disciplines": ["eveil", "arts"], "partenaire": "no"},
    ),
)
"""Title, aims, and the other answers of a file."""
