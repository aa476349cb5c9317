"""The life of a device: which situation may follow which, and what each step needs. Pure.

ordered → in stock → installed → in repair → lost or retired. *Lent* comes from a loan alone; it may
end by hand, for the things that come back without one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _


class State(StrEnum):
    """As stored in ``Device.state``."""

    ORDERED = "ordered"
    IN_STOCK = "in_stock"
    INSTALLED = "installed"
    IN_REPAIR = "in_repair"
    LENT = "lent"
    LOST = "lost"
    RETIRED = "retired"


NEXT: dict[State, tuple[State, ...]] = {
    State.ORDERED: (State.INSTALLED, State.IN_STOCK, State.RETIRED),
    State.IN_STOCK: (State.INSTALLED, State.IN_REPAIR, State.LOST, State.RETIRED),
    State.INSTALLED: (State.IN_REPAIR, State.IN_STOCK, State.LOST, State.RETIRED),
    State.IN_REPAIR: (State.INSTALLED, State.IN_STOCK, State.LOST, State.RETIRED),
    State.LENT: (State.IN_STOCK, State.INSTALLED, State.IN_REPAIR, State.LOST),
    State.LOST: (State.IN_STOCK, State.INSTALLED, State.RETIRED),
    State.RETIRED: (State.IN_STOCK,),
}
"""What may follow, the most likely first: the buttons of a device's page."""

STANDS_SOMEWHERE = frozenset({State.INSTALLED, State.IN_STOCK})
"""Where a room makes sense to ask for."""
GONE = frozenset({State.LOST, State.RETIRED})
"""What is unplugged for good: cables and WiFi coverage go with it."""
EARLIEST = dt.date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a device is: keys of rows, None for none."""

    state: State
    site: int
    room: int | None = None
    holder: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step that somebody asks for, with what they say about it."""

    to: Situation
    why: str = ""
    happened_on: dt.date | None = None
    police_report: str = ""


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a step cannot be taken; ``field`` is what to fill in or change."""

    field: str
    why: str


def may_follow(before: State, after: State) -> bool:
    """Whether the situation may change so. The same one may: a thing moves within it."""
    return before is after or after in NEXT[before]


def objections(before: Situation, step: Step, today: dt.date, network: bool) -> list[Objection]:
    """Everything that stands against a step; empty: it can be taken.

    ``network``: the device carries the network, so that where it stands must be known.
    """
    after = step.to
    if after == before:
        return [
            Objection("", _("Rien ne change : choisissez une autre situation ou un autre lieu."))
        ]
    if not may_follow(before.state, after.state):
        return [Objection("state", _not_after(after.state))]
    if before.state in GONE and before.state is after.state:
        return [Objection("state", _("Ce qui est perdu ou retiré ne se déplace pas."))]
    found = []
    if after.state is State.INSTALLED and after.room is None and not step.why:
        found.append(
            Objection(
                "room", _("Choisissez le local, ou dites dans le motif pourquoi il n’y en a pas.")
            )
        )
    if network and after.state is State.INSTALLED and after.holder is not None:
        found.append(
            Objection("holder", _("Le matériel du réseau n’est confié à personne en particulier."))
        )
    return found + _told(before, step, today)


def must_say(before: State, after: State) -> dict[str, str]:
    """What a step asks for, by field, in the words that ask for it."""
    asked = {}
    if after in GONE or before in GONE:
        asked["why"] = _("Dites pourquoi : cela reste dans l’historique.")
    if after is State.LOST:
        asked["happened_on"] = _("Indiquez le jour de la perte ou du vol.")
    return asked


def _told(before: Situation, step: Step, today: dt.date) -> list[Objection]:
    """What must be said, by situation."""
    after = step.to.state
    said = {"why": step.why, "happened_on": step.happened_on}
    found = [
        Objection(name, why)
        for name, why in must_say(before.state, after).items()
        if not said[name]
    ]
    if step.happened_on is not None and step.happened_on > today:
        found.append(Objection("happened_on", _("Ce jour n’est pas encore venu.")))
    elif step.happened_on is not None and step.happened_on < EARLIEST:
        found.append(Objection("happened_on", _("Ce jour est trop ancien : vérifiez l’année.")))
    if step.police_report and after is not State.LOST:
        found.append(
            Objection(
                "police_report", _("Un procès-verbal ne se note que pour un vol ou une perte.")
            )
        )
    if step.to.site != before.site and before.state in GONE:
        found.append(
            Objection("site", _("Ce qui est perdu ou retiré ne change pas d’implantation."))
        )
    return found


def _not_after(state: State) -> str:
    if state is State.LENT:
        return _("Un prêt se fait dans les prêts, pas ici.")
    if state is State.ORDERED:
        return _("Ce qui est arrivé n’est plus « commandé ».")
    return _("Cette situation ne peut pas suivre la présente.")


def unplugs(before: Situation, after: Situation) -> bool:
    """Whether the step takes the device off its cables and out of the rooms that it covers."""
    return before.site != after.site or (after.state in GONE and before.state not in GONE)
