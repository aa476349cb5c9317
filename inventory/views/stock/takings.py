"""Stock-takings: the list, opening one, its report, closing or giving it up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.access import DecisionImpossible, require
from inventory.access.stock import can_count, sites_to_count
from inventory.actions.close_stock_taking import close_stock_taking, found_so_far
from inventory.actions.open_stock_taking import abandon_stock_taking, open_stock_taking
from inventory.forms.stock import OpenForm
from inventory.models import Category, Device, StockState, StockTaking
from inventory.printing.papers import stock_report
from inventory.stock_shown import findings_of, log_of, progress_of
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.keyset import KEY, Column, page_of
from schools.models import Province, Site, User
from schools.rules import Refused
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

FILTERS = (
    Filter("etat", gettext_lazy("État"), lambda: StockState.choices, by("state")),
    Filter("province", gettext_lazy("Province"), lambda: Province.choices, by("site__province")),
)
LATEST = (Column("opened_at", down=True, moment=True), Column(KEY.path, down=True, kind=int))
OFFERED = 60
"""Sites of which to choose one; who has more opens it from the site's page."""


@require_GET
@login_required
def stock_takings(request: HttpRequest) -> HttpResponse:
    """GET `/recolements/`."""
    user = user_of(request)
    asked = _asked(user, request)
    rows, after = page_of(_counted(asked), LATEST, request.GET.get("apres", ""))
    context = {
        "menu": "stock",
        "crumbs": [(_("Récolements"), None)],
        "rows": rows,
        "after": after,
        "total": asked.count(),
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET),
        "sites": sites_to_count(user).select_related("school")[:OFFERED],
    }
    return render(request, "inventory/stock/takings.html", context)


def _asked(user: User, request: HttpRequest) -> QuerySet[StockTaking]:
    rows = StockTaking.objects.visible_to(user).select_related("site__school", "opened_by")
    for word in request.GET.get("q", "").split()[:6]:
        rows = rows.filter(
            Q(site__name__unaccent__icontains=word)
            | Q(site__school__name__unaccent__icontains=word)
        )
    return narrowed(rows, FILTERS, request.GET)


def _counted(rows: QuerySet[StockTaking]) -> QuerySet[StockTaking]:
    return rows.annotate(
        counted=Count("counts", distinct=True),
        to_settle=Count("findings", filter=Q(findings__state="open"), distinct=True),
    )


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/recolements/export.csv`: the same filters, the whole list."""
    rows = _counted(_asked(user_of(request), request)).order_by("-opened_at", "-pk")
    heads = [
        *(_("Établissement"), _("Implantation"), _("Ouvert le"), _("Par"), _("État")),
        *(_("Attendus"), _("Comptés"), _("Constats à régler"), _("Clôturé le")),
    ]
    cells = (
        [
            *(row.site.school.name, row.site.name, row.opened_at, str(row.opened_by or "")),
            *(row.get_state_display(), row.expected, row.counted, row.to_settle),  # type: ignore[attr-defined]
            row.closed_at,
        ]
        for row in rows.iterator(chunk_size=500)
    )
    return sheet_response(request, "recolements", heads, cells, ending=ending)


@require_http_methods(["GET", "POST"])
@login_required
def open_one(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/implantations/<id>/recolement/`: which part of the site is counted."""
    user = user_of(request)
    site = get_object_or_404(Site.objects.visible_to(user).select_related("school"), pk=pk)
    if request.method == "POST":
        require(can_count(user, site))
    running = StockTaking.objects.filter(site=site).running().first()
    if running is not None and request.method == "GET":
        return redirect("inventory:count", running.pk)
    devices = Device.objects.filter(site=site)
    categories = set(devices.values_list("product__category", flat=True))
    form = OpenForm(request.POST or None, site=site, categories=categories)
    answer = can_count(user, site)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            taking = open_stock_taking(
                user, site, list(values["rooms"]), values["categories"], values["why"]
            )
        except DecisionImpossible as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("inventory:count", taking.pk)
    context = {
        "menu": "stock",
        "site": site,
        "form": form,
        "may": bool(answer),
        "why_not": answer.why if isinstance(answer, Refused) else "",
        "crumbs": [
            (_("Récolements"), reverse("inventory:stock_takings")),
            (str(site), reverse("schools:site", args=[site.pk])),
            (_("Ouvrir"), None),
        ],
    }
    return render(request, "inventory/stock/open.html", context)


def taking_of(user: User, pk: int) -> StockTaking:
    """The stock-taking, where the person sees its site; else 404."""
    seen = StockTaking.objects.visible_to(user).select_related(
        "site__school", "opened_by", "closed_by"
    )
    return get_object_or_404(seen, pk=pk)


@require_GET
@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/recolements/<id>/`: how far it is; closed, what was found and what became of it."""
    user = user_of(request)
    taking = taking_of(user, pk)
    running = taking.state == StockState.RUNNING
    findings = findings_of(taking, user)
    context = {
        "menu": "stock",
        "taking": taking,
        "running": running,
        "progress": progress_of(taking),
        "categories": [Category(key).label for key in taking.categories],
        "rooms_chosen": list(taking.rooms.all()),
        "so_far": len(found_so_far(taking)) if running else 0,
        "findings": findings,
        "to_settle": sum(one.row.state == "open" for one in findings),
        "log": log_of(taking, user),
        "may": bool(can_count(user, taking.site)),
        "crumbs": [
            (_("Récolements"), reverse("inventory:stock_takings")),
            (str(taking.site), reverse("schools:site", args=[taking.site_id])),
            (f"{timezone.localtime(taking.opened_at):%d/%m/%Y}", None),
        ],
    }
    return render(request, "inventory/stock/report.html", context)


