"""The form builder: sections and questions, moved up and down, seen as the school sees them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.access import DecisionImpossible
from inventory.grants.actions.calls.write_form import change_form
from inventory.grants.forms.calls.question import QuestionForm
from inventory.grants.models.calls.published import Call, CallVersion
from inventory.grants.rules.calls import form_edit
from inventory.grants.rules.calls.questions import Question, all_questions, find, read_form
from inventory.grants.views.calls.call import call_of, shell_of
from inventory.grants.views.calls.edit import Frozen, _frozen, draft_seen
from inventory.grants.views.calls.reading import preview_parts
from schools.views.doors import user_of

Content = dict[str, Any]


@require_GET
@login_required
def builder(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/appels/gestion/<id>/formulaire/`."""
    user = user_of(request)
    call_of(user, pk)
    try:
        row, version = draft_seen(user, pk)
    except Frozen:
        return _frozen(request, pk)
    context = {
        **shell_of(row, version, _("Formulaire")),
        "form": version.form,
        "sections": read_form(version.form.content),
        "labels": {one.key: one.words for one in all_questions(read_form(version.form.content))},
        "changes": _changes(row, version),
    }
    return render(request, "grants/calls/builder.html", context)


def _changes(row: Call, version: CallVersion) -> list[form_edit.FormChange]:
    """What differs from the form in force."""
    if row.current is None or row.current.form_id == version.form_id:
        return []
    return form_edit.changes_between(row.current.form.content, version.form.content)


