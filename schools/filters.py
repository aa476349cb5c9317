"""Filters of a list: what each asks of the rows, and how the bar shows it. The URL is the state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise

R = TypeVar("R", bound=QuerySet[Any])
Choices = Sequence[tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Filter:
    """A parameter of the address with its known values; an unknown one filters nothing.

    ``narrow`` gives the rows of one value. ``icon``: values are states, shown as badges.
    """

    name: str
    label: str | Promise
    choices: Callable[[], Choices]
    narrow: Callable[[Any, str], Any]
    states: bool = False


def by(path: str) -> Callable[[Any, str], Any]:
    """Rows whose column has that value."""
    return lambda rows, value: rows.filter(**{path: value})


def narrowed(rows: R, filters: Sequence[Filter], query: QueryDict) -> R:
    """The rows that the address bar asks for."""
    for one in filters:
        value = str(query.get(one.name, ""))
        if value and value in {str(key) for key, _word in one.choices()}:
            rows = one.narrow(rows, value)
    return rows


def shown(filters: Sequence[Filter], request: HttpRequest) -> list[dict[str, Any]]:
    """Each filter for the bar: name, label, choices with their address, the word chosen now."""
    bar = []
    for one in filters:
        choices = [(str(key), word) for key, word in one.choices()]
        if choices:
            bar.append(
                {
                    "name": one.name,
                    "label": one.label,
                    "states": one.states,
                    "value": request.GET.get(one.name, ""),
                    "choices": [(k, word, _with(request, one.name, k)) for k, word in choices],
                    "chosen": dict(choices).get(request.GET.get(one.name, "")),
                    "none": _with(request, one.name, None),
                }
            )
    return bar


def filtered(filters: Sequence[Filter], query: QueryDict, *others: str) -> bool:
    """Whether the address narrows the list at all."""
    return any(query.get(name) for name in ("q", *others, *(one.name for one in filters)))


def _with(request: HttpRequest, name: str, value: str | None) -> str:
    """This page's query with one filter changed, back on the first page."""
    query = request.GET.copy()
    query.pop("apres", None)
    query.pop("page", None)
    query.pop(name, None)
    if value:
        query[name] = value
    return f"?{query.urlencode()}"


def filter_of(
    request: HttpRequest, name: str, label: str | Promise, choices: Choices
) -> dict[str, Any]:
    """One filter for the bar, where the list narrows its rows in its own way."""
    return shown([Filter(name, label, lambda: choices, lambda rows, _value: rows)], request)[0]
