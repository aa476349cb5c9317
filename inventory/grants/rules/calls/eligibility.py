"""Who may take part in a call: conditions as data over what the register says, each with words.

A version of a call holds a list of ``{"fact": …}``:

* ``levels`` with ``values``: at least one of these levels is organised at the site;
* ``network``, ``community``, ``province`` with ``values``: it is one of these;
* ``pupils`` with ``min`` and/or ``max``: the count of 15 January, both ends included;
* ``ise_class`` with ``max``: the class, its letter left out, is at most this;
* ``never_awarded``: no file of the site was ever awarded;
* ``not_awarded_for`` with ``years``: none in so many years;
* ``approved_plan``: an integrated transition plan in force;
* ``declaration``: an inventory declaration that holds;
* ``assistance``, ``supervision``: the consent was given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FACTS: dict[str, Any] = {
    "levels": gettext_lazy("Niveaux organisés"),
    "network": gettext_lazy("Réseau"),
    "community": gettext_lazy("Communauté"),
    "province": gettext_lazy("Province"),
    "pupils": gettext_lazy("Nombre d’élèves"),
    "ise_class": gettext_lazy("Classe ISE"),
    "never_awarded": gettext_lazy("Jamais bénéficiaire"),
    "not_awarded_for": gettext_lazy("Pas de dossier accordé récemment"),
    "approved_plan": gettext_lazy("Plan de transition approuvé"),
    "declaration": gettext_lazy("Inventaire déclaré"),
    "assistance": gettext_lazy("Accord d’assistance centrale"),
    "supervision": gettext_lazy("Accord de supervision"),
}
"""Fact → what a person calls it, in the order of the form."""
OF_VALUES = ("levels", "network", "community", "province")
Word = Callable[[str, str], str]
"""Fact and value → the word for it."""


class RuleRefused(ValueError):
    """A condition that cannot be judged: which one, and what is wrong."""

    def __init__(self, n: int, code: str) -> None:
        super().__init__(n, code)
        self.n, self.code = n, code


@dataclass(frozen=True, slots=True)
class Facts:
    """What the register says of a site on a day."""

    open: bool = True
    levels: frozenset[str] = frozenset()
    network: str = ""
    community: str = ""
    province: str = ""
    pupils: int | None = None
    pupils_year: int | None = None
    ise_class: str = ""
    ise_year: int | None = None
    awarded_on: dt.date | None = None
    """The day of the last award."""
    approved_plan: bool = False
    declaration: bool = False
    assistance: bool = False
    supervision: bool = False

    @property
    def ise_number(self) -> int | None:
        """Classes are strings, ``3a`` and ``3b`` among them."""
        digits = self.ise_class.rstrip("ab")
        return int(digits) if digits.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one condition holds, why, and where it does not, what to do (``action`` names the
    page that helps)."""

    fact: str
    holds: bool
    why: str
    remedy: str = ""
    action: str = ""