@require_GET
@login_required
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/appels/gestion/<id>/formulaire/apercu/`: as the school finds it; nothing is saved."""
    row = call_of(user_of(request), pk)
    version = row.versions.draft().select_related("form").first() or row.current
    if version is None:
        raise Http404
    context = {
        **shell_of(row, version, _("Aperçu du formulaire")),
        "parts": preview_parts(version.form.content),
    }
    return render(request, "grants/calls/preview.html", context)


def _changed(
    request: HttpRequest, pk: int, change: Callable[[Content], Content], anchor: str = ""
) -> HttpResponse:
    """Apply a change to what was read, and show the form again."""
    user = user_of(request)
    call_of(user, pk)
    try:
        change_form(user, pk, change, _number(request.POST.get("vu", "")))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    return redirect(reverse("grants:form_builder", args=[pk]) + (f"#{anchor}" if anchor else ""))


@require_POST
@login_required
def section(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `…/formulaire/section/`: add one, or change its words."""
    said = request.POST
    key = said.get("key", "")
    title = {"fr": said.get("title_fr", "")[:160], "de": said.get("title_de", "")[:160]}
    intro = {"fr": said.get("intro_fr", "")[:1000], "de": said.get("intro_de", "")[:1000]}
    return _changed(request, pk, lambda c: form_edit.put_section(c, key, title, intro), key)


@require_POST
@login_required
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `…/formulaire/deplacer/`: ``key``, ``step`` ``haut`` or ``bas``."""
    key, step = request.POST.get("key", ""), -1 if request.POST.get("step") == "haut" else 1
    return _changed(request, pk, lambda c: form_edit.move(c, key, step), key)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `…/formulaire/retirer/`: ``key`` of a question or a section."""
    key = request.POST.get("key", "")
    return _changed(request, pk, lambda c: form_edit.remove(c, key))


@require_http_methods(["GET", "POST"])
@login_required
def question(request: HttpRequest, pk: int, key: str = "") -> HttpResponse:
    """GET and POST `…/formulaire/question/<key>/`: write one question."""
    user = user_of(request)
    call_of(user, pk)
    try:
        row, version = draft_seen(user, pk)
    except Frozen:
        return _frozen(request, pk)
    sections = read_form(version.form.content)
    known = find(sections, key) if key else None
    if not sections or (key and known is None):
        messages.error(request, _("Ajoutez d’abord une section."))
        return redirect("grants:form_builder", pk)
    home = next((s.key for s in sections if known and known in s.questions), sections[0].key)
    home = request.GET.get("section", home)
    form = _question_form(request, sections, known, home)
    if request.method == "POST" and form.is_valid():
        asked = _question_of(form.cleaned_data, known, sections)
        seen = _number(request.POST.get("vu", ""))
        place = form.cleaned_data["section"]
        try:
            change_form(user, pk, lambda c: form_edit.put_question(c, place, asked), seen)
        except DecisionImpossible as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(reverse("grants:form_builder", args=[pk]) + f"#{key or place}")
    title = known.words if known else _("Nouvelle question")
    context = {**shell_of(row, version, title), "form": form, "title": title}
    return render(request, "grants/calls/question_edit.html", context)


def _question_form(
    request: HttpRequest, sections: Any, known: Question | None, home: str
) -> QuestionForm:
    form = QuestionForm(request.POST or None, initial={"section": home, **_initial(known)})
    fields: Any = form.fields
    fields["section"].choices = [(one.key, one.words) for one in sections]
    askable = [
        (one.key, one.words)
        for one in all_questions(sections)
        if one.kind in ("choice", "choices", "yes_no") and (known is None or one.key != known.key)
    ]
    fields["when_question"].choices = [("", "–"), *askable]
    return form


def _initial(known: Question | None) -> dict[str, Any]:
    if known is None:
        return {"required": True, "kind": "text"}
    equals = {"yes": _("oui"), "no": _("non")}.get(known.when_equals, known.when_equals)
    return {
        "kind": known.kind,
        "label_fr": known.label.get("fr", ""),
        "label_de": known.label.get("de", ""),
        "help_fr": known.help.get("fr", ""),
        "help_de": known.help.get("de", ""),
        "required": known.required,
        "options": "\n".join(_pair(label) for _key, label in known.options),
        "least": known.least,
        "most": known.most,
        "max_length": known.max_length if known.kind in ("text", "long_text") else None,
        "columns": "\n".join(f"{one.kind} | {_pair(one.label)}" for one in known.questions),
        "max_rows": known.max_rows if known.kind == "group" else None,
        "when_question": known.when_question,
        "when_equals": equals,
    }


def _pair(text: Any) -> str:
    return f"{text.get('fr', '')} | {text['de']}" if text.get("de") else str(text.get("fr", ""))


def _question_of(said: dict[str, Any], known: Question | None, sections: Any) -> Content:
    """The question as the form of a call holds it; keys that were given stay."""
    row: Content = {
        "key": known.key if known else "",
        "kind": said["kind"],
        "label": {"fr": said["label_fr"], "de": said["label_de"]},
        "help": {"fr": said["help_fr"], "de": said["help_de"]},
        "required": said["required"],
    }
    if said["kind"] in form_edit.CHOICES:
        row["options"] = _options(said["options"], known)
    if said["kind"] == "number":
        row |= {"min": said["least"], "max": said["most"]}
    if said["kind"] in ("text", "long_text") and said["max_length"]:
        row["max_length"] = said["max_length"]
    if said["kind"] == "group":
        row |= {
            "questions": _columns(said["columns"], known),
            "max_rows": said["max_rows"] or 5,
        }
    if known and known.kits and said["kind"] == "kits":
        row["kits"] = list(known.kits)
    if said["when_question"]:
        row["when"] = {
            "question": said["when_question"],
            "equals": _equals(said["when_question"], said["when_equals"], sections),
        }
    return row


def _options(text: str, known: Question | None) -> list[Content]:
    """One by line; an answer whose French words stay keeps its key, and so what was answered."""
    before = {label.get("fr"): key for key, label in known.options} if known else {}
    taken = set(before.values())
    rows = []
    for line in text.splitlines():
        french, _sign, german = (part.strip() for part in line.partition("|"))
        if french:
            key = before.get(french) or form_edit.key_for(french, taken)
            taken.add(key)
            rows.append({"key": key, "label": {"fr": french[:200], "de": german[:200]}})
    return rows


def _columns(text: str, known: Question | None) -> list[Content]:
    before = {one.label.get("fr"): one.key for one in known.questions} if known else {}
    taken = set(before.values())
    rows = []
    for line in text.splitlines():
        kind, french, german, *_more = [*(part.strip() for part in line.split("|")), "", "", ""]
        if french:
            key = before.get(french) or form_edit.key_for(french, taken)
            taken.add(key)
            label = {"fr": french[:200], "de": german[:200]}
            rows.append({"key": key, "kind": kind, "label": label, "required": True})
    return rows


def _equals(key: str, words: str, sections: Any) -> str:
    """The key of the answer meant by these words."""
    asked = find(sections, key)
    plain = _plain(words)
    if asked is not None and asked.kind == "yes_no":
        return {"oui": "yes", "non": "no", "ja": "yes", "nein": "no"}.get(plain, plain)
    for option, label in asked.options if asked else ():
        if plain in (_plain(label.get("fr", "")), _plain(label.get("de", "")), option):
            return option
    return words


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return folded.casefold().strip()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


urlpatterns: list[URLPattern] = [
    path("appels/gestion/<int:pk>/formulaire/", builder, name="form_builder"),
    path("appels/gestion/<int:pk>/formulaire/apercu/", preview, name="form_preview"),
    path("appels/gestion/<int:pk>/formulaire/section/", section, name="form_section"),
    path("appels/gestion/<int:pk>/formulaire/deplacer/", move, name="form_move"),
    path("appels/gestion/<int:pk>/formulaire/retirer/", remove, name="form_remove"),
    path("appels/gestion/<int:pk>/formulaire/question/", question, name="form_question_new"),
    path("appels/gestion/<int:pk>/formulaire/question/<slug:key>/", question, name="form_question"),
]
