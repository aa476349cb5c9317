"""One resource: what is told of it, its steps, and what those who validate decide."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible, require
from inventory.grants.access.returns import can_judge, can_renew, can_withdraw, can_write
from inventory.grants.actions.returns import judge
from inventory.grants.models.returns.resources import Resource, ResourceFile, ResourceState
from inventory.grants.views.returns.deposit import CONSEQUENCES, resource_of
from inventory.grants.views.returns.resources import COLOURS
from schools.models import User
from schools.rules import Refused
from schools.views.doors import user_of

SHOWN_INLINE = frozenset({"image/jpeg", "audio/mpeg", "audio/ogg", "video/mp4", "video/webm"})
"""Kinds that a browser shows without running anything of the sender's."""


@require_GET
@login_required
def resource(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/ressources/<id>/`."""
    user = user_of(request)
    row = resource_of(user, pk)
    newest = row.newest
    assert newest is not None
    may = can_judge(user, row)
    context = {
        "menu": "resources" if may else "my_resources",
        "crumbs": [
            (_("Ressources rendues"), reverse("grants:resources")),
            (row.reference, None),
        ],
        "row": row,
        "told": newest,
        "badge": COLOURS[ResourceState(row.state)],
        "files": newest.files.all(),
        "moves": row.moves.all(),
        "versions": row.versions.order_by("-number"),
        "consequence": CONSEQUENCES.get(newest.licence, ""),
        "checks": list(judge.CHECKS.items()),
        "may_judge": bool(may) and row.state in {"deposited", "accepted"},
        "why_not": may.why if isinstance(may, Refused) else "",
        "may_write": bool(can_write(user, row)),
        "may_renew": bool(can_renew(user, row)),
        "may_withdraw": bool(can_withdraw(user, row)) and row.state not in {"draft", "withdrawn"},
    }
    return render(request, "grants/returns/resource.html", context)


@require_POST
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/ressources/<id>/decider/`: correct, accept, accept and publish, publish, withdraw."""
    user = user_of(request)
    row = resource_of(user, pk)
    decision = request.POST.get("decision", "")
    require(can_withdraw(user, row) if decision == "retirer" else can_judge(user, row))
    try:
        messages.success(request, _decided(user, row, decision, request))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    return redirect("grants:resource", pk)


def _decided(user: User, row: Resource, decision: str, request: HttpRequest) -> str:
    now, remarks = timezone.now(), request.POST.get("remarks", "")
    if decision == "corriger":
        judge.ask_correction(user, row, remarks, now)
        return _("L’enseignant lit vos remarques et corrige.")
    if decision in {"accepter", "publier"} and row.state == ResourceState.DEPOSITED:
        judge.accept(user, row, request.POST.getlist("checked"), remarks, now)
        if decision == "accepter":
            return _("Acceptée\u00a0: elle compte. Elle n’est pas encore publiée.")
    if decision == "publier":
        judge.publish(user, row, now)
        return _("Publiée\u00a0: chacun la lit, et les moteurs la moissonnent.")
    if decision == "retirer":
        judge.withdraw(user, row, remarks, now)
        return _("Retirée. Ce qui en a déjà été copié sous licence reste permis.")
    raise DecisionImpossible(_("Choisissez ce que vous décidez."))


@require_GET
@login_required
def resource_file(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/ressources/fichiers/<id>/`: a file, to whom sees the resource."""
    seen = Resource.objects.visible_to(user_of(request))
    return sent_file(get_object_or_404(ResourceFile, version__resource__in=seen, pk=pk), request)


def sent_file(row: ResourceFile, request: HttpRequest) -> HttpResponse:
    """Pictures, sounds and films in place; everything else as a download that runs nothing."""
    try:
        with row.file.open("rb") as file:
            content = file.read()  # 50 MB at most
    except FileNotFoundError as gone:
        raise Http404 from gone
    inline = row.content_type in SHOWN_INLINE and "telecharger" not in request.GET
    response = HttpResponse(content, content_type=row.content_type)
    response["Content-Disposition"] = content_disposition_header(not inline, row.name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


urlpatterns: list[URLPattern] = [
    path("ressources/<int:pk>/", resource, name="resource"),
    path("ressources/<int:pk>/decider/", decide, name="decide_resource"),
    path("ressources/fichiers/<int:pk>/", resource_file, name="resource_file"),
]
