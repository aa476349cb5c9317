"""Writing a file: each answer saves itself; two authors at once are asked, never overruled."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible, require
from inventory.grants.access.calls.lacks import missing_in
from inventory.grants.access.calls.who import can_write
from inventory.grants.actions.calls.write_answer import WrittenMeanwhile, rename, write_answer
from inventory.grants.models.calls.applications import Answer, Application, ApplicationState
from inventory.grants.rules.calls.questions import AnswerRefused, in_text
from inventory.grants.views.calls.applications import application_of, news_of
from inventory.grants.views.calls.reading import (
    Asked,
    asked_of,
    facts_shown,
    forgotten,
    parts_of,
)
from inventory.grants.views.calls.shown import crumbs_of, phase_shown, state_shown
from schools.forms.agreements import PaperForm
from schools.views.doors import user_of


@require_GET
@login_required
def write_application(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/dossiers/<id>/rediger/`: the questions, section by section."""
    user = user_of(request)
    row = application_of(user, pk)
    if row.state != ApplicationState.DRAFT:
        return redirect("grants:application", pk)
    require(can_write(user, row))
    return render(request, "grants/calls/write.html", _page(row))


def _page(row: Application) -> dict[str, Any]:
    now = timezone.now()
    parts = parts_of(row)
    return {
        "menu": "my_applications",
        "crumbs": crumbs_of(row, (_("rédiger"), None)),
        "row": row,
        "shown": state_shown(row, now),
        "phase": phase_shown(row.call, now),
        "parts": parts,
        "missing": missing_in(row, timezone.localdate(now)),
        "facts": facts_shown(row.site, timezone.localdate(now)),
        "forgotten": forgotten(row),
        "news": news_of(row),
        "paper_form": PaperForm(),
    }


@require_POST
@login_required
def answer(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """POST `/dossiers/<id>/reponses/<question>/`: save one answer, or decide between two."""
    user = user_of(request)
    row = application_of(user, pk)
    data = {name: [str(one) for one in values] for name, values in request.POST.lists()}
    revision = _number(request.POST.get("revision", ""))
    keep, _colon, seen = request.POST.get("keep", "").partition(":")
    try:
        if keep == "theirs":
            return _theirs(request, row, key)
        if keep in ("mine", "both"):
            revision = _number(seen)
        if keep == "both":
            data["value"] = ["\n\n".join([_theirs_text(row, key), *data.get("value", [])])]
        saved = write_answer(user, pk, key, data, revision)
    except WrittenMeanwhile as meanwhile:
        return _conflict(request, row, key, meanwhile)
    except (AnswerRefused, DecisionImpossible) as refused:
        return _refused(request, row, key, str(refused))
    return _saved(request, pk, key, saved, show=bool(keep))


def _theirs_text(row: Application, key: str) -> str:
    held = row.answers.filter(question=key).first()
    return str(held.value or "") if held else ""


def _theirs(request: HttpRequest, row: Application, key: str) -> HttpResponse:
    """Keep what the other wrote: nothing is saved, their answer takes the place of mine."""
    held = row.answers.select_related("edited_by").filter(question=key).first()
    if held is None:
        raise Http404
    return _saved(request, row.pk, key, held, show=True)


def _saved(request: HttpRequest, pk: int, key: str, saved: Answer, *, show: bool) -> HttpResponse:
    """Say when it was saved, hand over the new revision, and the answer where it is another one."""
    if not request.headers.get("HX-Request"):
        return redirect(f"{reverse('grants:write_application', args=[pk])}#q-{key}")
    row = application_of(user_of(request), pk)
    asked = _asked(row, key)
    asked.row = saved
    context = {
        "row": row,
        "asked": asked,
        "show": show,
        "parts": parts_of(row),
        "missing": missing_in(row, timezone.localdate()),
    }
    return render(request, "grants/calls/_saved.html", context)


def _asked(row: Application, key: str) -> Asked:
    asked = asked_of(row, key)
    if asked is None:
        raise Http404
    return asked


def _conflict(
    request: HttpRequest, row: Application, key: str, meanwhile: WrittenMeanwhile
) -> HttpResponse:
    """Both answers; what was typed stays in its field until the person has decided."""
    asked = _asked(row, key)
    context = {
        "row": row,
        "asked": asked,
        "theirs": meanwhile.row,
        "theirs_text": in_text(asked.question, meanwhile.row.value)
        if asked.question.kind != "kits"
        else _kits_told(asked, meanwhile.row.value),
        "is_text": asked.question.kind in ("text", "long_text"),
    }
    if request.headers.get("HX-Request"):
        return render(request, "grants/calls/_conflict.html", context)
    page = _page(row) | context | {"conflict": key}
    for part in page["parts"]:
        for one in part.asked:
            if one.question.key == key:  # what was typed stays in its field
                one.row = Answer(question=key, value=meanwhile.mine, revision=asked.revision)
    return render(request, "grants/calls/write.html", page, status=409)


def _kits_told(asked: Asked, value: Any) -> str:
    names = {str(one.pk): one.name for one in asked.kits}
    return ", ".join(f"{count} × {names.get(key, key)}" for key, count in (value or {}).items())


def _refused(request: HttpRequest, row: Application, key: str, why: str) -> HttpResponse:
    context = {"row": row, "key": key, "why": why}
    if request.headers.get("HX-Request"):
        return render(request, "grants/calls/_not_saved.html", context)
    messages.error(request, why)
    return redirect(f"{reverse('grants:write_application', args=[row.pk])}#q-{key}")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


@require_POST
@login_required
def title(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/dossiers/<id>/titre/`."""
    row = application_of(user_of(request), pk)
    try:
        rename(user_of(request), row.pk, request.POST.get("title", ""), timezone.now())
    except AnswerRefused as refused:
        messages.error(request, str(refused))
    return redirect("grants:write_application", pk)


urlpatterns: list[URLPattern] = [
    path("dossiers/<int:pk>/rediger/", write_application, name="write_application"),
    path("dossiers/<int:pk>/titre/", title, name="application_title"),
    path("dossiers/<int:pk>/reponses/<slug:key>/", answer, name="application_answer"),
]
