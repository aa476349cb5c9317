"""The saved views of a list: a small menu beside its filters, loaded when it is opened."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from schools.actions import keep_view as keep
from schools.models import SavedView
from schools.views.doors import user_of


@require_GET
@login_required
def saved_views(request: HttpRequest) -> HttpResponse:
    """GET `/vues/?liste=inventory:devices&filtres=…`: the menu's content."""
    return _menu(request, request.GET.get("liste", ""), request.GET.get("filtres", ""))


@require_POST
@login_required
def save(request: HttpRequest) -> HttpResponse:
    """POST `/vues/enregistrer/`: keep the filters shown."""
    page, query = request.POST.get("liste", ""), request.POST.get("filtres", "")
    name, shared = request.POST.get("nom", ""), request.POST.get("partager") == "1"
    try:
        keep.save_view(user_of(request), page, name, query, shared=shared)
    except keep.ViewRefused as error:
        return _menu(request, page, query, error=str(error), name=name)
    return _menu(request, page, query)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/vues/<id>/supprimer/`. The menu comes back with what undoes it: saving it again."""
    user = user_of(request)
    row = get_object_or_404(SavedView.objects.filter(owner=user), pk=pk)
    keep.remove_view(user, row.pk)
    return _menu(request, row.page, request.POST.get("filtres", ""), removed=row)


def _menu(request: HttpRequest, page: str, query: str, **more: object) -> HttpResponse:
    user = user_of(request)
    try:
        address = keep.address_of(page)
    except keep.ViewRefused:
        raise Http404 from None
    asked = keep.plain_query(query)
    rows = SavedView.objects.visible_to(user).filter(page=page).select_related("owner")
    context = {
        "page": page,
        "address": address,
        "query": asked,
        "rows": [(row, row.query == asked, row.owner_id == user.pk) for row in rows],
        "may_share": bool(user.role_kinds & keep.SHARERS),
        **more,
    }
    return render(request, "schools/_saved_views.html", context)


urlpatterns: list[URLPattern] = [
    path("vues/", saved_views, name="saved_views"),
    path("vues/enregistrer/", save, name="save_view"),
    path("vues/<int:pk>/supprimer/", remove, name="remove_view"),
]
