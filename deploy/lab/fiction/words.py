"""Invented names: towns, streets, schools, people. None of the towns exists."""

from __future__ import annotations

from random import Random

HEADS = (
    "Mar", "Bel", "Haut", "Sart", "Cour", "Fon", "Vil", "Mon", "Ros", "Gran", "Lam", "Brai",
    "Char", "Nei", "Ol", "Per", "Cla", "Ver", "Tour", "Aub", "Bour", "Cham", "Dur", "Esti",
    "Flo", "Gor", "Han", "Jam", "Lou", "Mal", "Noi", "Ouf", "Pon", "Quar", "Rem", "Sol",
    "Thi", "Val", "Wan", "Yern",
)  # fmt: skip
TAILS = (
    "vaille", "rive", "court", "champ", "mont", "ville", "bois", "lieu", "vaux", "sart", "fosse",
    "mesnil", "noy", "gnies", "rieux", "pont", "fays", "heid", "lez", "coq", "tour", "roux",
    "nelle", "clair", "bray", "gue",
)  # fmt: skip
BESIDE = ("-sur-Onde", "-la-Tour", "-le-Pré", "-aux-Saules", "-lez-Bois", "-Saint-Fictif")
GERMAN_HEADS = ("Linden", "Kastanien", "Birken", "Wiesen", "Eichen", "Sonnen", "Mühlen", "Buchen")
GERMAN_TAILS = ("feld", "bach", "berg", "rode", "born", "hagen", "thal", "weiler")

STREETS = ("Rue", "Avenue", "Place", "Chemin", "Clos", "Drève")
TREES = (
    "du Tilleul", "des Saules", "de l’Érable", "du Moulin", "de la Fontaine", "des Bouleaux",
    "du Verger", "de l’Étang", "des Peupliers", "du Noyer", "de la Carrière", "des Aubépines",
    "du Vieux Four", "de la Gare", "du Lavoir", "des Hêtres", "de la Colline", "des Genêts",
)  # fmt: skip
GERMAN_STREETS = ("Schulstraße", "Kirchweg", "Am Bach", "Lindenallee", "Dorfplatz", "Hochstraße")

FIRST = (
    "Nadia", "Luc", "Hélène", "Marc", "Aïcha", "Jean", "Sophie", "Karim", "Anne", "Paul", "Inès",
    "Olivier", "Fatima", "Benoît", "Chloé", "Yves", "Samira", "Éric", "Julie", "Noé", "Zoé",
    "André", "Léa", "Hugo", "Manon", "Adil", "Claire", "Denis", "Élise", "Gaël",
)  # fmt: skip
LAST_HEADS = ("Dela", "Van", "Du", "Le", "Mar", "Hen", "Col", "Gil", "Ber", "Lam", "Pir", "Ron")
LAST_TAILS = (
    "fiction", "tilleul", "verger", "moulin", "saule", "pré", "ruche", "brume", "colline",
    "lune", "plume", "clairière", "rivage", "halle",
)  # fmt: skip
GERMAN_FIRST = ("Karin", "Jürgen", "Heike", "Ralf", "Ute", "Bernd", "Anja", "Uwe")
GERMAN_LAST = ("Lindner-Beispiel", "Bachmann-Beispiel", "Wiesner-Beispiel", "Eicher-Beispiel")


def town_names(german: bool = False) -> list[str]:
    """Every town name there is, once, in an order that is always the same.

    A town bears one name whatever the size and the seed of the Region: two loads agree.
    """
    order = Random(0)
    if german:
        names = [head + tail for head in GERMAN_HEADS for tail in GERMAN_TAILS]
    else:
        names = [head + tail for head in HEADS for tail in TAILS]
        names += [f"{name}{order.choice(BESIDE)}" for name in names[::7]]
    order.shuffle(names)
    return names


def street(random: Random, german: bool) -> str:
    """A street and a number."""
    number = random.randint(1, 180)
    if german:
        return f"{random.choice(GERMAN_STREETS)} {number}"
    return f"{random.choice(STREETS)} {random.choice(TREES)} {number}"


def person(random: Random, german: bool) -> str:
    """First and last name; the last one says that nobody bears it."""
    if german:
        return f"{random.choice(GERMAN_FIRST)} {random.choice(GERMAN_LAST)}"
    return f"{random.choice(FIRST)} {random.choice(LAST_HEADS)}{random.choice(LAST_TAILS)}"
