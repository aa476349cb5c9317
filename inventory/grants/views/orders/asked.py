"""What a request says, without the one sign that no text of the database can hold."""

from __future__ import annotations

from django.http import HttpRequest

WORDS = 6
"""Of a search: more would not narrow it further."""


def words_in(request: HttpRequest) -> list[str]:
    """The words of ``?q=``."""
    return request.GET.get("q", "").replace("\x00", "").split()[:WORDS]


def text_in(request: HttpRequest, name: str) -> str:
    """A field of a form that was sent; empty where it was not."""
    return request.POST.get(name, "").replace("\x00", "")
