"""Settings of networks: of the Region, of a PO, of a site; what is in force and from where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from inventory.access import DecisionImpossible, require
from inventory.access.push import can_prepare
from inventory.actions.set_network_settings import set_network_settings
from inventory.forms.push import SettingsForm
from inventory.models import SiteSettings
from inventory.models.templates import works_somewhere
from inventory.site_facts import settings_of
from schools.models import Authority, Site, User
from schools.views.doors import user_of

LEVELS = {
    "region": gettext_lazy("Région"),
    "authority": gettext_lazy("pouvoir organisateur"),
    "site": gettext_lazy("implantation"),
}
WORDS = {
    "ntp": gettext_lazy("Serveurs de temps (NTP)"),
    "syslog": gettext_lazy("Serveurs de journal (syslog)"),
    "snmp_managers": gettext_lazy("Adresses qui lisent par SNMP"),
    "snmp_contact": gettext_lazy("Contact SNMP"),
    "community": gettext_lazy("Communauté SNMP"),
}
OFFERED = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A setting in force at a site."""

    label: str
    value: str
    level: str
    hides: str


@require_GET
@login_required
def network_settings(request: HttpRequest) -> HttpResponse:
    """GET `/configurations/reglages/`: `?q=` looks for a place, `?site=` shows what is in force."""
    user = user_of(request)
    if not works_somewhere(user):
        raise Http404
    rows = SiteSettings.objects.visible_to(user).select_related("authority", "site__school")
    asked = request.GET.get("q", "").strip()[:80]
    site = _site(user, str(request.GET.get("site", "")))
    context = {
        "menu": "push",
        "crumbs": _crumbs(),
        "rows": rows[:200],
        "region": next((row for row in rows if row.region), None),
        "query": asked,
        "sites": _sites(user, asked),
        "authorities": _authorities(user, asked),
        "site": site,
        "lines": _lines(site) if site else [],
        "may_write": bool(can_prepare(user)),
    }
    return render(request, "inventory/push/settings.html", context)


def _crumbs(*more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    here = reverse("inventory:network_settings")
    start = (_("Changements"), reverse("inventory:push_plans"))
    return [start, (_("Réglages"), here if more else None), *more]


def _site(user: User, key: str) -> Site | None:
    if not key.isdecimal() or len(key) > 18:
        return None
    seen = Site.objects.visible_to(user).select_related("school__authority")
    return seen.filter(pk=int(key)).first()


def _sites(user: User, asked: str) -> list[Site]:
    if not asked:
        return []
    seen = Site.objects.visible_to(user).open().select_related("school")
    found = seen.filter(school__name__unaccent__icontains=asked)
    return list((found | seen.filter(name__unaccent__icontains=asked))[:OFFERED])


def _authorities(user: User, asked: str) -> list[Authority]:
    if not asked:
        return []
    seen = Authority.objects.visible_to(user)
    return list(seen.filter(name__unaccent__icontains=asked)[:OFFERED])


def _lines(site: Site) -> list[Line]:
    found = []
    for name, setting in settings_of([site])[site.pk].items():
        value = setting.value
        shown = ", ".join(value) if isinstance(value, tuple) else str(value)
        if name == "community" and value:
            shown = "••••"
        hides = ", ".join(str(LEVELS[level]) for level in setting.hides)
        level = str(LEVELS[setting.level]) if setting.level else ""
        found.append(Line(str(WORDS[name]), shown, level, hides))
    return found


def _place(user: User, level: str, pk: int) -> tuple[SiteSettings, str]:
    """The settings of a place that the person sees, new or known, and the place's name."""
    seen = SiteSettings.objects
    if level == "region" and pk == 0:
        return seen.filter(region=True).first() or SiteSettings(region=True), _("Région")
    if level == "po":
        authority = get_object_or_404(Authority.objects.visible_to(user), pk=pk)
        row = seen.filter(authority=authority).first() or SiteSettings(authority=authority)
        return row, str(authority)
    if level == "site":
        site = get_object_or_404(Site.objects.visible_to(user).select_related("school"), pk=pk)
        return seen.filter(site=site).first() or SiteSettings(site=site), str(site)
    raise Http404


@require_http_methods(["GET", "POST"])
@login_required
def network_settings_change(request: HttpRequest, level: str, pk: int) -> HttpResponse:
    """GET and POST `/configurations/reglages/<level>/<id>/`; the Region's id is 0."""
    user = user_of(request)
    row, name = _place(user, level, pk)
    require(can_prepare(user))
    form = SettingsForm(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_network_settings(user, row, form.said(), form.cleaned_data["vu"])
        except DecisionImpossible as error:
            form.add_error(None, str(error))
        else:
            said = _("Enregistré. Les équipements ne changent qu’au prochain changement approuvé.")
            messages.success(request, said)
            return redirect("inventory:network_settings")
    context: dict[str, Any] = {
        "menu": "push",
        "crumbs": _crumbs((name, None)),
        "title": name,
        "form": form,
        "has_community": bool(row.sealed),
    }
    return render(request, "inventory/push/settings_form.html", context)


urlpatterns: list[URLPattern] = [
    path("configurations/reglages/", network_settings, name="network_settings"),
    path(
        "configurations/reglages/<slug:level>/<int:pk>/",
        network_settings_change,
        name="network_settings_change",
    ),
]
