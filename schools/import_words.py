"""Findings of an import as people read them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from schools.imports.findings import sentence
from schools.imports.foreign import foreign_sources, foreign_words
from schools.models import (
    Community,
    ImportFinding,
    ImportRun,
    Level,
    Network,
    RoomKind,
    SchoolKind,
)

FIELDS: dict[str, str | Promise] = {
    "name": gettext_lazy("nom"),
    "number": gettext_lazy("numéro"),
    "fase_number": gettext_lazy("numéro FASE"),
    "bce_number": gettext_lazy("numéro BCE"),
    "authority": gettext_lazy("PO"),
    "school": gettext_lazy("école"),
    "network": gettext_lazy("réseau"),
    "community": gettext_lazy("communauté"),
    "municipality": gettext_lazy("commune"),
    "address": gettext_lazy("adresse"),
    "postcode": gettext_lazy("code postal"),
    "locality": gettext_lazy("localité"),
    "latitude": gettext_lazy("latitude"),
    "longitude": gettext_lazy("longitude"),
    "phone": gettext_lazy("téléphone"),
    "levels": gettext_lazy("niveaux"),
    "closed_on": gettext_lazy("fermeture"),
    "into": gettext_lazy("fusionnée dans"),
    "value": gettext_lazy("classe ISE"),
    "pupils": gettext_lazy("élèves"),
    "kind": gettext_lazy("usage"),
    "building": gettext_lazy("bâtiment"),
    "floor": gettext_lazy("étage"),
    "full_name": gettext_lazy("nom"),
    "email": gettext_lazy("adresse électronique"),
    "role": gettext_lazy("fonction"),
    "place": gettext_lazy("lieu"),
    "from_on": gettext_lazy("du"),
    "to_on": gettext_lazy("au"),
}
"""Field of ours → what people call it."""

WORDS: dict[str, str | Promise] = {
    str(value): label
    for choices in (Network, Community, RoomKind, SchoolKind, Level)
    for value, label in choices.choices
}


def told_of(finding: ImportFinding) -> str:
    """The reason in a sentence, or what changes, field by field."""
    if finding.reason:
        return sentence(finding.reason, finding.told)
    return " · ".join(f"{one.name} : {one.text}" for one in differences(finding))


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of an object: what it was, what it becomes."""

    name: str
    before: str
    after: str

    @property
    def text(self) -> str:
        return f"{self.before} → {self.after}" if self.before else self.after


def differences(finding: ImportFinding) -> list[Difference]:
    """Field by field, in the order in which they were compared."""
    return [
        Difference(
            _field(name),
            _value(finding.before.get(name)) if finding.before else "",
            _value(value) or _("rien"),
        )
        for name, value in finding.after.items()
    ]


def _field(name: str) -> str:
    return str(FIELDS.get(name) or foreign_words("fields").get(name, name))


def _value(value: Any) -> str:
    if value is None or value == "":
        return ""
    return str(WORDS.get(str(value)) or foreign_words("words").get(str(value), value))


def kind_of_object(finding: ImportFinding) -> str:
    """``implantation``, ``école``…; empty for a cell."""
    if not finding.object_type:
        return ""
    for label in ("schools", *(source.app_label for source in foreign_sources().values())):
        with suppress(LookupError):
            return str(apps.get_model(label, finding.object_type)._meta.verbose_name)
    return finding.object_type


def yes_words(run: ImportRun) -> str:
    """What the button does: ``Importer 4 300 lignes, laisser 200 refusées``."""
    good, bad = run.counts["good_rows"], run.counts["refused_rows"]
    words = ngettext("Importer %(n)s ligne", "Importer %(n)s lignes", good) % {"n": grouped(good)}
    if not bad:
        return words
    left = ngettext("laisser %(n)s refusée", "laisser %(n)s refusées", bad) % {"n": grouped(bad)}
    return f"{words}, {left}"


def consequence_words(run: ImportRun) -> str:
    """What a yes writes, in one sentence, before it is given."""
    counts = dict(run.counts["outcomes"])
    kept = run.counts["to_write"] - run.counts["to_write_unclosed"] if run.counts["guarded"] else 0
    counts["closed"] = counts.get("closed", 0) - kept
    words = {
        "created": ngettext("%(n)s créé", "%(n)s créés", counts.get("created", 0)),
        "changed": ngettext("%(n)s modifié", "%(n)s modifiés", counts.get("changed", 0)),
        "moved": ngettext("%(n)s déplacé", "%(n)s déplacés", counts.get("moved", 0)),
        "reopened": ngettext("%(n)s rouvert", "%(n)s rouverts", counts.get("reopened", 0)),
        "closed": ngettext("%(n)s fermé", "%(n)s fermés", counts["closed"]),
    }
    told = [
        text % {"n": grouped(counts[outcome])}
        for outcome, text in words.items()
        if counts.get(outcome)
    ]
    parts = [_("Objets : %(told)s.") % {"told": ", ".join(told)}] if told else []
    if kept:
        parts.append(
            ngettext(
                "%(n)s de plus ferme si la case est cochée.",
                "%(n)s de plus ferment si la case est cochée.",
                kept,
            )
            % {"n": grouped(kept)}
        )
    parts.append(_("Cela ne s’annule pas : un nouvel import corrige."))
    return " ".join(parts)


def grouped(number: int) -> str:
    """``4 300`` with a no-break space, as tables show figures."""
    return f"{number:,}".replace(",", "\u202f")
