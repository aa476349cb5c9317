"""The words in which a resource is described: plain for teachers, LOM and ScoLOMfr for machines.

LOM is IEEE 1484.12.1, LOMFR is NF Z76-040, ScoLOMFR its school profile. Belgian levels have no
term of their own there: they are told under a source of ours.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Audience(models.TextChoices):
    """For whom: levels of Belgian compulsory education and beyond."""

    NURSERY = "m", _("maternel")
    P1_P2 = "p1-p2", _("1re et 2e primaires")
    P3_P4 = "p3-p4", _("3e et 4e primaires")
    P5_P6 = "p5-p6", _("5e et 6e primaires")
    S1 = "s1", _("1er degré du secondaire")
    S2 = "s2", _("2e degré du secondaire")
    S3 = "s3", _("3e degré du secondaire")
    SPECIAL = "sp", _("enseignement spécialisé")
    ADULT = "ps", _("promotion sociale")
    TEACHERS = "ens", _("enseignants")


AGES = {
    "m": (3, 5),
    "p1-p2": (6, 7),
    "p3-p4": (8, 9),
    "p5-p6": (10, 11),
    "s1": (12, 13),
    "s2": (14, 15),
    "s3": (16, 18),
}
"""Typical ages of a level (LOM 5.7)."""


class Subject(models.TextChoices):
    FRENCH = "fr", _("français")
    GERMAN = "de", _("allemand")
    LANGUAGES = "lm", _("langues modernes")
    MATHS = "math", _("mathématiques")
    SCIENCE = "sc", _("sciences")
    HISTORY = "hist", _("histoire et géographie")
    SOCIAL = "soc", _("sciences économiques et sociales")
    ARTS = "art", _("éducation artistique")
    SPORT = "sport", _("éducation physique")
    CITIZEN = "cit", _("philosophie et citoyenneté")
    DIGITAL = "num", _("éducation au numérique")
    TECHNICAL = "tech", _("formation technique et manuelle")
    CROSS = "trans", _("transversal")


class ResourceKind(models.TextChoices):
    """What it is (LOM 5.2)."""

    LESSON = "lesson", _("cours ou présentation")
    SCENARIO = "scenario", _("séquence de cours")
    EXERCISE = "exercise", _("exercices")
    TEST = "test", _("évaluation")
    GAME = "game", _("jeu éducatif")
    SIMULATION = "simulation", _("simulation")
    EXPERIMENT = "experiment", _("expérience à mener")
    ANIMATION = "animation", _("animation ou vidéo")
    TUTORIAL = "tutorial", _("tutoriel")
    GUIDE = "guide", _("guide pour enseignants")
    STORY = "story", _("témoignage d’un projet")


KIND_TERMS = {
    "lesson": ("LOMv1.0", "lecture"),
    "scenario": ("LOMFRv1.0", "scénario pédagogique"),
    "exercise": ("LOMv1.0", "exercise"),
    "test": ("LOMv1.0", "exam"),
    "game": ("ScoLOMFRv1.0", "jeu éducatif"),
    "simulation": ("LOMv1.0", "simulation"),
    "experiment": ("LOMv1.0", "experiment"),
    "animation": ("LOMFRv1.0", "animation"),
    "tutorial": ("LOMFRv1.0", "tutoriel"),
    "guide": ("LOMFRv1.0", "guide"),
    "story": ("ScoLOMFRv1.0", "témoignage pédagogique"),
}
"""Kind → vocabulary and term of LOM 5.2."""


class ResourceLanguage(models.TextChoices):
    FRENCH = "fr", _("français")
    GERMAN = "de", _("allemand")
    DUTCH = "nl", _("néerlandais")
    ENGLISH = "en", _("anglais")


class MayChange(models.TextChoices):
    """First question of the licence."""

    YES = "yes", _("Oui")
    ALIKE = "alike", _("Oui, s’ils partagent leur version aux mêmes conditions")
    NO = "no", _("Non, telle quelle uniquement")


class MaySell(models.TextChoices):
    """Second question of the licence."""

    YES = "yes", pgettext_lazy("others may sell", "Oui")
    NO = "no", _("Non, jamais contre paiement")


class Material(models.TextChoices):
    """Rights of third parties."""

    OWN = "own", _("Tout est de notre main")
    FREE = "free", _("J’ai repris des œuvres libres, et je cite leurs auteurs")
    ASKED = "asked", _("J’ai repris des œuvres avec l’accord écrit de leurs auteurs")


class Aid(models.TextChoices):
    """What makes it usable by everybody."""

    SUBTITLES = "subtitles", _("sous-titres ou transcription")
    ALTERNATIVES = "alternatives", _("images décrites")
    CONTRAST = "contrast", _("contrastes suffisants")
    KEYBOARD = "keyboard", _("utilisable au clavier")
    READABLE = "readable", _("texte lisible par une synthèse vocale")
    DYS = "dys", _("mise en page pour élèves dyslexiques")
