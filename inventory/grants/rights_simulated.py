"""What a simulation shows: figures in words, groups by name, who gains and who loses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from inventory.grants.actions.rights.formulas import rules_of
from inventory.grants.models.rights.facts import entitled_sites, facts_of
from inventory.grants.models.rights.programmes import Formula
from inventory.grants.rights_words import number
from inventory.grants.rules.rights.simulating import UNKNOWN, Effect, Simulation, simulate
from schools.counts import last_year
from schools.models import Level, Network, Province, Site

SHOWN = 10
"""Sites that gain, and that lose, most."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A site that another formula would treat otherwise."""

    site: Site
    effect: Effect


def simulation_of(formula: Formula, other: Formula | None = None) -> Simulation:
    """On every site of the Region, with the last count: four queries."""
    facts = facts_of(entitled_sites(), last_year())
    first = formula.programme.first_year
    return simulate(rules_of(formula), facts, first, None if other is None else rules_of(other))


def movers(simulation: Simulation) -> tuple[list[Weighed], list[Weighed]]:
    """Those that gain most, and those that lose most. One query."""
    ordered = sorted(
        (one for one in simulation.effects if one.change), key=lambda one: (one.change, one.site)
    )
    losing = [one for one in ordered[:SHOWN] if one.change < 0]
    gaining = [one for one in reversed(ordered[-SHOWN:]) if one.change > 0]
    wanted = [one.site for one in (*losing, *gaining)]
    sites = Site.objects.select_related("school").in_bulk(wanted)

    def named(some: list[Effect]) -> list[Weighed]:
        return [Weighed(sites[one.site], one) for one in some if one.site in sites]

    return named(gaining), named(losing)


def histogram_words(simulation: Simulation) -> list[str]:
    """What each column holds, in thousands of euros: ``< 0,5``, ``< 1``… ``≥ 100``."""
    bounds = [Decimal(low) / 1000 for low, _sites in simulation.histogram]
    return [*(f"< {number(high)}" for high in bounds[1:]), f"≥ {number(bounds[-1])}"]


def groups_told(simulation: Simulation) -> list[tuple[str, list[tuple[str, Any]]]]:
    """Each way to group, with the groups under the words people know."""
    names = {
        "ise": _("Par classe ISE"),
        "network": _("Par réseau"),
        "level": _("Par niveau principal"),
        "province": _("Par province"),
    }
    return [
        (title, [(_word(name, group.key), group) for group in simulation.groups[name]])
        for name, title in names.items()
    ]


def _word(name: str, key: str) -> str:
    if key == UNKNOWN:
        return _("inconnu")
    choices: dict[str, Any] = {
        "network": Network.choices,
        "level": Level.choices,
        "province": Province.choices,
    }
    return str(dict(choices.get(name, [])).get(key, key.replace("-", " – ")))


def sheet_rows(simulation: Simulation) -> Iterator[list[object]]:
    """A row per site, for the export."""
    sites = Site.objects.select_related("school__authority").in_bulk(
        [one.site for one in simulation.effects]
    )
    for one in simulation.effects:
        site, facts = sites[one.site], one.facts
        amount: Decimal | None = one.other
        yield [
            *(site.school.authority.name, site.school.name, site.name, site.number),
            *(site.get_province_display(), site.school.get_network_display()),
            *(facts.ise, facts.total, facts.count_year, one.amount, amount),
            None if amount is None else one.change,
        ]
