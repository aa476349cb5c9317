"""Templates: the list, one with its versions and differences, its preview for a site."""

from __future__ import annotations

import difflib
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventory.access import require
from inventory.access.push import can_prepare
from inventory.actions.make_push_plan import candidates
from inventory.actions.save_template import StaleTemplate, save_template
from inventory.forms.push import TemplateForm
from inventory.models import ConfigTemplate, PushPlan, TemplateVersion
from inventory.rules.templates import Box, TemplateRefused, hidden, variables
from inventory.rules.templates import render as lines_of
from inventory.site_facts import facts_of, for_device
from schools.models import Site, User
from schools.views.doors import user_of

OFFERED = 20
"""Sites that the search of a preview offers."""


@require_GET
@login_required
def config_templates(request: HttpRequest) -> HttpResponse:
    """GET `/configurations/modeles/`."""
    user = user_of(request)
    rows = ConfigTemplate.objects.visible_to(user).annotate(
        newest_number=Max("versions__number"),
        newest_at=Max("versions__made_at"),
        plans=Count("versions__plans", distinct=True),
    )
    context = {
        "menu": "push",
        "crumbs": _crumbs(),
        "rows": rows.order_by("name"),
        "may_write": bool(can_prepare(user)),
    }
    return render(request, "inventory/push/templates.html", context)


def _crumbs(*more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    start = [(_("Changements"), reverse("inventory:push_plans"))]
    here = reverse("inventory:config_templates")
    return [*start, (_("Modèles"), here if more else None), *more]


@require_http_methods(["GET", "POST"])
@login_required
def config_template_new(request: HttpRequest) -> HttpResponse:
    """GET and POST `/configurations/modeles/nouveau/`."""
    require(can_prepare(user_of(request)))
    form = TemplateForm(None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _save(request, form, None)
    context = {
        "menu": "push",
        "crumbs": _crumbs((_("Nouveau modèle"), None)),
        "title": _("Nouveau modèle"),
        "form": form,
        "variables": variables(),
    }
    return render(request, "inventory/push/template_form.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def config_template_change(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/configurations/modeles/<id>/modifier/`: the newest text, as a new version."""
    template = _template(request, pk)
    require(can_prepare(user_of(request)))
    version = template.newest()
    form = TemplateForm(version, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, form, form.cleaned_data["vu"])
        except StaleTemplate as stale:
            said = _("La version %d a été écrite entre-temps : relisez-la avant d’enregistrer.")
            form.add_error("text", said % stale.args[0])
    context = {
        "menu": "push",
        "crumbs": _crumbs((template.name, _url(template)), (_("Modifier"), None)),
        "title": template.name,
        "form": form,
        "version": version,
        "frozen": version.plans.exists(),
        "variables": variables(),
    }
    return render(request, "inventory/push/template_form.html", context)


def _save(request: HttpRequest, form: TemplateForm, seen: int | None) -> HttpResponse:
    version = save_template(user_of(request), form.filled(), form.written(), seen)
    messages.success(request, _("Enregistré : version %d.") % version.number)
    return redirect("inventory:config_template", version.template_id)


def _template(request: HttpRequest, pk: int) -> ConfigTemplate:
    return get_object_or_404(ConfigTemplate.objects.visible_to(user_of(request)), pk=pk)


def _url(template: ConfigTemplate) -> str:
    return reverse("inventory:config_template", args=[template.pk])


@require_GET
@login_required
def config_template(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/configurations/modeles/<id>/`: `?version=` another, `?site=` what it makes there."""
    template, user = _template(request, pk), user_of(request)
    versions = list(template.versions.annotate(used=Count("plans")).select_related("made_by"))
    number = str(request.GET.get("version", ""))
    shown = next((v for v in versions if str(v.number) == number), versions[0])
    before = next((v for v in versions if v.number < shown.number), None)
    plans = PushPlan.objects.visible_to(user).filter(template_version__template=template)
    context = {
        "menu": "push",
        "crumbs": _crumbs((template.name, None)),
        "template": template,
        "versions": versions,
        "shown": shown,
        "before": before,
        "diff": _diff(before, shown) if before else [],
        "plans": plans.order_by("-made_at")[:OFFERED],
        "may_write": bool(can_prepare(user)),
        **_preview(user, request, shown),
    }
    return render(request, "inventory/push/template.html", context)


def _diff(before: TemplateVersion, after: TemplateVersion) -> list[tuple[str, str]]:
    lines = difflib.ndiff(before.text.splitlines(), after.text.splitlines())
    return [(line[0], line[2:]) for line in lines if line[0] in "+- "]


def _preview(user: User, request: HttpRequest, version: TemplateVersion) -> dict[str, Any]:
    """What the template makes at a site: one device of it, secrets as dots."""
    asked = request.GET.get("ecole", "").strip()[:80]
    sites = Site.objects.visible_to(user).open().select_related("school", "municipality")
    offered = []
    if asked:
        found = sites.filter(school__name__unaccent__icontains=asked)
        offered = list((found | sites.filter(name__unaccent__icontains=asked))[:OFFERED])
    key = str(request.GET.get("site", ""))
    site = sites.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
    if site is None:
        return {"asked": asked, "offered": offered}
    facts = facts_of([site])[site.pk]
    device = candidates(user).filter(site=site).first()
    facts = for_device(facts, device) if device else facts
    try:
        made = "\n".join(hidden(line) for line in lines_of(version.text, facts))
    except TemplateRefused as refused:
        return {"site": site, "refused": str(refused), "asked": asked, "offered": offered}
    box = facts.device if device else Box("–")
    return {"site": site, "box": box, "made": made, "asked": asked, "offered": offered}


urlpatterns: list[URLPattern] = [
    path("configurations/modeles/", config_templates, name="config_templates"),
    path("configurations/modeles/nouveau/", config_template_new, name="config_template_new"),
    path("configurations/modeles/<int:pk>/", config_template, name="config_template"),
    path(
        "configurations/modeles/<int:pk>/modifier/",
        config_template_change,
        name="config_template_change",
    ),
]
