"""The regional floor: what no school's policy may undercut. Values from settings.NETWORK_FLOOR."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from django.utils.translation import gettext as _


class PolicyValues(Protocol):
    device_limit: int
    charter_required: bool


class RuleValues(Protocol):
    who: str
    segment: str
    opens: dt.time | None
    closes: dt.time | None
    sessions: int | None


def below_floor(
    policy: PolicyValues, rules: Iterable[RuleValues], floor: Mapping[str, Any]
) -> list[str]:
    """Each value below the floor, in words; empty: the policy may be put in force."""
    told, rules = [], list(rules)
    least = int(floor["devices"])
    if policy.device_limit < least:
        told.append(_("La Région demande au moins %(n)d appareils par personne.") % {"n": least})
    if floor["charter"] and not policy.charter_required:
        told.append(_("La Région demande que la charte soit acceptée."))
    if not any(rule.who == "pupil" for rule in rules):
        told.append(_("Il manque une règle pour les élèves."))
    if not any(rule.who == "teacher" for rule in rules):
        told.append(_("Il manque une règle pour les enseignants."))
    for rule in rules:
        told += _rule_below(rule, floor)
    return told


def _rule_below(rule: RuleValues, floor: Mapping[str, Any]) -> list[str]:
    told = []
    if rule.who == "pupil" and rule.segment == "staff":
        told.append(_("Les élèves n’arrivent jamais dans le segment des enseignants."))
    minutes = int(floor["pupil_minutes"])
    if rule.who == "pupil" and _minutes(rule) < minutes:
        told.append(
            _("La Région demande au moins %(n)d heures d’accès par jour pour les élèves.")
            % {"n": minutes // 60}
        )
    if rule.sessions is not None and rule.sessions < int(floor["sessions"]):
        told.append(
            _("La Région demande au moins %(n)d connexions en même temps par personne.")
            % {"n": floor["sessions"]}
        )
    return told


def _minutes(rule: RuleValues) -> int:
    if rule.opens is None or rule.closes is None:
        return 24 * 60
    return rule.closes.hour * 60 + rule.closes.minute - rule.opens.hour * 60 - rule.opens.minute
