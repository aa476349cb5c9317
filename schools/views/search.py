"""The box of the top bar as one types, and the page that it leads to (and that needs no script)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from schools.finding import find
from schools.views.doors import user_of


@require_GET
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """GET `/chercher/?q=`: an exact number opens what bears it."""
    found = find(user_of(request), request.GET.get("q", ""))
    if found.only:
        return redirect(found.only.url)
    context = {"q": found.asked.text, "found": found, "crumbs": [(_("Recherche"), None)]}
    return render(request, "schools/search.html", context)


@require_GET
@login_required
def search_box(request: HttpRequest) -> HttpResponse:
    """GET `/chercher/propositions/?q=`: the list under the box."""
    found = find(user_of(request), request.GET.get("q", ""))
    return render(request, "schools/_search_box.html", {"q": found.asked.text, "found": found})
