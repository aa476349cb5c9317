"""Kits of the catalogue and their versions: read by all, written by the SPW."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.access import DecisionImpossible, can_keep_kits, require
from inventory.actions.device_writing import FactsRefused
from inventory.actions.write_kit import (
    add_kit,
    change_draft,
    copy_version,
    drop_draft,
    end_version,
    publish_version,
)
from inventory.forms.catalogue import KitForm
from inventory.kits_shown import compare, compare_sheets, standing
from inventory.models import Kit, KitItem, KitVersion
from inventory.views.catalogue import catalogue_crumbs
from schools.models import User
from schools.rules import Refused
from schools.views.doors import user_of


def _versions(user: User) -> Any:
    """Drafts are seen by those who write them."""
    items = KitItem.objects.select_related("product")
    rows = KitVersion.objects.prefetch_related(Prefetch("items", items)).order_by("-number")
    return rows if can_keep_kits(user) else rows.frozen()


@require_GET
@login_required
def kits(request: HttpRequest) -> HttpResponse:
    """GET `/catalogue/kits/`."""
    user, today = user_of(request), timezone.localdate()
    may = can_keep_kits(user)
    rows = Kit.objects.prefetch_related(Prefetch("versions", _versions(user), to_attr="seen"))
    found = [(kit, _latest(kit, today)) for kit in rows]
    context = {
        "menu": "catalogue",
        "crumbs": catalogue_crumbs((_("Kits"), None)),
        "rows": [(kit, *told) for kit, told in found if told],
        "may_keep": bool(may),
        "why_not": may.why if isinstance(may, Refused) else "",
        "tab": "kits",
        "title": _("Kits"),
        "new_label": _("Nouveau kit"),
        "new_url": reverse("inventory:kit_new"),
    }
    return render(request, "inventory/catalogue/kits.html", context)


def _latest(kit: Any, today: dt.date) -> tuple[KitVersion, str, str] | None:
    """The version offered today, else the latest."""
    if not kit.seen:
        return None
    offered = [one for one in kit.seen if standing(one, today)[1] == "offered"]
    version = (offered or kit.seen)[0]
    return version, *standing(version, today)


@require_GET
@login_required
def kit(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/catalogue/kits/<id>/`: its versions; ``?avec=&et=`` puts two side by side."""
    user, today = user_of(request), timezone.localdate()
    here = get_object_or_404(Kit, pk=pk)
    versions = list(_versions(user).filter(kit=here))
    if not versions:
        raise Http404
    may = can_keep_kits(user)
    before, after = _two(request, versions)
    context = {
        "menu": "catalogue",
        "crumbs": catalogue_crumbs((_("Kits"), reverse("inventory:kits")), (here.name, None)),
        "kit": here,
        "versions": [(version, *standing(version, today)) for version in versions],
        "draft": next((one for one in versions if not one.is_frozen), None),
        "latest": versions[0],
        "before": before,
        "after": after,
        "lines": compare(before, after) if before and after else [],
        "sheet": compare_sheets(before, after) if before and after else [],
        "price_step": after.price - before.price if before and after else 0,
        "may_keep": bool(may),
        "why_not": may.why if isinstance(may, Refused) else "",
    }
    return render(request, "inventory/catalogue/kit.html", context)


def _two(
    request: HttpRequest, versions: list[KitVersion]
) -> tuple[KitVersion | None, KitVersion | None]:
    """The two that the address names; else the latest beside the one before it."""
    by_number = {str(version.number): version for version in versions}
    before = by_number.get(str(request.GET.get("avec", "")))
    after = by_number.get(str(request.GET.get("et", "")))
    if before and after:
        return before, after
    return (versions[1], versions[0]) if len(versions) > 1 else (None, None)


@require_http_methods(["GET", "POST"])
@login_required
def kit_new(request: HttpRequest) -> HttpResponse:
    """GET/POST `/catalogue/kits/nouveau/`."""
    user = user_of(request)
    require(can_keep_kits(user))
    form = KitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            version = add_kit(user, said["name"], said["purpose"], form.content())
        except FactsRefused as refused:
            form.take(refused.errors)
        else:
            return redirect("inventory:kit", version.kit_id)
    return _form(request, form, _("Nouveau kit"))


def _form(
    request: HttpRequest, form: KitForm, title: str, version: KitVersion | None = None
) -> HttpResponse:
    kits_url = reverse("inventory:kits")
    context = {
        "menu": "catalogue",
        "crumbs": catalogue_crumbs((_("Kits"), kits_url), (title, None)),
        "form": form,
        "title": title,
        "version": version,
        "back": reverse("inventory:kit", args=[version.kit_id]) if version else kits_url,
    }
    return render(request, "inventory/catalogue/kit_form.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def kit_version(request: HttpRequest, pk: int) -> HttpResponse:
    """GET/POST `/catalogue/kits/versions/<id>/`: the form of a draft."""
    user = user_of(request)
    require(can_keep_kits(user))
    version = get_object_or_404(KitVersion.objects.select_related("kit"), pk=pk)
    if version.is_frozen and request.method == "GET":
        return redirect("inventory:kit", version.kit_id)
    form = KitForm(request.POST or None, version=version)
    if request.method == "POST" and form.is_valid():
        try:
            change_draft(user, pk, form.content())
        except FactsRefused as refused:
            form.take(refused.errors)
        except DecisionImpossible as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Brouillon enregistré."))
            return redirect("inventory:kit", version.kit_id)
    return _form(request, form, str(version), version)


@require_POST
@login_required
def kit_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/catalogue/kits/versions/<id>/decider/`: publish, copy, end or drop."""
    user, what = user_of(request), request.POST.get("decision", "")
    require(can_keep_kits(user))
    version = get_object_or_404(KitVersion.objects.select_related("kit"), pk=pk)
    kit_pk = version.kit_id
    try:
        if what == "publier":
            publish_version(user, pk)
            messages.success(request, _("Version publiée : elle ne change plus."))
        elif what == "copier":
            return redirect("inventory:kit_version", copy_version(user, pk).pk)
        elif what == "supprimer":
            drop_draft(user, pk)
            messages.success(request, _("Brouillon supprimé."))
        elif what == "terminer":
            end_version(user, pk, _day(request.POST.get("jour", "")))
            messages.success(request, _("Fin d’offre enregistrée."))
    except DecisionImpossible as error:
        messages.error(request, str(error))
    if not Kit.objects.filter(pk=kit_pk).exists():
        return redirect("inventory:kits")
    return redirect("inventory:kit", kit_pk)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise DecisionImpossible(_("Indiquez le dernier jour.")) from None


urlpatterns: list[URLPattern] = [
    path("catalogue/kits/", kits, name="kits"),
    path("catalogue/kits/nouveau/", kit_new, name="kit_new"),
    path("catalogue/kits/<int:pk>/", kit, name="kit"),
    path("catalogue/kits/versions/<int:pk>/", kit_version, name="kit_version"),
    path("catalogue/kits/versions/<int:pk>/decider/", kit_decide, name="kit_decide"),
]
