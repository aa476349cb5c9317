"""Where a repair stands, as the steps a school reads. Pure: a ticket's events in, steps out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from helpdesk.plain_words import before

DONE, NEXT, TODO = "done", "next", "todo"


@dataclass(frozen=True, slots=True)
class Fact:
    """What happened, when, and who did it. ``mine``: the reader did."""

    kind: str
    at: dt.datetime
    actor: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """A ticket as far as its steps go. ``wifi``: what is to come back is WiFi."""

    state: str
    facts: tuple[Fact, ...]
    assignee: str = ""
    due_at: dt.datetime | None = None
    asked: bool = False
    """A visual check waits for an answer."""
    lamps: bool = False
    """The check was about lamps."""
    wifi: bool = False
    partly: bool = False
    """A measured fault is left: what came back is only a part."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line: ``state`` is done, next (what is going on) or todo."""

    state: str
    words: str
    at: dt.datetime | None = None
    hint: str = ""
    icon: str = "circle-check"


def steps(story: Story, now: dt.datetime) -> list[Step]:
    """The steps done, the one going on, and what remains, in that order."""
    done = _done(story)
    if story.state == "closed":
        return [*done, Step(DONE, _("La demande est close"), _last(story, "closed"))]
    back = _came_back(story)
    if story.state == "resolved" or back is not None:
        confirm = Step(
            NEXT, _("Confirmez que tout fonctionne"), None, _("Un essai suffit."), "hand-finger"
        )
        return [*done, confirm]
    return [*done, _going_on(story, now), Step(TODO, _end(story))]


def _end(story: Story) -> str:
    return _("WiFi rétabli, vous confirmez") if story.wifi else _("Rétabli, vous confirmez")


def _last(story: Story, *kinds: str) -> dt.datetime | None:
    return max((fact.at for fact in story.facts if fact.kind in kinds), default=None)


def _came_back(story: Story) -> dt.datetime | None:
    """When the service came back, unless it failed again since or a part is still missing."""
    if story.partly:
        return None
    back = _last(story, "recovered")
    again = _last(story, "relapsed", "reopened")
    return None if back is None or (again is not None and again > back) else back


def _done(story: Story) -> list[Step]:
    """One line per fact a school cares about, oldest first; a repeated fact is told once."""
    told: dict[str, Step] = {}
    for fact in sorted(story.facts, key=lambda f: f.at):
        line = _line(fact, story)
        if line is None:
            continue
        key, words = line
        told.pop(key, None)  # a relapse moves “back in service” to its new place
        told[key] = Step(DONE, words, fact.at)
    if "again" in told and _came_back(story) is None:
        told.pop("back", None)
    if story.partly and "back" in told:
        told["back"] = replace(told["back"], words=_("Une partie est revenue"))
    return list(told.values())


def _line(fact: Fact, story: Story) -> tuple[str, str] | None:
    """What a fact says to the school, and the key under which it is told only once."""
    if fact.kind in ("opened", "confirmed") and not fact.actor:
        return "seen", _("Nous avons vu la panne")
    if fact.kind in ("opened", "reported", "joined") and fact.actor:
        return "reported", _reported(fact)
    if fact.kind == "answered":
        return "answered", _answered(fact, story)
    if fact.kind == "resolved" and story.state not in ("resolved", "closed"):
        return None
    known = {
        "remote": ("remote", _("Le helpdesk est intervenu à distance")),
        "recovered": ("back", _("Le service est revenu")),
        "relapsed": ("again", _("La panne est revenue")),
        "reopened": ("again", _("La panne est revenue")),
        "resolved": ("resolved", _("Le helpdesk a terminé")),
    }
    return known.get(fact.kind)


def _reported(fact: Fact) -> str:
    if fact.mine:
        return _("Vous avez signalé le problème")
    return _("%(name)s a signalé le problème") % {"name": fact.actor}


def _answered(fact: Fact, story: Story) -> str:
    if story.lamps:
        if fact.mine:
            return _("Vous avez vérifié les lampes")
        return _("%(name)s a vérifié les lampes") % {"name": fact.actor}
    if fact.mine:
        return _("Vous avez regardé sur place")
    return _("%(name)s a regardé sur place") % {"name": fact.actor}


def _going_on(story: Story, now: dt.datetime) -> Step:
    """The one thing that is being waited for."""
    if story.asked:
        return Step(
            NEXT,
            _("Regardez pour nous"),
            None,
            _("Le helpdesk vous demande un coup d’œil."),
            "eye",
        )
    late = story.due_at is not None and story.due_at <= now
    if story.assignee:
        words = _("%(name)s s’en occupe") % {"name": story.assignee}
        promise = _("Réparation promise avant %(time)s.")
    else:
        words = _("Un technicien va s’en occuper")
        promise = _("Réparation promise avant %(time)s.")
    hint = ""
    if story.due_at is not None:
        hint = (
            _("C’est plus long que promis ; le helpdesk le sait.")
            if late
            else promise % {"time": before(story.due_at, now)}
        )
    return Step(NEXT, words, None, hint, "user-check")


def ordered(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Facts oldest first."""
    return tuple(sorted(facts, key=lambda fact: fact.at))
