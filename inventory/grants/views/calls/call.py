"""For officers: the list of calls, the page of one, a new one, last year's copied."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.access import DecisionImpossible, require
from inventory.grants.access.calls.facts import word_of
from inventory.grants.access.calls.who import can_keep_calls
from inventory.grants.actions.calls.publish_call import lacks_of
from inventory.grants.actions.calls.write_call import (
    copy_call,
    drop_correction,
    open_correction,
    start_call,
)
from inventory.grants.forms.calls.version import StartForm
from inventory.grants.models.calls.applications import IN_HAND, ApplicationState
from inventory.grants.models.calls.published import Call, CallMode, CallPhase, CallState
from inventory.grants.rules.calls.eligibility import told
from inventory.grants.rules.calls.questions import all_questions, read_form
from inventory.grants.views.calls.shown import phase_shown
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.keyset import Column, in_order, page_of
from schools.models import User
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

AWARDED = (ApplicationState.AWARDED, ApplicationState.CONDITIONAL)


def _by_phase(rows: Any, phase: str) -> Any:
    now = timezone.now()
    published = {"state": CallState.PUBLISHED}
    asked: dict[str, dict[str, Any]] = {
        CallPhase.DRAFT: {"state": CallState.DRAFT},
        CallPhase.PLANNED: {**published, "current__opens_at__gt": now},
        CallPhase.OPEN: {
            **published,
            "current__opens_at__lte": now,
            "current__closes_at__gt": now,
        },
        CallPhase.CLOSED: {**published, "current__closes_at__lte": now},
        CallPhase.DECIDED: {"state": CallState.DECIDED},
    }
    return rows.filter(**asked[phase])


FILTERS = (
    Filter("phase", gettext_lazy("Étape"), lambda: CallPhase.choices, _by_phase),
    Filter("mode", gettext_lazy("Mode"), lambda: CallMode.choices, by("mode")),
)
SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "recents": (gettext_lazy("Les plus récents d’abord"), (Column("reference", down=True),)),
    "anciens": (gettext_lazy("Les plus anciens d’abord"), (Column("reference"),)),
}


def call_of(user: User, pk: int) -> Call:
    """A call, for who keeps them: unseen is 404, seen but forbidden 403 with the reason."""
    row = get_object_or_404(Call.objects.visible_to(user).select_related("current__form"), pk=pk)
    require(can_keep_calls(user))
    return row


@require_GET
@login_required
def calls(request: HttpRequest) -> HttpResponse:
    """GET `/appels/gestion/`."""
    user, now = user_of(request), timezone.now()
    require(can_keep_calls(user))
    asked = _asked(user, request)
    sort = _sort(request)
    rows, after = page_of(_counted(asked), SORTS[sort][1], request.GET.get("apres", ""))
    titles = _titles(rows)
    context = {
        "menu": "calls",
        "crumbs": [(_("Appels"), None)],
        "rows": [(row, titles.get(row.pk, ""), phase_shown(row, now)) for row in rows],
        "after": after,
        "total": asked.count(),
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET),
        "sorts": [(key, label) for key, (label, _columns) in SORTS.items()],
        "sort": sort,
    }
    return render(request, "grants/calls/calls.html", context)


def _sort(request: HttpRequest) -> str:
    wanted = request.GET.get("tri", "")
    return wanted if wanted in SORTS else "recents"


def _asked(user: User, request: HttpRequest) -> QuerySet[Call]:
    rows = Call.objects.visible_to(user)
    for word in request.GET.get("q", "").replace("\x00", "").split()[:6]:
        in_title = Q(versions__title_fr__unaccent__icontains=word)
        rows = rows.filter(Q(reference__icontains=word) | in_title).distinct()
    return narrowed(rows, FILTERS, request.GET)


def _counted(rows: QuerySet[Call]) -> QuerySet[Call]:
    """With how many files are in hand, sent, awarded."""
    sent = ~Q(applications__state__in=[*IN_HAND, ApplicationState.WITHDRAWN])
    return rows.select_related("current").annotate(
        in_hand=Count("applications", filter=Q(applications__state__in=IN_HAND), distinct=True),
        sent=Count("applications", filter=sent, distinct=True),
        awarded=Count("applications", filter=Q(applications__state__in=AWARDED), distinct=True),
    )


def _titles(rows: list[Call]) -> dict[int, str]:
    """The title in force, or the draft's where nothing is yet."""
    found = {row.pk: row.current.title for row in rows if row.current}
    drafts = [row.pk for row in rows if row.pk not in found]
    for row in Call.objects.filter(pk__in=drafts).prefetch_related("versions"):
        found[row.pk] = next((one.title for one in row.versions.all()), "")
    return found


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/appels/gestion/export.csv`."""
    user, now = user_of(request), timezone.now()
    require(can_keep_calls(user))
    heads = [
        *(_("Référence"), _("Titre"), _("Mode"), _("Étape"), _("Ouverture"), _("Clôture")),
        *(_("Budget"), _("En rédaction"), _("Envoyés"), _("Accordés")),
    ]
    rows: Any = in_order(_counted(_asked(user, request)), SORTS[_sort(request)][1])
    cells = (
        [
            *(row.reference, row.current.title if row.current else "", row.get_mode_display()),
            row.phase(now).label,
            *((row.current.opens_at, row.current.closes_at, row.current.budget)
              if row.current else (None, None, None)),
            *(row.in_hand, row.sent, row.awarded),
        ]
        for row in rows
    )  # fmt: skip
    return sheet_response(request, "appels", heads, cells, ending=ending)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """GET and POST `/appels/gestion/nouveau/`: an empty one, or another one's copy."""
    user = user_of(request)
    require(can_keep_calls(user))
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        row = start_call(user, said["mode"], said["title"], timezone.now())
        return redirect("grants:call", row.pk)
    context = {
        "menu": "calls",
        "crumbs": [(_("Appels"), reverse("grants:calls")), (_("Nouveau"), None)],
        "form": form,
        "others": Call.objects.visible_to(user)
        .exclude(current=None)
        .select_related("current")
        .order_by("-reference")[:12],
    }
    return render(request, "grants/calls/new.html", context)


@require_POST
@login_required
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/appels/gestion/<id>/copier/`."""
    user = user_of(request)
    call_of(user, pk)
    row = copy_call(user, pk, timezone.now())
    messages.success(request, _("Repris avec ses textes, ses conditions et son formulaire."))
    return redirect("grants:call", row.pk)


@require_POST
@login_required
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/appels/gestion/<id>/corriger/`: the draft of the next version."""
    user = user_of(request)
    call_of(user, pk)
    try:
        open_correction(user, pk)
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    return redirect("grants:call", pk)


