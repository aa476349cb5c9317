"""The words of the sources and what they are to us. Data: a new spelling is a new row.

Levels and networks as the open-data portal of the FWB writes them, and as schools write them.
"""

from __future__ import annotations

import re

from schools.imports.columns import plain
from schools.models import Level, Network, RoleKind, RoomKind, Scheme, SchoolKind

OTHER_FIELD = ("superieur", "universit", "haute ecole", "artistique", "academie", "centre pms")
"""Teaching that the plan does not equip."""


def levels_of(kind: str, level: str) -> frozenset[str]:
    """Our levels for a type and a level of the source; empty when nobody knows.

    Fondamental is maternel and primaire. Specialised teaching, CEFA and adults are levels of
    their own with us, whatever level of the source they stand beside.
    """
    words = f"{plain(kind)} {plain(level)}"
    if "specialise" in words:
        return frozenset({Level.SPECIAL.value})
    if "alternance" in words or re.search(r"\bcefa\b", words):
        return frozenset({Level.CEFA.value})
    if "promotion sociale" in words or "adultes" in words:
        return frozenset({Level.ADULT.value})
    found = {
        ours.value
        for word, several in (
            ("maternel", (Level.NURSERY,)),
            ("primaire", (Level.PRIMARY,)),
            ("fondamental", (Level.NURSERY, Level.PRIMARY)),
            ("secondaire", (Level.SECONDARY,)),
        )
        if word in plain(level)
        for ours in several
    }
    return frozenset(found)


def of_another_field(kind: str, level: str) -> bool:
    """Whether this is teaching that Préau does not look after (higher, artistic)."""
    words = f"{plain(kind)} {plain(level)}"
    return any(word in words for word in OTHER_FIELD)


NAMES: dict[str, Network] = {
    "wbe": Network.WBE,
    "w b e": Network.WBE,
    "wallonie bruxelles enseignement": Network.WBE,
    "wallonie bruxelles": Network.WBE,
    "organise par la federation wallonie bruxelles": Network.WBE,
    "communaute francaise": Network.WBE,
    "federation wallonie bruxelles": Network.WBE,
    "cpeons": Network.CPEONS,
    "cecp": Network.CECP,
    "segec": Network.SEGEC,
    "felsi": Network.FELSI,
    "libre confessionnel": Network.SEGEC,
    "libre subventionne confessionnel": Network.SEGEC,
    "libre confessionnel subventionne": Network.SEGEC,
    "confessionnel": Network.SEGEC,
    "libre non confessionnel": Network.FELSI,
    "libre subventionne non confessionnel": Network.FELSI,
    "libre non confessionnel subventionne": Network.FELSI,
    "non confessionnel": Network.FELSI,
    "dg": Network.DG,
    "communaute germanophone": Network.DG,
    "hors reseau": Network.NONE,
}
OFFICIAL = frozenset(
    {"officiel subventionne", "officiel", "communal", "provincial", "communal et provincial"}
)
VAGUE = frozenset({"libre", "libre subventionne", "subventionne"})


def network_of(name: str, kind: str, level: str) -> str:
    """Our network; ``""`` when unknown, ``"?"`` when the words leave two.

    Subsidised official schools stand with the CECP up to primary, with the CPEONS above.
    """
    words = plain(name)
    if words in NAMES:
        return NAMES[words].value
    if words in VAGUE:
        return "?"
    if words not in OFFICIAL:
        return ""
    above = levels_of("", level) & {Level.SECONDARY.value} or levels_of(kind, level) & {
        Level.CEFA.value,
        Level.ADULT.value,
    }
    return (Network.CPEONS if above else Network.CECP).value


SCHEMES: dict[str, str] = {
    "": Scheme.FASE.value,
    "fase": Scheme.FASE.value,
    "dg": Scheme.DG.value,
    "numero dg": Scheme.DG.value,
    "bce": Scheme.BCE.value,
    "unite bce": Scheme.BCE.value,
}
KINDS: dict[str, str] = {
    "ecole": SchoolKind.SCHOOL.value,
    "schule": SchoolKind.SCHOOL.value,
    "epn": SchoolKind.EPN.value,
    "espace public numerique": SchoolKind.EPN.value,
    "centre de formation": SchoolKind.TRAINING.value,
    "formation": SchoolKind.TRAINING.value,
}
USES: dict[str, str] = {
    **dict.fromkeys(("classe", "salle de classe", "local de classe"), RoomKind.CLASSROOM.value),
    **dict.fromkeys(
        (
            "local a usage pedagogique",
            "local pedagogique",
            "laboratoire",
            "atelier",
            "bibliotheque",
            "salle informatique",
            "cyberclasse",
            "gymnase",
            "salle de gymnastique",
        ),
        RoomKind.TEACHING.value,
    ),
    **dict.fromkeys(
        ("salle des professeurs", "salle des profs", "local des enseignants"), RoomKind.STAFF.value
    ),
    **dict.fromkeys(("local technique", "technique", "serveur"), RoomKind.TECHNICAL.value),
    **dict.fromkeys(
        ("autre", "autre local", "bureau", "secretariat", "refectoire", "direction", "couloir"),
        RoomKind.OTHER.value,
    ),
}
ROLES: dict[str, str] = {
    **dict.fromkeys(("contact", "personne de contact"), RoleKind.CONTACT.value),
    **dict.fromkeys(
        ("direction", "directeur", "directrice", "chef d etablissement", "direction d ecole"),
        RoleKind.HEAD.value,
    ),
}