def read_rules(data: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The conditions, each with what it needs. Raises RuleRefused."""
    return [_read(n, dict(rule)) for n, rule in enumerate(data)]


def _read(n: int, rule: dict[str, Any]) -> dict[str, Any]:
    fact = rule.get("fact")
    if fact not in FACTS:
        raise RuleRefused(n, "unknown")
    if fact in OF_VALUES and not rule.get("values"):
        raise RuleRefused(n, "values")
    if fact == "pupils":
        least, most = rule.get("min"), rule.get("max")
        if least is None and most is None:
            raise RuleRefused(n, "bounds")
        if least is not None and most is not None and least > most:
            raise RuleRefused(n, "bounds")
    if fact == "ise_class" and not 1 <= int(rule.get("max") or 0) <= 20:
        raise RuleRefused(n, "bounds")
    if fact == "not_awarded_for" and not 1 <= int(rule.get("years") or 0) <= 20:
        raise RuleRefused(n, "bounds")
    return rule


def judge(
    rules: Iterable[Mapping[str, Any]], facts: Facts, on: dt.date, word: Word
) -> list[Verdict]:
    """Each condition on these facts, in order; a closed site is told so first."""
    found = [] if facts.open else [_closed()]
    return found + [_JUDGES[str(rule["fact"])](rule, facts, on, word) for rule in rules]


def told(rules: Iterable[Mapping[str, Any]], word: Word) -> list[str]:
    """The conditions in words, before anybody is judged by them."""
    return [_TOLD[str(rule["fact"])](rule, word) for rule in rules]


def _closed() -> Verdict:
    return Verdict(
        "open",
        False,
        _("Le registre connaît cette implantation comme fermée."),
        _("Signalez-le au helpdesk si ce n’est pas le cas."),
        "report",
    )


def _words(rule: Mapping[str, Any], word: Word) -> str:
    fact = str(rule["fact"])
    return ", ".join(word(fact, str(value)) for value in rule["values"])


def _levels(rule: Mapping[str, Any], facts: Facts, on: dt.date, word: Word) -> Verdict:
    shared = sorted(facts.levels & set(rule["values"]))
    if shared:
        here = ", ".join(word("levels", one) for one in shared)
        return Verdict(
            "levels", True, _("Niveau organisé ici\u00a0: %(levels)s.") % {"levels": here}
        )
    return Verdict(
        "levels",
        False,
        _("Cet appel s’adresse à d’autres niveaux que les vôtres\u00a0: %(levels)s.")
        % {"levels": _words(rule, word)},
        _("Si le registre se trompe, signalez l’erreur."),
        "report",
    )


def _one_of(rule: Mapping[str, Any], facts: Facts, on: dt.date, word: Word) -> Verdict:
    fact = str(rule["fact"])
    value = str(getattr(facts, fact))
    said = {"what": FACTS[fact], "here": word(fact, value), "asked": _words(rule, word)}
    if value in rule["values"]:
        return Verdict(fact, True, _("%(what)s\u00a0: %(here)s.") % said)
    return Verdict(
        fact,
        False,
        _("%(what)s\u00a0: %(here)s. Cet appel s’adresse à\u00a0: %(asked)s.") % said,
        _("Si le registre se trompe, signalez l’erreur."),
        "report",
    )


def _pupils(rule: Mapping[str, Any], facts: Facts, on: dt.date, word: Word) -> Verdict:
    if facts.pupils is None:
        return Verdict(
            "pupils",
            False,
            _("Le nombre d’élèves de l’implantation n’est pas connu."),
            _("Le comptage du 15 janvier vient du SPW\u00a0: signalez qu’il manque."),
            "report",
        )
    said = {
        "n": facts.pupils,
        "year": facts.pupils_year,
        "asked": _TOLD["pupils"](rule, word).rstrip("."),
    }
    least, most = rule.get("min"), rule.get("max")
    if (least is None or facts.pupils >= least) and (most is None or facts.pupils <= most):
        return Verdict("pupils", True, _("%(n)d élèves au comptage du 15/01/%(year)s.") % said)
    return Verdict(
        "pupils",
        False,
        _("%(n)d élèves au comptage du 15/01/%(year)s. Condition\u00a0: %(asked)s.") % said,
        _("Si ce comptage est faux, signalez l’erreur."),
        "report",
    )


def _ise(rule: Mapping[str, Any], facts: Facts, on: dt.date, word: Word) -> Verdict:
    if facts.ise_number is None:
        return Verdict(
            "ise_class",
            False,
            _("La classe ISE de l’implantation n’est pas connue."),
            _("Elle vient de la source officielle\u00a0: signalez qu’elle manque."),
            "report",
        )
    said = {"here": facts.ise_class, "max": rule["max"]}
    if facts.ise_number <= int(rule["max"]):
        return Verdict("ise_class", True, _("Classe ISE %(here)s.") % said)
    return Verdict(
        "ise_class",
        False,
        _("Classe ISE %(here)s. Cet appel s’adresse aux classes 1 à %(max)s.") % said,
    )


def _never(rule: Mapping[str, Any], facts: Facts, on: dt.date, word: Word) -> Verdict:
    if facts.awarded_on is None:
        return Verdict("never_awarded", True, _("Aucun dossier n’a encore été accordé ici."))
    return Verdict(
        "never_awarded",
        False,
        _("Un dossier a été accordé ici le %(day)s. Cet appel est pour qui n’a encore rien reçu.")
        % {"day": f"{facts.awarded_on:%d/%m/%Y}"},
    )


def _lately(rule: Mapping[str, Any], facts: Facts, on: dt.date, word: Word) -> Verdict:
    years = int(rule["years"])
    if facts.awarded_on is None:
        return Verdict("not_awarded_for", True, _("Aucun dossier n’a encore été accordé ici."))
    free_on = _years_after(facts.awarded_on, years)
    said = {"day": f"{facts.awarded_on:%d/%m/%Y}", "years": years, "free": f"{free_on:%d/%m/%Y}"}
    if free_on <= on:
        return Verdict("not_awarded_for", True, _("Le dernier octroi date du %(day)s.") % said)
    return Verdict(
        "not_awarded_for",
        False,
        _("Un dossier a été accordé ici le %(day)s, il y a moins de %(years)d ans.") % said,
        _("Vous pourrez participer à partir du %(free)s.") % said,
    )


def _years_after(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _plan(rule: Mapping[str, Any], facts: Facts, on: dt.date, word: Word) -> Verdict:
    if facts.approved_plan:
        return Verdict("approved_plan", True, _("Le plan de transition de l’école est approuvé."))
    return Verdict(
        "approved_plan",
        False,
        _("L’école n’a pas de plan de transition approuvé."),
        _("La direction le rédige et le soumet\u00a0; le SPW l’approuve."),
        "plan",
    )


def _declaration(rule: Mapping[str, Any], facts: Facts, on: dt.date, word: Word) -> Verdict:
    if facts.declaration:
        return Verdict("declaration", True, _("L’inventaire est déclaré et valable."))
    return Verdict(
        "declaration",
        False,
        _("L’implantation n’a pas de déclaration d’inventaire valable."),
        _("Relisez l’inventaire\u00a0; la direction signe la déclaration."),
        "declaration",
    )


def _assistance(rule: Mapping[str, Any], facts: Facts, on: dt.date, word: Word) -> Verdict:
    if facts.assistance:
        return Verdict("assistance", True, _("Le pouvoir organisateur accepte l’assistance."))
    return Verdict(
        "assistance",
        False,
        _("Le pouvoir organisateur n’a pas accepté l’assistance centrale."),
        _("Il la signe en ligne, dans «\u00a0Accords\u00a0»."),
        "assistance",
    )


def _supervision(rule: Mapping[str, Any], facts: Facts, on: dt.date, word: Word) -> Verdict:
    if facts.supervision:
        return Verdict("supervision", True, _("L’école accepte la supervision."))
    return Verdict(
        "supervision",
        False,
        _("L’école n’a pas accepté la supervision."),
        _("La direction la signe en ligne, dans «\u00a0Accords\u00a0»."),
        "supervision",
    )


_JUDGES: dict[str, Callable[[Mapping[str, Any], Facts, dt.date, Word], Verdict]] = {
    "levels": _levels,
    "network": _one_of,
    "community": _one_of,
    "province": _one_of,
    "pupils": _pupils,
    "ise_class": _ise,
    "never_awarded": _never,
    "not_awarded_for": _lately,
    "approved_plan": _plan,
    "declaration": _declaration,
    "assistance": _assistance,
    "supervision": _supervision,
}


def _told_pupils(rule: Mapping[str, Any], word: Word) -> str:
    least, most = rule.get("min"), rule.get("max")
    if least is None:
        return _("Au plus %(n)d élèves.") % {"n": most}
    if most is None:
        return _("Au moins %(n)d élèves.") % {"n": least}
    return _("De %(least)d à %(most)d élèves.") % {"least": least, "most": most}


def _told_values(rule: Mapping[str, Any], word: Word) -> str:
    return f"{FACTS[str(rule['fact'])]}\u00a0: {_words(rule, word)}."


_TOLD: dict[str, Callable[[Mapping[str, Any], Word], str]] = {
    **dict.fromkeys(OF_VALUES, _told_values),
    "pupils": _told_pupils,
    "ise_class": lambda r, w: _("Classes ISE 1 à %(max)s.") % {"max": r["max"]},
    "never_awarded": lambda r, w: _("L’école n’a encore rien reçu d’un appel."),
    "not_awarded_for": lambda r, w: (
        _("Aucun dossier accordé depuis %(n)d ans.") % {"n": int(r["years"])}
    ),
    "approved_plan": lambda r, w: _("Un plan de transition approuvé."),
    "declaration": lambda r, w: _("Une déclaration d’inventaire valable."),
    "assistance": lambda r, w: _("L’accord d’assistance centrale du pouvoir organisateur."),
    "supervision": lambda r, w: _("L’accord de supervision de l’école."),
}
