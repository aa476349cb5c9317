"""Class lists: send a file, see what it would change, say yes or no."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from byod.access.people.members import can_run
from byod.actions.people.class_list_columns import CLASS_LIST, COLUMN_WORDS, FAULT_WORDS
from byod.actions.people.import_class_list import (
    abandon_class_list,
    apply_class_list,
    difference_of,
    rows_of,
    send_class_list,
    waiting_since,
)
from byod.actions.people.read_names import names_of
from byod.models.people.identities import Named
from byod.models.people.lists import ClassList
from byod.rules.equity.years import school_year, year_words
from byod.views.people.places import base, site_run
from inventory.access import DecisionImpossible, require
from schools.imports.reading import FileRefused
from schools.sheets import sheet_response
from schools.views.doors import user_of

SHOWN = 200
"""Rows of each kind that a preview names."""
CHANGE_WORDS = {
    "back": gettext_lazy("revient"),
    "class": gettext_lazy("classe"),
    "name": gettext_lazy("nom"),
    "guardian": gettext_lazy("parent"),
    "language": gettext_lazy("langue"),
    "adult": gettext_lazy("majeur"),
}


class ListForm(forms.Form):
    """A file of the school's own software."""

    file = forms.FileField(
        label=gettext_lazy("Fichier (CSV, XLSX ou ODS)"),
        help_text=gettext_lazy(
            "Colonnes : matricule, nom, prénom, classe ; les autres si elles y sont."
        ),
    )
    year = forms.TypedChoiceField(label=gettext_lazy("Année scolaire"), coerce=int)
    whole = forms.ChoiceField(
        label=gettext_lazy("Ce fichier contient"),
        choices=[
            ("all", gettext_lazy("toute l’implantation\u00a0: qui n’y est pas est parti")),
            ("some", gettext_lazy("quelques classes\u00a0: les autres ne changent pas")),
        ],
        initial="all",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = school_year(timezone.localdate())
        field = self.fields["year"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(year, year_words(year)) for year in (now, now + 1, now - 1)]


@require_http_methods(["GET", "POST"])
@login_required
def send(request: HttpRequest, site: int) -> HttpResponse:
    """GET and POST `/inscrits/<site>/importer/`: a file, then its preview."""
    row, user = site_run(request, site), user_of(request)
    form = ListForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            made = send_class_list(
                user,
                row,
                form.cleaned_data["file"].read(),
                form.cleaned_data["year"],
                whole=form.cleaned_data["whole"] == "all",
            )
            return HttpResponseRedirect(reverse("byod:class_list", args=[made.pk]))
        except FileRefused as why:
            form.add_error("file", str(why))
    context = base(request, row, _("Importer une liste"), "") | {
        "form": form,
        "waiting": waiting_since(timezone.now(), row),
        "past": ClassList.objects.filter(site=row).exclude(applied_at=None)[:5],
        "columns": [(one.name, one.required) for one in CLASS_LIST.columns],
    }
    status = 422 if form.is_bound else 200
    return render(request, "byod/people/list_send.html", context, status=status)


@require_GET
@login_required
def example(request: HttpRequest) -> HttpResponseBase:
    """GET `/inscrits/exemple.csv`: invented people in the columns that we read."""
    rows = CLASS_LIST.example
    return sheet_response(request, "liste-exemple", rows[0], rows[1:], ending="csv")


def _seen(request: HttpRequest, pk: int) -> ClassList:
    user = user_of(request)
    try:
        row = ClassList.objects.visible_to(user).select_related("site__school").get(pk=pk)
    except ObjectDoesNotExist:
        raise Http404 from None
    require(can_run(user, row.site))
    return row


@require_GET
@login_required
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/inscrits/listes/<pk>/`: who is new, changed, leaving; which rows are wrong and why."""
    row = _seen(request, pk)
    context = base(request, row.site, _("Liste de classe"), "") | {
        "list": row,
        "year": year_words(row.year),
        "waits": ClassList.objects.waiting(timezone.now()).filter(pk=pk).exists(),
    }
    if context["waits"]:
        context |= _told(request, row)
    return render(request, "byod/people/list_preview.html", context)


def _told(request: HttpRequest, row: ClassList) -> dict[str, Any]:
    told = difference_of(row)
    _rows, faults = rows_of(row)
    leaving = told.leaving[:SHOWN]
    names = names_of(user_of(request), leaving, "class_list")
    nobody = Named()
    return {
        "told": told,
        "new": told.new[:SHOWN],
        "changed": [
            (one.row, ", ".join(str(CHANGE_WORDS[word]) for word in one.words))
            for one in told.changed[:SHOWN]
        ],
        "leaving": [(one, names.get(one.pk, nobody)) for one in leaving],
        "faults": [
            (one, COLUMN_WORDS.get(one.column, one.column), FAULT_WORDS[one.why])
            for one in faults[:SHOWN]
        ],
        "shown": SHOWN,
    }


@require_POST
@login_required
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/inscrits/listes/<pk>/appliquer/`: whole, or not at all."""
    row = _seen(request, pk)
    try:
        apply_class_list(user_of(request), pk, leaving=request.POST.get("leaving") == "1")
    except DecisionImpossible as why:
        messages.error(request, str(why))
        return HttpResponseRedirect(reverse("byod:class_list", args=[pk]))
    messages.success(request, _("La liste est appliquée."))
    return HttpResponseRedirect(reverse("byod:people", args=[row.site_id]))


@require_POST
@login_required
def abandon(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/inscrits/listes/<pk>/abandonner/`: its names go at once."""
    row = _seen(request, pk)
    abandon_class_list(user_of(request), pk)
    messages.success(request, _("La liste est abandonnée\u00a0: rien n’a changé."))
    return HttpResponseRedirect(reverse("byod:people", args=[row.site_id]))
