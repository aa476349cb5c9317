"""The follow-up report of a project: write it, send it, read it, take all of them along."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.access import DecisionImpossible, require
from inventory.actions.keep_network import ChangedMeanwhile
from inventory.grants.access.returns import can_read_reports, can_report
from inventory.grants.actions.returns import follow_up as acts
from inventory.grants.forms.returns import FollowUpForm
from inventory.grants.models.returns.follow_ups import FollowUp, FollowUpPhoto, FollowUpState
from inventory.grants.views.returns.mine import obligation_of
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.keyset import KEY, Column, in_order, page_of
from schools.models import Province, User
from schools.photos import PhotoRefused
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

FILTERS = (
    Filter("etat", gettext_lazy("État"), lambda: FollowUpState.choices, by("state")),
    Filter(
        "province",
        gettext_lazy("Province"),
        lambda: Province.choices,
        by("obligation__site__province"),
    ),
)
LATEST = (Column(KEY.path, down=True, kind=int),)
COLOURS = {"draft": ("unknown", "pencil"), "sent": ("planned", "send"), "read": ("ok", "checks")}


@require_http_methods(["GET", "POST"])
@login_required
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/ressources/a-rendre/<id>/suivi/`."""
    user = user_of(request)
    row = obligation_of(user, pk)
    report = FollowUp.objects.filter(obligation=row).first()
    may = bool(can_report(user, row)) and (report is None or report.state == "draft")
    if not may and (report is None or report.state == FollowUpState.DRAFT):
        require(can_report(user, row))  # a draft is the school's alone
    form = _form(report, request)
    if request.method == "POST":
        require(can_report(user, row))
        if form.is_valid() and (done := _kept(user, row, form, request)) is not None:
            return done
    context = {
        "menu": "my_resources",
        "crumbs": [
            (_("Ressources à rendre"), reverse("grants:my_resources")),
            (str(row), reverse("grants:obligation", args=[row.pk])),
            (_("Rapport de suivi"), None),
        ],
        "row": row,
        "report": report,
        "badge": COLOURS[report.state if report else "draft"],
        "form": form,
        "may": may,
        "may_read": bool(can_read_reports(user)) and report is not None and report.state == "sent",
        "known": report.seen
        if report and report.state != "draft"
        else acts.known_uses(row, timezone.now()),
        "photos": report.photos.all() if report else [],
    }
    return render(request, "grants/returns/follow_up.html", context)


def _form(report: FollowUp | None, request: HttpRequest) -> FollowUpForm:
    if request.method == "POST":
        return FollowUpForm(request.POST)
    known = (
        {name: getattr(report, name) for name in FollowUpForm.base_fields if name != "vu"}
        if report
        else {}
    )
    return FollowUpForm(initial={**known, "vu": report.version if report else 0})


def _kept(user: User, row: Any, form: FollowUpForm, request: HttpRequest) -> HttpResponse | None:
    """Keep what was answered, and send it where that was asked; None: shown again, with why."""
    try:
        acts.write_report(user, row, form.values(), form.cleaned_data["vu"])
        sent = request.FILES.get("photo")
        if sent is not None and sent.size is not None:
            acts.add_photo(user, row, sent, sent.size, request.POST.get("caption", ""))
        if request.POST.get("decision") == "envoyer":
            acts.send_report(user, row, request.POST.get("no_pupils") == "oui", timezone.now())
            messages.success(request, _("Rapport envoyé au SPW. Merci."))
            return redirect("grants:obligation", row.pk)
    except ChangedMeanwhile:
        form.add_error(
            None, _("Quelqu’un a modifié ce rapport entre-temps. Rechargez la page avant d’écrire.")
        )
        return None
    except (DecisionImpossible, PhotoRefused) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Enregistré. Vous pouvez y revenir plus tard."))
    return redirect("grants:follow_up", row.pk)


@require_POST
@login_required
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/ressources/a-rendre/<id>/suivi/lu/`: an officer has read it."""
    user = user_of(request)
    row = obligation_of(user, pk)
    require(can_read_reports(user))
    report = get_object_or_404(FollowUp, obligation=row)
    try:
        acts.read_report(user, report, request.POST.get("answer", ""), timezone.now())
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    return redirect("grants:follow_up", pk)


@require_GET
@login_required
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/ressources/photo/<id>/`: a photo of a report, to whom sees it."""
    seen = FollowUp.objects.visible_to(user_of(request))
    row = get_object_or_404(FollowUpPhoto, follow_up__in=seen, pk=pk)
    try:
        with row.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = HttpResponse(content, content_type="image/jpeg")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _asked(user: User, request: HttpRequest) -> Any:
    rows = FollowUp.objects.visible_to(user).select_related(
        "obligation__site__school", "obligation__award__application"
    )
    return narrowed(rows, FILTERS, request.GET)


@require_GET
@login_required
def follow_ups(request: HttpRequest) -> HttpResponse:
    """GET `/ressources/suivis/`: reports of the projects that one sees."""
    asked = _asked(user_of(request), request)
    rows, after = page_of(asked, LATEST, request.GET.get("apres", ""))
    context = {
        "menu": "resources",
        "crumbs": [
            (_("Ressources rendues"), reverse("grants:resources")),
            (_("Rapports de suivi"), None),
        ],
        "rows": [(row, *COLOURS[row.state]) for row in rows],
        "after": after,
        "total": asked.count(),
        "filters": shown(FILTERS, request),
        "filtered": filtered(FILTERS, request.GET),
        "query": "",
    }
    return render(request, "grants/returns/follow_ups.html", context)


@require_GET
@login_required
def follow_ups_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/ressources/suivis/export.csv`."""
    heads = [
        *(_("Dossier"), _("Projet"), _("École"), _("Implantation"), _("État"), _("Envoyé le")),
        *(_("Élèves concernés"), _("Classes concernées"), _("Utilisations par semaine (dites)")),
        *(_("Réservations par semaine (vues)"), _("Équipements en service (vus)")),
        *(_("Ce qui a été fait"), _("Difficultés"), _("Suites")),
    ]
    rows = in_order(_asked(user_of(request), request), LATEST)
    cells = (
        [
            *(row.obligation.award.application.reference, row.obligation.award.application.title),
            *(row.obligation.site.school.name, row.obligation.site.name, row.get_state_display()),
            *(row.sent_at, row.pupils, row.classes, row.uses_a_week),
            *(row.seen.get("bookings_a_week"), row.seen.get("devices_in_use")),
            *(row.uses, row.difficulties, row.next_steps),
        ]
        for row in rows.iterator(chunk_size=500)
    )
    return sheet_response(request, "rapports-de-suivi", heads, cells, ending=ending)


urlpatterns: list[URLPattern] = [
    path("ressources/a-rendre/<int:pk>/suivi/", follow_up, name="follow_up"),
    path("ressources/a-rendre/<int:pk>/suivi/lu/", read, name="read_follow_up"),
    path("ressources/photo/<int:pk>/", photo, name="follow_up_photo"),
    path("ressources/suivis/", follow_ups, name="follow_ups"),
    *sheet_paths("ressources/suivis/export", follow_ups_export, "follow_ups_export"),
]
