"""The public results of a call: schools that were awarded. No score, nobody who was refused."""

from __future__ import annotations

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.grants.models.calls.applications import Application, ApplicationState
from inventory.grants.models.calls.awards import Award, AwardState
from inventory.grants.models.review.rankings import ResultsPublication

PUBLIC = (AwardState.GRANTED, AwardState.CONDITIONAL)


@require_GET
def results(request: HttpRequest, reference: str) -> HttpResponse:
    """GET `/appels/<reference>/resultats/`: for everybody, once published."""
    rows = ResultsPublication.objects.select_related("call__current")
    published = get_object_or_404(rows, call__reference=reference)
    awards = Award.objects.filter(application__call=published.call, state__in=PUBLIC)
    files = Application.objects.filter(call=published.call).sent()
    context = {
        "shell_page": "base.html"
        if request.user.is_authenticated
        else "grants/calls/public_base.html",
        "crumbs": [
            (_("Appels à projets"), reverse("grants:public_calls")),
            (reference, reverse("grants:public_call", args=[reference])),
            (_("Résultats"), None),
        ],
        "call": published.call,
        "published": published,
        "awards": awards.select_related(
            "application__site__school", "application__site__municipality"
        ).order_by("application__site__school__name", "pk"),
        "amount": awards.aggregate(n=Sum("amount"))["n"] or 0,
        "sent": files.count(),
        "reserve": files.filter(state=ApplicationState.RESERVE).count(),
    }
    return render(request, "grants/review/results.html", context)


urlpatterns: list[URLPattern] = [
    path("appels/<slug:reference>/resultats/", results, name="results"),
]
