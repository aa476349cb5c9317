"""Who judges which file: by language, skill, level and load, never against a conflict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

PEDAGOGICAL, TECHNICAL = "pedagogical", "technical"
SKILLS = (PEDAGOGICAL, TECHNICAL)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reviewer appointed for the call. No ``levels``: all of them. ``load``: files held now."""

    key: int
    skills: frozenset[str]
    languages: frozenset[str]
    levels: frozenset[str] = frozenset()
    load: int = 0
    max_load: int = 20
    declared: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that lacks ``seats`` reviewers. ``covered``: skills that those it has bring."""

    key: int
    language: str
    levels: frozenset[str]
    seats: int
    conflicted: frozenset[int] = frozenset()
    taken: frozenset[int] = frozenset()
    covered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """Who was chosen and why; ``passed``: reason → how many others it kept away."""

    file: int
    reviewer: int
    skill: str
    level: bool
    load: int
    max_load: int
    language: str
    passed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lacking:
    """A seat that nobody can take, and what kept the reviewers away."""

    file: int
    passed: Mapping[str, int]


def hindrance(one: Candidate, file: Wanted, load: int) -> str:
    """Why this reviewer cannot judge this file; empty where nothing speaks against it."""
    if one.key in file.conflicted:
        return "conflict"
    if one.key in file.taken:
        return "taken"
    if not one.declared:
        return "undeclared"
    if file.language not in one.languages:
        return "language"
    return "load" if load >= one.max_load else ""


def propose(
    files: Iterable[Wanted], reviewers: Sequence[Candidate]
) -> tuple[list[Choice], list[Lacking]]:
    """Fill every seat: files with the fewest possible reviewers first, then by key.

    The same files and reviewers give the same proposal, in whatever order they come.
    """
    people = sorted(reviewers, key=lambda one: one.key)
    loads = {one.key: one.load for one in people}
    order = sorted(files, key=lambda file: (len(_able(file, people, loads)), file.key))
    chosen: list[Choice] = []
    lacking: list[Lacking] = []
    for file in order:
        now = file
        for _seat in range(file.seats):
            choice = choose(now, people, loads)
            if isinstance(choice, Lacking):
                lacking.append(choice)
                break
            chosen.append(choice)
            loads[choice.reviewer] += 1
            now = _seated(now, choice, people)
    return chosen, lacking


def choose(file: Wanted, people: Sequence[Candidate], loads: Mapping[int, int]) -> Choice | Lacking:
    """The best reviewer for one seat: a skill still missing, the level, then the smallest load."""
    passed: dict[str, int] = {}
    for one in people:
        if reason := hindrance(one, file, loads[one.key]):
            passed[reason] = passed.get(reason, 0) + 1
    able = _able(file, people, loads)
    if not able:
        return Lacking(file.key, passed)
    missing = [skill for skill in SKILLS if skill not in file.covered]
    best = min(able, key=lambda one: _order(one, file, missing, loads[one.key]))
    useful = [skill for skill in missing if skill in best.skills]
    return Choice(
        file=file.key,
        reviewer=best.key,
        skill=useful[0] if useful else "",
        level=_fits(best, file),
        load=loads[best.key],
        max_load=best.max_load,
        language=file.language,
        passed=passed,
    )


def _able(file: Wanted, people: Sequence[Candidate], loads: Mapping[int, int]) -> list[Candidate]:
    return [one for one in people if not hindrance(one, file, loads[one.key])]


def _order(
    one: Candidate, file: Wanted, missing: list[str], load: int
) -> tuple[int, int, float, int]:
    brought = sum(1 for skill in missing if skill in one.skills)
    return (-brought, 0 if _fits(one, file) else 1, load / max(one.max_load, 1), one.key)


def _fits(one: Candidate, file: Wanted) -> bool:
    return not one.levels or not file.levels or bool(one.levels & file.levels)


def _seated(file: Wanted, choice: Choice, people: Sequence[Candidate]) -> Wanted:
    skills = next(one.skills for one in people if one.key == choice.reviewer)
    return Wanted(
        file.key,
        file.language,
        file.levels,
        file.seats,
        file.conflicted,
        file.taken | {choice.reviewer},
        file.covered | skills,
    )
