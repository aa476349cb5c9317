"""The Region's terms of loans: versions, the draft side by side in both languages, publication."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from byod.access.loans.desk import can_write_region_terms
from byod.actions.loans.region_terms import (
    draft_of_region,
    drop_region_draft,
    publish_region_terms,
    save_region_draft,
    stamp_of,
)
from byod.models.loans.terms import LoanTerms
from byod.views.loans.tabs import tabs_of
from inventory.access import DecisionImpossible, require
from schools.views.doors import user_of

VERSIONS = 20


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def region_terms(request: HttpRequest) -> HttpResponse:
    """GET, POST `/prets/conditions/region/`: read the versions, write the draft."""
    user = user_of(request)
    require(can_write_region_terms(user))
    draft = draft_of_region()
    if request.method == "POST":
        texts = request.POST.get("fr", ""), request.POST.get("de", "")
        try:
            save_region_draft(user, *texts, seen=request.POST.get("vu", ""))
        except DecisionImpossible as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Projet gardé. Relisez-le ci-dessous, puis publiez."))
            return redirect("byod:loan_region_terms")
    published = list(LoanTerms.objects.of_region().exclude(published_at=None)[:VERSIONS])
    base = draft or (published[0] if published else LoanTerms())
    context = {
        "menu": "loan_region_terms",
        "crumbs": [(_("Prêts"), None), (_("Conditions de la Région"), None)],
        "tabs": tabs_of(user),
        "draft": draft,
        "stamp": request.POST.get("vu", stamp_of(draft)),
        "fr": request.POST.get("fr", base.text_fr),
        "de": request.POST.get("de", base.text_de),
        "rows": published,
        "next": (published[0].number if published else 0) + 1,
        "own": LoanTerms.objects.exclude(school=None).values("school").distinct().count(),
    }
    return render(request, "byod/loans/region_terms.html", context)


@require_POST
@login_required
def decide(request: HttpRequest, deed: str) -> HttpResponse:
    """POST `/prets/conditions/region/publier/`, `…/abandonner/`."""
    user, seen = user_of(request), request.POST.get("vu", "")
    try:
        if deed == "publish":
            row = publish_region_terms(user, seen=seen)
            told = _("Version %(n)d publiée. Ce qui est signé garde sa version.")
            messages.success(request, told % {"n": row.number})
        else:
            drop_region_draft(user, seen=seen)
            messages.success(request, _("Projet abandonné."))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    return redirect(reverse("byod:loan_region_terms"))


urlpatterns: list[URLPattern] = [
    path("prets/conditions/region/", region_terms, name="loan_region_terms"),
    path(
        "prets/conditions/region/publier/", decide, {"deed": "publish"}, name="loan_region_publish"
    ),
    path("prets/conditions/region/abandonner/", decide, {"deed": "drop"}, name="loan_region_drop"),
]
