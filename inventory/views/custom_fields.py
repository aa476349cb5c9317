"""Own fields of categories: the list, the form, archiving."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.access import can_keep_catalogue, require
from inventory.actions.device_writing import FactsRefused
from inventory.actions.write_custom_field import (
    add_custom_field,
    archive_custom_field,
    change_custom_field,
)
from inventory.forms.catalogue import CustomFieldForm
from inventory.models import Category, CustomField
from inventory.views.catalogue import catalogue_crumbs
from schools.rules import Refused
from schools.views.doors import user_of


@require_GET
@login_required
def custom_fields(request: HttpRequest) -> HttpResponse:
    """GET `/catalogue/champs/`."""
    may = can_keep_catalogue(user_of(request))
    words = dict(Category.choices)
    rows = CustomField.objects.order_by("archived_at", "position", "label_fr")
    context = {
        "menu": "catalogue",
        "crumbs": catalogue_crumbs((_("Champs propres"), None)),
        "rows": [(row, [words.get(key, key) for key in row.categories]) for row in rows],
        "may_keep": bool(may),
        "why_not": may.why if isinstance(may, Refused) else "",
        "tab": "fields",
        "title": _("Champs propres"),
        "new_label": _("Nouveau champ"),
        "new_url": reverse("inventory:custom_field_new"),
    }
    return render(request, "inventory/catalogue/fields.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def custom_field_new(request: HttpRequest) -> HttpResponse:
    """GET/POST `/catalogue/champs/nouveau/`."""
    user = user_of(request)
    require(can_keep_catalogue(user))
    form = CustomFieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            add_custom_field(user, said.pop("key"), said.pop("kind"), said)
        except FactsRefused as refused:
            form.take(refused.errors)
        else:
            return redirect("inventory:custom_fields")
    return _form(request, form, _("Nouveau champ"))


@require_http_methods(["GET", "POST"])
@login_required
def custom_field(request: HttpRequest, pk: int) -> HttpResponse:
    """GET/POST `/catalogue/champs/<id>/`."""
    user = user_of(request)
    require(can_keep_catalogue(user))
    row = get_object_or_404(CustomField, pk=pk)
    form = CustomFieldForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            change_custom_field(user, pk, form.cleaned_data)
        except FactsRefused as refused:
            form.take(refused.errors)
        else:
            messages.success(request, _("%(name)s est enregistré.") % {"name": row})
            return redirect("inventory:custom_fields")
    return _form(request, form, row.label, row)


def _form(
    request: HttpRequest, form: CustomFieldForm, title: str, row: CustomField | None = None
) -> HttpResponse:
    back = reverse("inventory:custom_fields")
    context = {
        "menu": "catalogue",
        "crumbs": catalogue_crumbs((_("Champs propres"), back), (title, None)),
        "form": form,
        "title": title,
        "row": row,
        "back": back,
    }
    return render(request, "inventory/catalogue/field_form.html", context)


@require_POST
@login_required
def custom_field_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/catalogue/champs/<id>/archiver/`; ``remettre`` asks for it again."""
    user = user_of(request)
    require(can_keep_catalogue(user))
    get_object_or_404(CustomField, pk=pk)
    archive_custom_field(user, pk, back="remettre" in request.POST)
    return redirect("inventory:custom_fields")


urlpatterns: list[URLPattern] = [
    path("catalogue/champs/", custom_fields, name="custom_fields"),
    path("catalogue/champs/nouveau/", custom_field_new, name="custom_field_new"),
    path("catalogue/champs/<int:pk>/", custom_field, name="custom_field"),
    path("catalogue/champs/<int:pk>/archiver/", custom_field_archive, name="custom_field_archive"),
]
