"""What every button of the review does: one action, then a word, then back."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise

from inventory.access import DecisionImpossible


def after(
    request: HttpRequest, step: Callable[[], object], done: str | Promise, back: str
) -> HttpResponse:
    """Do it and say so; what is refused as things stand is told, and nothing was written.

    What the person may not do at all (DecisionRefused) is a 403 with its reason.
    """
    try:
        step()
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, str(done))
    return redirect(back)


def key_of(request: HttpRequest, name: str) -> int:
    """A key that a form sent; 0 for what is none."""
    told = request.POST.get(name, "")
    return int(told) if told.isdecimal() and len(told) < 19 else 0
