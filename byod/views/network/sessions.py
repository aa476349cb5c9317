"""Sessions and attempts of a site: live, without a name; what ends one; the panel of the site."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from byod import network_listed as listed
from byod.access.network.keeping import can_read_sessions
from byod.actions.network.end_sessions import end_session
from byod.models.network.events import AuthEvent
from byod.models.network.orders import DisconnectOrder
from byod.models.network.sessions import NetworkSession
from byod.models.people.members import MEMBER_READERS
from byod.rules.network.reasons import REASONS
from byod.views.network.doors import site_context, site_seen
from inventory.access.refusals import require
from schools.filters import filtered, narrowed, shown
from schools.keyset import in_order, page_of
from schools.models import Site, User
from schools.models.scope import scope_of
from schools.sheets import EXPORT_AT_MOST, sheet_paths, sheet_response
from schools.views.doors import user_of


@require_GET
@login_required
def sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/connexions/`: rows for who may read them, else counts."""
    site, now = site_seen(request, pk), timezone.now()
    context = site_context(request, site, "site_sessions", _("Connexions"))
    context["counts"] = listed.counts_of(site, exact=context["may_read"])
    if context["may_read"]:
        found = _asked(request, site)
        rows, after = page_of(found, listed.SESSION_ORDER, request.GET.get("apres", ""))
        context |= {
            "rows": _told(rows, user_of(request), now),
            "after": after,
            "filters": shown(listed.SESSION_FILTERS, request),
            "query": request.GET.get("q", ""),
            "filtered": filtered(listed.SESSION_FILTERS, request.GET),
            "memory": listed.from_memory(site, now),
        }
    return render(request, "byod/network/sessions.html", context)


def _asked(request: HttpRequest, site: Site) -> Any:
    rows = narrowed(listed.open_sessions(site), listed.SESSION_FILTERS, request.GET)
    return listed.session_search(rows, request.GET.get("q", ""))


def _told(rows: list[NetworkSession], user: User, now: dt.datetime) -> list[dict[str, Any]]:
    """Rows with the last order to end each. A pseudonym is read by who runs the owner's school."""
    orders = DisconnectOrder.objects.filter(session__in=[row.pk for row in rows])
    last = {order.session_id: order for order in orders.order_by("pk")}
    scope = scope_of(user, MEMBER_READERS)
    told = []
    for row in rows:
        device = row.credential.device if row.credential else None
        mine = device is not None and covers_site(scope, device.member.site)
        told.append(
            {
                "row": row,
                "device": device,
                "mark": row.credential.username.split("@")[0] if row.credential else "",
                "pseudonym": device.member.pseudonym if device is not None and mine else "",
                "order": last.get(row.pk),
                "span": now - row.started_at,
            }
        )
    return told


def covers_site(scope: Any, site: Site) -> bool:
    """As ``covers``, for roles that are never given by PO: no query for the school."""
    return bool(scope.region or site.school_id in scope.schools or site.pk in scope.sites)


@require_GET
@login_required
def sessions_export(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `…/connexions/export.csv`: open sessions, without who they are of."""
    site = site_seen(request, pk)
    require(can_read_sessions(user_of(request), site))
    rows = in_order(_asked(request, site), listed.SESSION_ORDER)[:EXPORT_AT_MOST]
    heads = [_("Depuis"), _("Qualité"), _("Appareil"), _("Segment"), "VLAN", _("Borne"), "MAC"]
    cells = listed.session_cells(rows)
    return sheet_response(request, "connexions", heads, cells, ending=ending, people=True)


@require_GET
@login_required
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/connexions/panneau/`: how many, per segment."""
    site = site_seen(request, pk)
    exact = bool(can_read_sessions(user_of(request), site))
    context = {
        "site": site,
        "counts": listed.counts_of(site, exact=exact),
        "may_read": exact,
        "live": f"sse:site-{site.pk}",
    }
    return render(request, "byod/network/_panel.html", context)


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/connexions/<id>/terminer/`: ask the NAS to disconnect the device."""
    seen = NetworkSession.objects.visible_to(user_of(request))
    row = get_object_or_404(seen, pk=pk)
    end_session(user_of(request), row.pk, timezone.now())
    messages.success(request, _("Déconnexion demandée. La réponse de la borne s’affiche ici."))
    return redirect("byod:site_sessions", row.site_id)


# --- attempts ---


@require_GET
@login_required
def attempts(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/tentatives/`: what devices were answered, and why."""
    site = site_seen(request, pk)
    require(can_read_sessions(user_of(request), site))
    rows, after = page_of(
        _attempts(request, site), listed.EVENT_ORDER, request.GET.get("apres", "")
    )
    context = {
        **site_context(request, site, "site_attempts", _("Tentatives")),
        "rows": [(row, REASONS.get(row.reason, REASONS["other"])) for row in rows],
        "after": after,
        "filters": shown(listed.EVENT_FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(listed.EVENT_FILTERS, request.GET),
    }
    return render(request, "byod/network/attempts.html", context)


def _attempts(request: HttpRequest, site: Site) -> Any:
    rows = AuthEvent.objects.filter(site=site).select_related("nas", "credential__device")
    if not filtered(listed.EVENT_FILTERS, request.GET):
        rows = rows.exclude(outcome="accepted")
    rows = narrowed(rows, listed.EVENT_FILTERS, request.GET)
    return listed.event_search(rows, request.GET.get("q", ""))


@require_GET
@login_required
def attempts_export(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `…/tentatives/export.csv`."""
    site = site_seen(request, pk)
    require(can_read_sessions(user_of(request), site))
    rows = in_order(_attempts(request, site), listed.EVENT_ORDER)[:EXPORT_AT_MOST]
    heads = [
        *(_("Quand"), _("Résultat"), _("Raison"), _("Que faire"), _("Qualité"), _("Segment")),
        *("VLAN", _("Méthode"), _("Domaine"), _("Fin du MAC"), _("Borne"), _("De mémoire")),
    ]
    cells = listed.attempt_cells(rows)
    return sheet_response(request, "tentatives", heads, cells, ending=ending, people=True)


urlpatterns: list[URLPattern] = [
    path("implantations/<int:pk>/connexions/", sessions, name="site_sessions"),
    path("implantations/<int:pk>/connexions/panneau/", panel, name="sessions_panel"),
    *sheet_paths("implantations/<int:pk>/connexions/export", sessions_export, "sessions_export"),
    path("connexions/<int:pk>/terminer/", end, name="session_end"),
    path("implantations/<int:pk>/tentatives/", attempts, name="site_attempts"),
    *sheet_paths("implantations/<int:pk>/tentatives/export", attempts_export, "attempts_export"),
]
