"""What Préau keeps, why and how long: for everybody, made of the settings; the register of it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from byod.access.privacy.people import can_follow_readings, can_follow_retention
from byod.kept import kept
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

LANGUAGES = {"fr": "Français", "de": "Deutsch"}


def tabs_of(request: HttpRequest, here: str) -> dict[str, Any]:
    """What every page of privacy begins with: its tabs, by what the person may follow."""
    user = user_of(request)
    tabs = []
    if can_follow_readings(user):
        tabs.append(("readings", _("Lectures des noms"), reverse("byod:readings")))
    tabs.append(("figures", _("Chiffres qui restent"), reverse("byod:figures")))
    tabs.append(("register", _("Registre des traitements"), reverse("byod:register")))
    if can_follow_retention(user):
        tabs.append(("runs", _("Effacements"), reverse("byod:retention_runs")))
    label = next(label for key, label, _url in tabs if key == here)
    return {
        "menu": "privacy",
        "crumbs": [(_("Vie privée"), reverse("byod:privacy")), (label, None)],
        "tabs": tabs,
        "here": here,
    }


@require_GET
@login_required
def privacy(request: HttpRequest) -> HttpResponse:
    """GET `/vie-privee/`: what the person follows first."""
    user = user_of(request)
    if can_follow_readings(user):
        return redirect("byod:readings")
    return redirect("byod:retention_runs" if can_follow_retention(user) else "byod:register")


@require_GET
def kept_page(request: HttpRequest) -> HttpResponse:
    """GET `/ce-que-preau-garde/`: public, in plain words; ``?langue=de`` for families."""
    asked = request.GET.get("langue", "")
    language = asked if asked in LANGUAGES else (get_language() or "fr")
    with override(language):
        context = {
            "rows": kept(),
            "crumbs": [(_("Ce que Préau garde"), None)],
            "languages": [(code, word, code == language[:2]) for code, word in LANGUAGES.items()],
            "language": language,
        }
        return render(request, "byod/privacy/kept.html", context)


@require_GET
@login_required
def register(request: HttpRequest) -> HttpResponse:
    """GET `/vie-privee/registre/`: the register of processing (GDPR, article 30)."""
    return render(
        request, "byod/privacy/register.html", tabs_of(request, "register") | {"rows": kept()}
    )


@require_GET
@login_required
def register_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/vie-privee/registre/export.csv`: for the data protection officer."""
    heads = [
        *(_("Données"), _("Finalité"), _("Durée"), _("Base légale"), _("Qui les lit")),
        *(_("Ensuite"), _("Réglage")),
    ]
    rows = (
        [
            *(str(one.purpose.data), str(one.purpose.why), one.how_long, str(one.purpose.basis)),
            *(str(one.purpose.readers), str(one.purpose.forgotten), one.purpose.setting),
        ]
        for one in kept()
    )
    return sheet_response(request, "registre-des-traitements", heads, rows, ending=ending)


urlpatterns: list[URLPattern] = [
    path("ce-que-preau-garde/", kept_page, name="kept"),
    path("vie-privee/", privacy, name="privacy"),
    path("vie-privee/registre/", register, name="register"),
    *sheet_paths("vie-privee/registre/export", register_export, "register_export"),
]
