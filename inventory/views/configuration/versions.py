"""The versions of a device's configuration: the history, one of them, two side by side. Masked."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.actions.own_reach import own_reach
from inventory.intended_shown import intended_of
from inventory.masked import masked_lines
from inventory.models import ConfigBackup, ConfigDrift, ConfigFailure, Device
from inventory.rules.configuration import compare
from inventory.views.configuration.panel import panel_context, reader
from schools.actions.audit import record_action
from schools.keyset import Column, page_of
from schools.views.doors import user_of

NEWEST = (Column("at", down=True, moment=True), Column("pk", down=True, kind=int))
PAGE = 25


def crumbs_of(device: Device, *here: str) -> list[tuple[str, str | None]]:
    """The way to a page of a device's configuration."""
    history = reverse("inventory:configuration_history", args=[device.pk])
    way: list[tuple[str, str | None]] = [
        (_("Configurations"), reverse("inventory:configurations")),
        (str(device.site), reverse("schools:site", args=[device.site_id])),
        (device.name, history if here else None),
    ]
    return [*way, *((one, None) for one in here)]


@require_GET
@login_required
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/equipements/<id>/configurations/`: every version, and what went wrong."""
    device = reader(request, pk)
    rows = ConfigBackup.objects.filter(device=device).select_related("actor", "blob")
    page, after = page_of(rows.defer("blob__sealed"), NEWEST, request.GET.get("apres", ""), PAGE)
    context = {
        **panel_context(request, device),
        "menu": "configurations",
        "crumbs": crumbs_of(device),
        "rows": page,
        "after": after,
        "total": rows.count(),
        "failures": ConfigFailure.objects.filter(device=device)[:8],
        "intended": intended_of(user_of(request), device, own_reach()),
        "drifts": ConfigDrift.objects.filter(device=device).select_related("decided_by")[:8],
    }
    return render(request, "inventory/configuration/history.html", context)


def _version(request: HttpRequest, pk: int) -> ConfigBackup:
    """A version that the person may read. Raises Http404, PermissionDenied."""
    seen = ConfigBackup.objects.visible_to(user_of(request))
    found = get_object_or_404(
        seen.select_related("blob", "actor", "device__site__school__authority"), pk=pk
    )
    reader(request, found.device_id)
    return found


@require_GET
@login_required
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/configurations/versions/<id>/`: the text, its secrets masked."""
    row = _version(request, pk)
    before = (
        ConfigBackup.objects.filter(device=row.device_id, at__lt=row.at).order_by("-at").first()
    )
    context = {
        "menu": "configurations",
        "crumbs": crumbs_of(row.device, _moment(row)),
        "row": row,
        "device": row.device,
        "before": before,
        "lines": list(enumerate(masked_lines(row), 1)),
    }
    return render(request, "inventory/configuration/version.html", context)


@require_GET
@login_required
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/configurations/versions/<id>.txt`: the same as a file, masked too."""
    row = _version(request, pk)
    after = {"version": row.blob_id[:10]}
    record_action(
        user_of(request), "download_configuration", row.device, site=row.device.site, after=after
    )
    text = "\n".join(masked_lines(row)) + "\n"
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    name = f"{row.device.name}-{timezone.localtime(row.at):%Y%m%d-%H%M}.txt"
    safe = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in name)
    answer["Content-Disposition"] = f'attachment; filename="{safe}"'
    return answer


@require_GET
@login_required
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/equipements/<id>/configurations/comparer/?avant=&apres=`: any two versions, side by
    side or as one column (`vue=une`); unchanged stretches folded unless `tout=oui`."""
    device = reader(request, pk)
    old, new = _chosen(request, device)
    context = {
        **diff_context(request, old, new),
        "menu": "configurations",
        "crumbs": crumbs_of(device, _("Comparaison")),
        "device": device,
        "versions": ConfigBackup.objects.filter(device=device).order_by("-at", "-pk")[:200],
    }
    return render(request, "inventory/configuration/compare.html", context)


def _chosen(request: HttpRequest, device: Device) -> tuple[ConfigBackup, ConfigBackup]:
    """The two versions, the older one first; unless said, the last two. Raises Http404."""
    rows = ConfigBackup.objects.filter(device=device).select_related("blob")
    latest = list(rows.order_by("-at", "-pk")[:2])
    if not latest:
        raise Http404
    old = _asked(rows, request.GET.get("avant", "")) or latest[-1]
    new = _asked(rows, request.GET.get("apres", "")) or latest[0]
    return (old, new) if (old.at, old.pk) <= (new.at, new.pk) else (new, old)


def _asked(rows: Any, key: str) -> ConfigBackup | None:
    if not key:
        return None
    found: ConfigBackup | None = None
    if key.isdecimal() and len(key) < 18:
        found = rows.filter(pk=int(key)).first()
    if found is None:
        raise Http404
    return found


def diff_context(request: HttpRequest, old: ConfigBackup, new: ConfigBackup) -> dict[str, Any]:
    """What the difference of two versions is shown from."""
    whole = request.GET.get("tout") == "oui"
    told = compare(masked_lines(old), masked_lines(new), -1 if whole else 3)
    one_column = request.GET.get("vue") == "une"
    return {
        "old": old,
        "new": new,
        "told": told,
        "unified": list(told.unified()) if one_column else [],
        "one_column": one_column,
        "whole": whole,
        "only_secrets": told.is_same and old.blob_id != new.blob_id,
    }


def _moment(row: ConfigBackup) -> str:
    return f"{timezone.localtime(row.at):%d/%m/%Y %H:%M}"


urlpatterns: list[URLPattern] = [
    path("equipements/<int:pk>/configurations/", history, name="configuration_history"),
    path("equipements/<int:pk>/configurations/comparer/", difference, name="configuration_diff"),
    path("configurations/versions/<int:pk>/", version, name="configuration_version"),
    path("configurations/versions/<int:pk>.txt", download, name="configuration_download"),
]
