"""Pieces joined to a file, and the receipt: only to who sees the file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible, require
from inventory.grants.access.calls.who import can_write
from inventory.grants.actions.calls.receipts import paper_of
from inventory.grants.actions.calls.write_answer import join_file, remove_file
from inventory.grants.models.calls.files import ApplicationFile, Submission
from inventory.grants.rules.calls.questions import AnswerRefused
from inventory.grants.views.calls.applications import application_of
from schools.agreements.papers import PaperRefused, read_paper
from schools.views.doors import user_of


@require_POST
@login_required
def join(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """POST `/dossiers/<id>/pieces/<question>/`."""
    user = user_of(request)
    row = application_of(user, pk)
    require(can_write(user, row))
    file = request.FILES.get("paper")
    if file is None:
        messages.error(request, _("Choisissez un fichier\u00a0: un PDF ou une photo."))
        return _back(pk, key)
    try:
        paper = read_paper(file, file.size or 0, file.name or "")
        join_file(user, pk, key, paper)
    except (PaperRefused, AnswerRefused, DecisionImpossible) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Pièce jointe."))
    return _back(pk, key)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """POST `/dossiers/<id>/pieces/<id>/retirer/`."""
    user = user_of(request)
    row = application_of(user, pk)
    held = row.files.filter(pk=file).first()
    remove_file(user, row.pk, file, timezone.now())
    return _back(pk, held.question if held else "")


def _back(pk: int, key: str) -> HttpResponse:
    return redirect(f"{reverse('grants:write_application', args=[pk])}#q-{key}")


@require_GET
@login_required
def piece(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/dossiers/pieces/<id>/`: as a download."""
    rows: Any = ApplicationFile.objects.all().visible_to(user_of(request))
    row = get_object_or_404(rows, pk=pk)
    return download(row.file, row.name, row.content_type)


@require_GET
@login_required
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/dossiers/envois/<id>/recu.pdf`: made at once where it is not there yet."""
    rows: Any = Submission.objects.all().visible_to(user_of(request))
    found = get_object_or_404(rows, pk=pk)
    row = paper_of(found.pk)
    name = f"recu-{row.application.reference}-{row.number}.pdf"
    return download(row.paper, name, "application/pdf")


def download(stored: Any, name: str, content_type: str) -> HttpResponse:
    """A stored file, never shown as a page of ours."""
    try:
        with stored.open("rb") as file:
            content = file.read()
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


urlpatterns: list[URLPattern] = [
    path("dossiers/pieces/<int:pk>/", piece, name="application_file"),
    path("dossiers/envois/<int:pk>/recu.pdf", receipt, name="receipt"),
    path("dossiers/<int:pk>/pieces/<slug:key>/", join, name="join_file"),
    path("dossiers/<int:pk>/pieces/<int:file>/retirer/", remove, name="remove_file"),
]
