"""The charter of a school, and the regional floor: write, preview, publish."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from byod.access.people.members import can_write_charter, can_write_floor
from byod.actions.people.charters import LONGEST, publish_charter, write_charter
from byod.models.people.charters import CharterVersion
from inventory.access import DecisionImpossible
from schools.models import School
from schools.views.doors import user_of


class CharterForm(forms.Form):
    """Both languages of a version."""

    text_fr = forms.CharField(
        label=gettext_lazy("Texte en français"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    text_de = forms.CharField(
        label=gettext_lazy("Texte en allemand"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("Sans lui, les familles germanophones lisent le texte français."),
    )


@require_http_methods(["GET", "POST"])
@login_required
def charter(request: HttpRequest, school: int) -> HttpResponse:
    """GET and POST `/inscrits/charte/<school>/`."""
    seen = School.objects.visible_to(user_of(request))
    return _answer(request, get_object_or_404(seen, pk=school))


@require_http_methods(["GET", "POST"])
@login_required
def floor(request: HttpRequest) -> HttpResponse:
    """GET and POST `/inscrits/charte/region/`: the text beneath every school's charter."""
    return _answer(request, None)


def _answer(request: HttpRequest, school: School | None) -> HttpResponse:
    user = user_of(request)
    versions = CharterVersion.objects.filter(school=school)
    draft = versions.filter(published_at=None).first()
    last = versions.published().order_by("-number").first()
    start = draft or last
    may = can_write_charter(user, school) if school else can_write_floor(user)
    form = CharterForm(
        request.POST or None,
        initial={"text_fr": start.text_fr, "text_de": start.text_de} if start else None,
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            write_charter(user, school, said["text_fr"], said["text_de"])
            if request.POST.get("what") == "publish":
                publish_charter(user, school)
                messages.success(request, _("La charte est publiée."))
            else:
                messages.success(request, _("Le brouillon est gardé."))
        except DecisionImpossible as why:
            messages.error(request, str(why))
        return HttpResponseRedirect(request.path)
    context: dict[str, Any] = {
        "menu": "byod_charter",
        "crumbs": [(_("Charte"), None)],
        "school": school,
        "form": form,
        "draft": draft,
        "last": last,
        "past": versions.published().order_by("-number")[:10],
        "under": CharterVersion.objects.published().filter(school=None).order_by("-number").first()
        if school
        else None,
        "may": may,
        "grace": settings.BYOD_GRACE_DAYS,
    }
    status = 422 if form.is_bound else 200
    return render(request, "byod/people/charter.html", context, status=status)


@login_required
def my_charter(request: HttpRequest) -> HttpResponse:
    """GET `/inscrits/charte/`: that of the first school one sees; the floor for officers."""
    user = user_of(request)
    if can_write_floor(user):
        return HttpResponseRedirect(reverse("byod:floor"))
    school = School.objects.visible_to(user).order_by("name", "pk").first()
    if school is None:
        return HttpResponseRedirect(reverse("byod:people_home"))
    return HttpResponseRedirect(reverse("byod:charter", args=[school.pk]))
