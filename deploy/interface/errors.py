"""The door shown when an action is refused, as a whole page or as a fragment."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: seen but not allowed; the exception's text is the reason given to the reader."""
    reason = str(exception) if exception else ""
    template = "parts/refused.html" if request.headers.get("HX-Request") else "403.html"
    return render(request, template, {"reason": reason}, status=HTTPStatus.FORBIDDEN)