@require_POST
@login_required
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/appels/gestion/<id>/abandonner/`: throw the correction away."""
    user = user_of(request)
    call_of(user, pk)
    if drop_correction(user, pk):
        messages.success(request, _("Correction abandonnée\u00a0: l’appel reste comme il est."))
    return redirect("grants:call", pk)


@require_GET
@login_required
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/appels/gestion/<id>/`."""
    user, now = user_of(request), timezone.now()
    row = call_of(user, pk)
    versions = list(row.versions.select_related("form").order_by("-number"))
    draft = next((one for one in versions if not one.is_frozen), None)
    version = draft or versions[0]
    files = row.applications.aggregate(
        in_hand=Count("pk", filter=Q(state__in=IN_HAND)),
        sent=Count("pk", filter=~Q(state__in=[*IN_HAND, ApplicationState.WITHDRAWN])),
        awarded=Count("pk", filter=Q(state__in=AWARDED)),
        asked=Sum("amount", filter=~Q(state__in=[*IN_HAND, ApplicationState.WITHDRAWN])),
    )
    context = {
        **shell_of(row, version, ""),
        "versions": versions,
        "phase": phase_shown(row, now),
        "files": files,
        "conditions": told(version.eligibility, word_of),
        "questions": list(all_questions(read_form(version.form.content))),
        "lacks": lacks_of(version, now) if draft else [],
        "is_open": row.phase(now) == CallPhase.OPEN,
        "may_extend": row.state == CallState.PUBLISHED and draft is None,
    }
    return render(request, "grants/calls/call.html", context)


def shell_of(row: Call, version: Any, tab: str) -> dict[str, Any]:
    """What every page of a call shows: its title, its tabs."""
    return {
        "menu": "calls",
        "call": row,
        "version": version,
        "draft": None if version.is_frozen else version,
        "tab": tab,
        "crumbs": [
            (_("Appels"), reverse("grants:calls")),
            (row.reference, reverse("grants:call", args=[row.pk]) if tab else None),
            *([(tab, None)] if tab else []),
        ],
    }


urlpatterns: list[URLPattern] = [
    path("appels/gestion/", calls, name="calls"),
    *sheet_paths("appels/gestion/export", export, "calls_export"),
    path("appels/gestion/nouveau/", new, name="new_call"),
    path("appels/gestion/<int:pk>/", call, name="call"),
    path("appels/gestion/<int:pk>/copier/", copy, name="copy_call"),
    path("appels/gestion/<int:pk>/corriger/", correct, name="correct_call"),
    path("appels/gestion/<int:pk>/abandonner/", drop, name="drop_correction"),
]
