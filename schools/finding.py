"""One box that asks every app: groups of hits, from whoever ``settings.SEARCH_GROUPS`` names.

The register may not import the apps to its left; each brings a function of the shape ``Ask`` and
is named in the settings, as panels are. Every function starts at ``visible_to``.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from schools.models import User
from schools.words import Asked, asked

EACH = 6
LIKENESS = 0.5
"""Word similarity from which a misspelt word counts as found (pg_trgm, 0 to 1)."""
WORTH_GUESSING = 4
"""Letters of a word below which a likeness says nothing."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. ``exact``: its number was typed; ``state``: colour key and word."""

    key: int | str
    url: str
    title: str
    sub: str = ""
    state: tuple[str, str | Promise] | None = None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one kind, best first; ``more``: the list that shows all of them, if any are left."""

    key: str
    title: str | Promise
    icon: str
    hits: list[Hit] = field(default_factory=list)
    more: str = ""


Ask = Callable[[User, Asked, bool], Iterable[Group]]
"""(person, question, whether likeness is enough) → groups; at most ``EACH`` hits in each."""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer of all; ``alike``: nothing fits exactly, these look like it."""

    asked: Asked
    groups: list[Group] = field(default_factory=list)
    alike: bool = False

    @property
    def count(self) -> int:
        return sum(len(group.hits) for group in self.groups)

    @property
    def only(self) -> Hit | None:
        """The one thing whose number was typed."""
        exact = [hit for group in self.groups for hit in group.hits if hit.exact and hit.url]
        return exact[0] if len(exact) == 1 else None


def find(user: User, text: str) -> Found:
    """What the person may see of what they typed; misspelt words in a second round."""
    question = asked(text)
    if not question.worth_asking:
        return Found(question)
    groups = _ask(user, question, False)
    if groups or not any(map(_worth_guessing, question.words)):
        return Found(question, groups)
    with transaction.atomic():
        with connection.cursor() as cursor:
            # The planner believes that likeness costs no more than equality, and reads whole
            # tables (measured on 2,100 schools: 14.5 ms, by the index 0.3 ms).
            cursor.execute(
                f"SET LOCAL pg_trgm.word_similarity_threshold = {LIKENESS};"
                "SET LOCAL enable_seqscan = off"
            )
        return Found(question, _ask(user, question, True), alike=True)


def _ask(user: User, question: Asked, alike: bool) -> list[Group]:
    asks: list[Ask] = [import_string(name) for name in settings.SEARCH_GROUPS]
    return [group for ask in asks for group in ask(user, question, alike) if group.hits]


def matching(question: Asked, columns: Sequence[str], alike: bool = False) -> Q:
    """Every word somewhere in one of these columns of folded words."""
    found = Q()
    for spellings in question.words:
        found &= _either(one_word(spellings, column, alike) for column in columns)
    return found


def one_word(spellings: Sequence[str], column: str, alike: bool = False) -> Q:
    """One word, in any of its spellings, somewhere in a column of folded words.

    A word that stands there is also like itself: likeness alone is asked, which the index answers.
    """
    if alike and _worth_guessing(spellings):
        return Q(**{f"{column}__trigram_word_similar": spellings[-1]})
    return _either(Q(**{f"{column}__contains": spelling}) for spelling in spellings)


def ranked(question: Asked, own: str, columns: Sequence[str], number: Q | None = None) -> Case:
    """0 its number, 1 its name begins so, 2 each word begins a word, 3 somewhere inside.

    ``own`` is the column of its own name; ``columns`` all those that were searched.
    """
    begins = Q()
    for spellings in question.words:
        begins &= _either(
            Q(**{f"{column}__contains": f" {spelling}"})
            for spelling in spellings
            for column in columns
        )
    cases = [When(number, then=Value(0))] if number else []
    if question.words:
        start = {f"{own}__startswith": f" {question.spoken}"}
        cases += [When(Q(**start), then=Value(1)), When(begins, then=Value(2))]
    return Case(*cases, default=Value(3), output_field=IntegerField())


def _worth_guessing(spellings: Sequence[str]) -> bool:
    """Long enough to be misspelt; a number is right or wrong."""
    return len(spellings[-1]) >= WORTH_GUESSING and not spellings[-1].isdecimal()


def _either(several: Iterable[Q]) -> Q:
    return functools.reduce(operator.or_, several)
