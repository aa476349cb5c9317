"""Policies: which schools have one, a school's in plain words, its draft, and « essayer »."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from byod.access.network.keeping import can_read_servers, can_write_policy
from byod.actions.network.write_policy import (
    change_policy,
    drop_policy,
    put_in_force,
    start_policy,
)
from byod.forms.network.policy import PolicyForm, RuleForm, TryForm
from byod.models.network.policies import NetworkPolicy, PolicyState
from byod.models.network.rules import PolicyRule, Who
from byod.network_words import otherwise_words, told_rules, try_policy
from inventory.access.refusals import DecisionImpossible, require
from schools.agreements.listing import search_q
from schools.keyset import KEY, Column, page_of
from schools.models import School, Site
from schools.rules import Refused
from schools.views.doors import user_of


@require_GET
@login_required
def policies(request: HttpRequest) -> HttpResponse:
    """GET `/politiques/`: schools and the policy of each; who has one school is led to it."""
    user, words = user_of(request), request.GET.get("q", "")
    live = NetworkPolicy.objects.live().filter(school=OuterRef("pk"))
    rows = School.objects.visible_to(user).select_related("authority")
    rows = rows.annotate(
        policy_number=Subquery(live.values("number")[:1]),
        live_at=Subquery(live.values("live_at")[:1]),
    )
    if words:
        rows = rows.filter(search_q(words))
    shown, after = page_of(rows, (Column("name"), KEY), request.GET.get("apres", ""))
    if len(shown) == 1 and not words and not after:
        return redirect("byod:policy", shown[0].pk)
    context = {
        "menu": "policies",
        "crumbs": [(_("Accès au réseau"), None)],
        "rows": shown,
        "after": after,
        "query": words,
        "filters": [],
        "reads_servers": bool(can_read_servers(user)),
        "filtered": bool(words),
    }
    return render(request, "byod/network/policies.html", context)


def school_seen(request: HttpRequest, pk: int) -> School:
    """The school, if the person sees it; 404 otherwise."""
    seen = School.objects.visible_to(user_of(request)).select_related("authority")
    return get_object_or_404(seen, pk=pk)


@require_GET
@login_required
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/ecoles/<id>/politique/`: who arrives where, when; « essayer »; the versions."""
    school, user = school_seen(request, pk), user_of(request)
    versions = list(NetworkPolicy.objects.filter(school=school).order_by("-number")[:20])
    live = next((one for one in versions if one.state == PolicyState.LIVE), None)
    draft = next((one for one in versions if one.state == PolicyState.DRAFT), None)
    answer = can_write_policy(user, school)
    sites = Site.objects.visible_to(user).open().filter(school=school).order_by("name")
    context = {
        **_begin(school, _("Accès au réseau")),
        "live": live,
        "draft": draft if answer else None,
        "versions": [one for one in versions if one.state == PolicyState.RETIRED],
        "lines": told_rules(live, live.rules.all()) if live else [],
        "otherwise": otherwise_words(live) if live else [],
        "may_write": bool(answer),
        "why_not": answer.why if isinstance(answer, Refused) else "",
        "sites": list(sites),
        **_tried(request, live or draft, sites),
    }
    return render(request, "byod/network/policy.html", context)


def _begin(school: School, word: str) -> dict[str, Any]:
    return {
        "menu": "policies",
        "school": school,
        "crumbs": [
            (_("Accès au réseau"), reverse("byod:policies")),
            (school.name, reverse("schools:school", args=[school.pk])),
            (word, None),
        ],
    }


def _tried(request: HttpRequest, row: NetworkPolicy | None, sites: Any) -> dict[str, Any]:
    """The form « essayer », and its answer once it was asked."""
    first = sites.first()
    if row is None or first is None:
        return {"form": None, "tried": None}
    initial = {
        "qui": Who.PUPIL, "ou": first.pk, "jour": timezone.localdate(), "heure": "08:25",
    }  # fmt: skip
    form = TryForm(sites, request.GET if "qui" in request.GET else None, initial=initial)
    tried = None
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        tried = try_policy(row, said["ou"], said["qui"], form.moment(), authorised=not said["sans"])
    return {"form": form, "tried": tried}


@require_POST
@login_required
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/ecoles/<id>/politique/commencer/`: the draft there is, or a new one."""
    draft = start_policy(user_of(request), school_seen(request, pk))
    return redirect("byod:policy_draft", draft.pk)


def _draft(request: HttpRequest, pk: int) -> NetworkPolicy:
    seen = NetworkPolicy.objects.visible_to(user_of(request)).select_related("school")
    row = get_object_or_404(seen, pk=pk)
    require(can_write_policy(user_of(request), row.school))
    return row


@require_http_methods(["GET", "POST"])
@login_required
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/politiques/<id>/`: write the draft; one button puts it in force."""
    row = _draft(request, pk)
    if row.state != PolicyState.DRAFT:
        return redirect("byod:policy", row.school_id)
    form = PolicyForm(request.POST or None, instance=row)
    known = {rule.who: rule for rule in PolicyRule.objects.filter(policy=row)}
    rules = [RuleForm(who, request.POST or None, instance=known.get(who)) for who in Who.values]
    if request.method == "POST" and all([form.is_valid(), *(one.is_valid() for one in rules)]):
        saved = _save(request, row.pk, form, rules)
        if saved is not None:
            return saved
    context = {
        **_begin(row.school, _("Version %(n)d, brouillon") % {"n": row.number}),
        "row": row,
        "form": form,
        "rules": [(str(Who(one.who).label), one) for one in rules],
    }
    return render(request, "byod/network/draft.html", context)


def _save(
    request: HttpRequest, pk: int, form: PolicyForm, rules: list[RuleForm]
) -> HttpResponse | None:
    """Write; None where something was refused, which the form then says."""
    user = user_of(request)
    try:
        told = {one.who: one.values() for one in rules}
        row = change_policy(user, pk, form.cleaned_data, told)
        if "vigueur" in request.POST:
            put_in_force(user, pk, timezone.now())
            messages.success(request, _("La politique est en vigueur."))
        else:
            messages.success(request, _("Brouillon enregistré."))
            return redirect("byod:policy_draft", pk)
    except DecisionImpossible as refused:
        form.add_error(None, str(refused))
        return None
    return redirect("byod:policy", row.school_id)


@require_POST
@login_required
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/politiques/<id>/supprimer/`: throw the draft away."""
    row = _draft(request, pk)
    try:
        drop_policy(user_of(request), row.pk)
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Brouillon supprimé."))
    return redirect("byod:policy", row.school_id)


urlpatterns: list[URLPattern] = [
    path("politiques/", policies, name="policies"),
    path("ecoles/<int:pk>/politique/", policy, name="policy"),
    path("ecoles/<int:pk>/politique/commencer/", start, name="policy_start"),
    path("politiques/<int:pk>/", draft, name="policy_draft"),
    path("politiques/<int:pk>/supprimer/", drop, name="policy_drop"),
]