@require_GET
@login_required
def report_export(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `/recolements/<id>/rapport.csv`: a line per device expected or seen."""
    taking = taking_of(user_of(request), pk)
    heads = [
        *(_("Nom"), _("Étiquette"), _("Numéro de série"), _("Local attendu"), _("Compté le")),
        _("Vu en"),
    ]
    return sheet_response(request, "recolement", heads, _lines(taking), ending=ending)


def _lines(taking: StockTaking) -> Iterator[list[object]]:
    seen = {count.device_id: count for count in taking.counts.select_related("room")}
    expected = taking.expected_devices.select_related("device").order_by(
        "room_text", "device__name"
    )
    for row in expected.iterator(chunk_size=500):
        count = seen.pop(row.device_id, None)
        device = row.device
        yield [
            *(device.name, device.asset_number or "", device.serial or "", row.room_text),
            *(count.at if count else None, count.room.name if count and count.room else ""),
        ]
    here = Device.objects.filter(site=taking.site_id).in_bulk(list(seen))
    for key, count in seen.items():
        # a device of elsewhere has no name here
        name = here[key].name if key in here else _("appareil d’une autre école")
        yield [name, "", "", "", count.at, count.room.name if count.room else ""]


@require_GET
@login_required
def report_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/recolements/<id>/rapport.pdf`."""
    user = user_of(request)
    taking = taking_of(user, pk)
    response = HttpResponse(stock_report(taking, user), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="recolement-{taking.pk}.pdf"'
    return response


@require_POST
@login_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/recolements/<id>/cloturer/`."""
    return _end(request, pk, close_stock_taking, _("Récolement clôturé. Réglez les constats."))


@require_POST
@login_required
def abandon(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/recolements/<id>/abandonner/`."""
    return _end(request, pk, abandon_stock_taking, _("Récolement abandonné. Rien n’a changé."))


def _end(
    request: HttpRequest, pk: int, step: Callable[[User, int], StockTaking], words: str
) -> HttpResponse:
    user = user_of(request)
    taking = taking_of(user, pk)
    require(can_count(user, taking.site))
    try:
        step(user, pk)
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words)
    return redirect("inventory:stock_taking", pk)


urlpatterns: list[URLPattern] = [
    path("recolements/", stock_takings, name="stock_takings"),
    *sheet_paths("recolements/export", export, "stock_takings_export"),
    path("implantations/<int:pk>/recolement/", open_one, name="open_stock_taking"),
    path("recolements/<int:pk>/", report, name="stock_taking"),
    *sheet_paths("recolements/<int:pk>/rapport", report_export, "stock_taking_export"),
    path("recolements/<int:pk>/rapport.pdf", report_pdf, name="stock_taking_pdf"),
    path("recolements/<int:pk>/cloturer/", close, name="close_stock_taking"),
    path("recolements/<int:pk>/abandonner/", abandon, name="abandon_stock_taking"),
]
