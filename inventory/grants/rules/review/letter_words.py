"""The words of decision letters, side by side in both languages.

A letter speaks the school's language, not the reader's, and its legal sentences are proofread in
pairs: that is why they stand here and not among the strings of the interface.
"""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("fr", "de")

WORDS: Final[dict[str, dict[str, str]]] = {
    "title": {
        "fr": "Décision sur votre dossier",
        "de": "Entscheidung über Ihren Antrag",
    },
    "sender": {
        "fr": "Service public de Wallonie · Programme École numérique",
        "de": "Öffentlicher Dienst der Wallonie · Programm Digitale Schule",
    },
    "call": {
        "fr": "Appel à projets",
        "de": "Projektaufruf",
    },
    "file": {
        "fr": "Dossier",
        "de": "Antrag",
    },
    "school": {
        "fr": "École",
        "de": "Schule",
    },
    "site": {
        "fr": "Implantation",
        "de": "Standort",
    },
    "decided_on": {
        "fr": "Décidé le",
        "de": "Entschieden am",
    },
    "amount": {
        "fr": "Montant",
        "de": "Betrag",
    },
    "decision": {
        "fr": "La décision",
        "de": "Die Entscheidung",
    },
    "facts": {
        "fr": "Les motifs de fait",
        "de": "Die tatsächlichen Gründe",
    },
    "law": {
        "fr": "Les motifs de droit",
        "de": "Die rechtlichen Gründe",
    },
    "criteria": {
        "fr": "L’appréciation, critère par critère",
        "de": "Die Bewertung, Kriterium für Kriterium",
    },
    "criterion": {
        "fr": "Critère",
        "de": "Kriterium",
    },
    "points": {
        "fr": "Points",
        "de": "Punkte",
    },
    "weight": {
        "fr": "Part de la note",
        "de": "Anteil an der Note",
    },
    "comment": {
        "fr": "Ce qu’en disent les évaluateurs",
        "de": "Was die Gutachter dazu sagen",
    },
    "no_comment": {
        "fr": "–",
        "de": "–",
    },
    "condition": {
        "fr": "La condition",
        "de": "Die Bedingung",
    },
    "remedies": {
        "fr": "Si vous n’êtes pas d’accord",
        "de": "Wenn Sie nicht einverstanden sind",
    },
    "hash": {
        "fr": "Empreinte SHA-256 du contenu de cette lettre\u00a0: {hash}",
        "de": "SHA-256-Prüfsumme des Inhalts dieses Schreibens: {hash}",
    },
    "awarded": {
        "fr": "Votre projet «\u00a0{title}\u00a0» est retenu. Le montant accordé est de {amount}.",
        "de": "Ihr Projekt „{title}“ ist angenommen. Der bewilligte Betrag beläuft sich auf "
        "{amount}.",
    },
    "conditional": {
        "fr": "Votre projet «\u00a0{title}\u00a0» est retenu sous condition, pour un montant "
        "de {amount}.",
        "de": "Ihr Projekt „{title}“ ist unter einer Bedingung angenommen, für einen Betrag "
        "von {amount}.",
    },
    "reserve": {
        "fr": "Votre projet «\u00a0{title}\u00a0» est valide et figure sur la liste de "
        "réserve, à la place {reserve}. Il sera retenu si un budget suffisant se libère.",
        "de": "Ihr Projekt „{title}“ ist gültig und steht auf der Reserveliste, auf Platz "
        "{reserve}. Es wird angenommen, sobald genügend Mittel frei werden.",
    },
    "refused": {
        "fr": "Votre projet «\u00a0{title}\u00a0» n’est pas retenu.",
        "de": "Ihr Projekt „{title}“ ist nicht angenommen.",
    },
    "score": {
        "fr": "Le dossier a été examiné par {n} évaluateurs sans lien avec votre école. Sa "
        "note est de {score} sur 100.",
        "de": "Der Antrag wurde von {n} Gutachtern ohne Verbindung zu Ihrer Schule geprüft. "
        "Seine Note beträgt {score} von 100.",
    },
    "rank": {
        "fr": "Il occupe le rang {rank} des {of} dossiers valides.",
        "de": "Er belegt Rang {rank} unter den {of} gültigen Anträgen.",
    },
    "budget": {
        "fr": "Le budget disponible de {available} est attribué dans l’ordre des notes\u00a0; "
        "{spent} sont attribués.",
        "de": "Die verfügbaren Mittel von {available} werden in der Reihenfolge der Noten "
        "vergeben; {spent} sind vergeben.",
    },
    "fits": {
        "fr": "À ce rang, le budget couvre le montant demandé.",
        "de": "Auf diesem Rang decken die Mittel den beantragten Betrag.",
    },
    "quota": {
        "fr": "La part du budget réservée aux écoles d’une classe d’indice socio-économique de "
        "1 à {ise} couvre le montant demandé.",
        "de": "Der Anteil der Mittel, der Schulen einer sozioökonomischen Klasse von 1 bis "
        "{ise} vorbehalten ist, deckt den beantragten Betrag.",
    },
    "cut": {
        "fr": "Le budget est épuisé avant ce rang.",
        "de": "Die Mittel sind vor diesem Rang erschöpft.",
    },
    "too_large": {
        "fr": "À ce rang, le solde du budget est inférieur au montant demandé de {asked}.",
        "de": "Auf diesem Rang ist der Rest der Mittel kleiner als der beantragte Betrag von "
        "{asked}.",
    },
    "school_max": {
        "fr": "Le maximum de {most} par école serait dépassé.",
        "de": "Der Höchstbetrag von {most} je Schule würde überschritten.",
    },
    "reserve_full": {
        "fr": "La liste de réserve, limitée à {size} dossiers, est complète avant ce rang.",
        "de": "Die auf {size} Anträge begrenzte Reserveliste ist vor diesem Rang voll.",
    },
    "tie": {
        "fr": "À note égale, les dossiers sont départagés par {tie}, comme le règlement l’annonce.",
        "de": "Bei gleicher Note entscheidet, wie im Reglement angekündigt, {tie}.",
    },
    "tie_pedagogical": {
        "fr": "la note pédagogique",
        "de": "die pädagogische Note",
    },
    "tie_ise_class": {
        "fr": "la classe d’indice socio-économique",
        "de": "die sozioökonomische Klasse",
    },
    "tie_never_awarded": {
        "fr": "l’absence d’octroi antérieur",
        "de": "das Fehlen einer früheren Bewilligung",
    },
    "tie_pupils": {
        "fr": "le nombre d’élèves",
        "de": "die Schülerzahl",
    },
    "tie_amount": {
        "fr": "le montant demandé",
        "de": "der beantragte Betrag",
    },
    "tie_submitted_at": {
        "fr": "la date d’envoi",
        "de": "das Datum der Einreichung",
    },
    "tie_reference": {
        "fr": "l’ordre des références",
        "de": "die Reihenfolge der Aktenzeichen",
    },
    "pedagogical_opinion": {
        "fr": "Sur le plan pédagogique, {no} évaluateurs sur {of} jugent le projet non valide.",
        "de": "In pädagogischer Hinsicht halten {no} von {of} Gutachtern das Projekt für ungültig.",
    },
    "technical_opinion": {
        "fr": "Sur le plan technique, {no} évaluateurs sur {of} jugent le projet non valide.",
        "de": "In technischer Hinsicht halten {no} von {of} Gutachtern das Projekt für ungültig.",
    },
    "pedagogical_threshold": {
        "fr": "Les critères pédagogiques atteignent {percent}\u00a0%\u00a0; le seuil publié "
        "est de {threshold}\u00a0%.",
        "de": "Die pädagogischen Kriterien erreichen {percent}\u00a0%; die "
        "veröffentlichte Schwelle "
        "liegt bei {threshold}\u00a0%.",
    },
    "technical_threshold": {
        "fr": "Les critères techniques atteignent {percent}\u00a0%\u00a0; le seuil publié est "
        "de {threshold}\u00a0%.",
        "de": "Die technischen Kriterien erreichen {percent}\u00a0%; die veröffentlichte Schwelle "
        "liegt bei {threshold}\u00a0%.",
    },
    "below": {
        "fr": "Le critère «\u00a0{criterion}\u00a0» obtient {points} points\u00a0; le seuil "
        "publié est de {threshold}.",
        "de": "Das Kriterium „{criterion}“ erhält {points} Punkte; die veröffentlichte "
        "Schwelle liegt bei {threshold}.",
    },
    "promoted": {
        "fr": "Un budget s’est libéré\u00a0: votre dossier, premier de la liste de réserve que "
        "le solde couvre, est retenu.",
        "de": "Mittel sind frei geworden: Ihr Antrag, der erste der Reserveliste, den der Rest "
        "deckt, ist angenommen.",
    },
    "lapsed": {
        "fr": "La condition posée le {day} n’est pas remplie\u00a0: l’octroi est caduc.",
        "de": "Die am {day} gestellte Bedingung ist nicht erfüllt: Die Bewilligung ist hinfällig.",
    },
    "reconsidered": {
        "fr": "Votre dossier a été réexaminé par une autre personne que celles qui en avaient "
        "décidé.",
        "de": "Ihr Antrag wurde von einer anderen Person als zuvor erneut geprüft.",
    },
    "law_call": {
        "fr": "Le règlement de l’appel {call}, version {version}, publié le {day}, fixe les "
        "critères, leurs poids, leurs seuils et la manière de départager.",
        "de": "Das Reglement des Projektaufrufs {call}, Fassung {version}, veröffentlicht am "
        "{day}, legt die Kriterien, ihre Gewichte, ihre Schwellen und die Reihenfolge bei "
        "Gleichstand fest.",
    },
    "law_1991": {
        "fr": "La loi du 29 juillet 1991 relative à la motivation formelle des actes "
        "administratifs, articles 2 et 3, demande que cette décision énonce ses motifs de "
        "droit et de fait.",
        "de": "Das Gesetz vom 29. Juli 1991 über die ausdrückliche Begründung der "
        "Verwaltungsakte, Artikel 2 und 3, verlangt, dass diese Entscheidung ihre rechtlichen "
        "und tatsächlichen Gründe angibt.",
    },
    "due": {
        "fr": "Elle est à remplir pour le {day}. Sans cela, l’octroi devient caduc.",
        "de": "Sie ist bis zum {day} zu erfüllen. Andernfalls wird die Bewilligung hinfällig.",
    },
    "again": {
        "fr": "Vous pouvez demander un réexamen dans Préau, jusqu’au {day}. Quelqu’un d’autre "
        "que les personnes qui ont examiné et décidé le traitera.",
        "de": "Sie können bis zum {day} in Préau eine erneute Prüfung beantragen. Eine andere "
        "Person als jene, die geprüft und entschieden haben, wird sie bearbeiten.",
    },
    "council": {
        "fr": "Vous pouvez introduire un recours en annulation à la section du contentieux "
        "administratif du Conseil d’État, dans les 60 jours de la notification de cette "
        "décision, par requête recommandée ou par voie électronique (lois coordonnées du 12 "
        "janvier 1973 sur le Conseil d’État, articles 14 et 19\u00a0; arrêté du Régent du 23 "
        "août 1948, article 4).",
        "de": "Sie können innerhalb von 60 Tagen nach der Notifizierung dieser Entscheidung "
        "bei der Verwaltungsstreitsachenabteilung des Staatsrates eine Nichtigkeitsklage "
        "einreichen, per Einschreiben oder auf elektronischem Wege (koordinierte Gesetze vom "
        "12. Januar 1973 über den Staatsrat, Artikel 14 und 19; Erlass des Regenten vom 23. "
        "August 1948, Artikel 4).",
    },
}


def say(language: str, key: str, **values: object) -> str:
    """A sentence in that language (French where it is another one) with its values."""
    told = WORDS[key]
    return told.get(language, told["fr"]).format(**values)


def euros(amount: str, language: str) -> str:
    """``36500.00`` → ``36 500,00 €``, ``36.500,00 €``."""
    whole, _dot, cents = f"{amount}".partition(".")
    groups: list[str] = []
    while len(whole) > 3:
        groups.insert(0, whole[-3:])
        whole = whole[:-3]
    mark = "." if language == "de" else "\u00a0"
    return f"{mark.join([whole, *groups])},{(cents + '00')[:2]}\u00a0€"


def number(value: str) -> str:
    """``70.5`` → ``70,5``."""
    return value.replace(".", ",")
