"""A difference in words: what it says, what accepting it does, what else may be done."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inventory.actions.decide_difference import MERGEABLE
from inventory.models import Difference, DifferenceKind, DifferenceState

Text = str | Promise
ICONS: dict[str, str] = {
    DifferenceKind.NEW: "circle-plus",
    DifferenceKind.MISSING: "plug-connected-x",
    DifferenceKind.MOVED: "map-pin",
    DifferenceKind.CONFLICT: "alert-triangle",
    DifferenceKind.TWIN: "copy",
    DifferenceKind.PRODUCT: "router",
    DifferenceKind.SERIAL: "barcode",
    DifferenceKind.MAC: "fingerprint",
    DifferenceKind.VERSION: "versions",
    DifferenceKind.PORTS: "plug",
    DifferenceKind.LINK: "git-fork",
    DifferenceKind.ROOM: "door",
}
STATES: dict[str, str] = {
    DifferenceState.OPEN: "suspect",
    DifferenceState.ACCEPTED: "ok",
    DifferenceState.MERGED: "ok",
    DifferenceState.IGNORED: "unknown",
    DifferenceState.GONE: "recover",
}


DIFFERS = gettext_lazy("L’inventaire dit « %(here)s », l’équipement dit « %(there)s ».")
SENTENCES: dict[str, Text] = {
    DifferenceKind.NEW: gettext_lazy(
        "Le réseau montre un équipement que l’inventaire ne connaît pas."
    ),
    DifferenceKind.MISSING: gettext_lazy(
        "L’inventaire le dit installé ; il ne répond plus depuis un jour ou plus."
    ),
    DifferenceKind.MOVED: gettext_lazy("L’inventaire le place à « %(here)s » ; il répond ici."),
    DifferenceKind.TWIN: gettext_lazy(
        "Deux équipements annoncent le même numéro de série, %(here)s."
    ),
    DifferenceKind.LINK: gettext_lazy(
        "L’inventaire dit « %(here)s », le réseau voit « %(there)s »."
    ),
    DifferenceKind.VERSION: gettext_lazy("Le logiciel est passé de %(here)s à %(there)s."),
    DifferenceKind.ROOM: gettext_lazy("L’inventaire ne dit pas dans quel local il se trouve."),
}
EVIDENCE: dict[str, Text] = {
    "serial": gettext_lazy("le numéro de série désigne %(device)s"),
    "mac": gettext_lazy("l’adresse MAC désigne %(device)s"),
    "address": gettext_lazy("l’adresse désigne %(device)s"),
    "name": gettext_lazy("le nom désigne %(device)s"),
}
FOLLOW = (gettext_lazy("Accepter"), gettext_lazy("L’inventaire notera « %(there)s »."))
ACCEPTING: dict[str, tuple[Text, Text]] = {
    DifferenceKind.CONFLICT: ("", ""),
    DifferenceKind.TWIN: ("", ""),
    DifferenceKind.NEW: (
        gettext_lazy("Ajouter à l’inventaire"),
        gettext_lazy("Un équipement installé est créé, avec ses prises."),
    ),
    DifferenceKind.MISSING: (
        gettext_lazy("Déclarer retiré"),
        gettext_lazy("%(about)s passe à « retiré ». Rien n’est effacé."),
    ),
    DifferenceKind.MOVED: (
        gettext_lazy("Déplacer ici"),
        gettext_lazy("%(about)s change d’implantation ; son local reste à indiquer."),
    ),
    DifferenceKind.PORTS: (
        gettext_lazy("Ajouter les prises"),
        gettext_lazy("Les prises manquantes sont ajoutées à l’inventaire."),
    ),
    DifferenceKind.LINK: (
        gettext_lazy("Accepter le câblage"),
        gettext_lazy("Le câble de l’inventaire suit ce que voit le réseau."),
    ),
    DifferenceKind.VERSION: (
        gettext_lazy("Admettre la version"),
        gettext_lazy("La version %(there)s devient celle attendue."),
    ),
    DifferenceKind.ROOM: (
        gettext_lazy("Indiquer le local"),
        gettext_lazy("Le local choisi est noté à l’inventaire."),
    ),
}


@dataclass(frozen=True)
class Words:
    """What a page shows of a difference."""

    icon: str
    state: str
    title: str
    sentence: str
    accept: str
    """Label of accepting it; empty where it cannot be accepted as it is."""
    consequence: str
    """What accepting changes, in one sentence."""
    merge: bool
    needs_room: bool


def words_of(row: Difference) -> Words:
    """The words of one difference."""
    accept, consequence = _accept(row)
    return Words(
        icon=ICONS.get(row.kind, "git-compare"),
        state=STATES[row.state],
        title=title_of(row),
        sentence=sentence_of(row),
        accept=accept,
        consequence=consequence,
        merge=row.kind in MERGEABLE,
        needs_room=row.kind == DifferenceKind.ROOM,
    )


def title_of(row: Difference) -> str:
    """What it is about: the device's name, and the port for a cable."""
    about = str(row.device or row.observed_device or "")
    if row.kind == DifferenceKind.LINK:
        return _("%(device)s, port %(port)s") % {"device": about, "port": row.detail.get("port")}
    return about


def sentence_of(row: Difference) -> str:
    """What the register says and what the network shows."""
    if row.kind == DifferenceKind.PORTS:
        return _ports(row)
    if row.kind == DifferenceKind.CONFLICT:
        return _conflict(row)
    words = SENTENCES.get(row.kind, DIFFERS)
    return str(words) % {"here": row.intended or _("rien"), "there": row.observed}


def _conflict(row: Difference) -> str:
    """Which proof points where; a lone one is contradicted by the rest of the identity."""
    told = []
    for piece in row.intended.split(", "):
        what, _arrow, device = piece.partition(" → ")
        told.append(str(EVIDENCE.get(what, "%(device)s")) % {"device": device or what})
    if len(told) == 1:
        told.append(_("le reste de son identité dit le contraire"))
    return _("Les preuves se contredisent : %(pieces)s.") % {"pieces": ", ".join(told)}


def _ports(row: Difference) -> str:
    n = len(row.detail.get("new", []))
    return ngettext(
        "L’équipement a %(n)d prise que l’inventaire n’a pas.",
        "L’équipement a %(n)d prises que l’inventaire n’a pas.",
        n,
    ) % {"n": n}


def _accept(row: Difference) -> tuple[str, str]:
    """The label of accepting, and what it changes."""
    label, consequence = ACCEPTING.get(row.kind, FOLLOW)
    told = {"about": title_of(row), "there": row.observed}
    return str(label), str(consequence) % told
