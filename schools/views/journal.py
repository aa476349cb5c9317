"""The journal: the list, its export, one entry. What each person reads is ``entries_for``."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from schools.journal import VERBS
from schools.journal_lines import cells, heads, held, line_for, lines_for
from schools.journal_listing import ME, TOLD, asked_of, day_of, entries_asked, entries_for, page_of
from schools.journal_words import changes_of, kind_of
from schools.models import AuditEntry, Door, Site, User
from schools.sheets import sheet_response
from schools.views.doors import user_of

EXPORTED = 10_000
FILTERED = ("personne", "objet", "verbe", "implantation", "porte", "du", "au", "q")


@require_GET
@login_required
def journal(request: HttpRequest) -> HttpResponse:
    """GET `/journal/`: who did what to what, the latest first."""
    user = user_of(request)
    query = asked_of(request.GET)
    rows, after = page_of(entries_asked(user, query), query.get("apres", ""))
    context = {
        "menu": "journal",
        "crumbs": [(_("Journal"), None)],
        "lines": lines_for(rows, user),
        "after": after,
        "filters": _filters(request),
        "fixed": _fixed(request, user),
        "query": query.get("q", ""),
        "du": day_of(query, "du"),
        "au": day_of(query, "au"),
        "kept": [(k, v) for k, v in request.GET.items() if k not in ("du", "au", "apres")],
        "no_dates": _with(request, "du", None, "au"),
        "filtered": any(request.GET.get(name) for name in FILTERED),
    }
    return render(request, "schools/journal.html", context)


@require_GET
@login_required
def export(request: HttpRequest, ending: str = "csv") -> StreamingHttpResponse:
    """GET `/journal/export.csv`, `.xlsx`, `.ods`: the same filters, the latest ten thousand."""
    user = user_of(request)
    rows = entries_asked(user, asked_of(request.GET)).order_by("-at", "-pk")[:EXPORTED]
    lines = cells(lines_for(rows, user))
    return sheet_response(request, "journal", heads(), lines, ending=ending, people=True)


@require_GET
@login_required
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/journal/<id>/`: before and after, why, from where, and whether the chain holds."""
    user = user_of(request)
    found = get_object_or_404(entries_for(user), pk=pk)
    line = line_for(found, user)
    context = {
        "menu": "journal",
        "crumbs": [(_("Journal"), reverse("schools:journal")), (capfirst(line.verb), None)],
        "line": line,
        "changes": changes_of(found, user) if line.told else [],
        "held": held(found),
        "seen_site": _sees(user, found),
    }
    return render(request, "schools/journal_entry.html", context)


def _sees(user: User, entry: AuditEntry) -> bool:
    """Whether the page of the entry's site opens to the reader."""
    seen = Site.objects.visible_to(user)
    return entry.site_id is not None and seen.filter(pk=entry.site_id).exists()


def _filters(request: HttpRequest) -> list[dict[str, Any]]:
    """The two filters that are lists: the door and the verb."""
    forms = [("add_", _("ajout")), ("change_", _("modification")), ("delete_", _("suppression"))]
    words: dict[str, str] = {}
    for verb, said in VERBS.items():
        words.setdefault(str(said), verb)
    verbs = sorted((verb, said) for said, verb in words.items())
    verbs.sort(key=lambda pair: pair[1].casefold())
    known: list[tuple[str, Any, list[tuple[str, Any]]]] = [
        ("verbe", _("Action"), [*verbs, *forms]),
        ("porte", _("Porte"), [(key, word) for key, word in Door.choices]),
    ]
    return [
        {
            "name": name,
            "label": label,
            "value": request.GET.get(name, ""),
            "choices": [(key, word, _with(request, name, key)) for key, word in choices],
            "chosen": dict(choices).get(request.GET.get(name, "")),
            "none": _with(request, name, None),
        }
        for name, label, choices in known
    ]


def _fixed(request: HttpRequest, user: User) -> list[tuple[str, str, str]]:
    """Filters that links set: label, words, and the address without them."""
    found: list[tuple[str, str, str]] = []
    query = asked_of(request.GET)
    if not any(query.get(name) for name in ("personne", "objet", "implantation")):
        return found
    seen = entries_for(user)
    if who := query.get("personne", ""):
        words = str(user) if who in (ME, str(user.pk)) else _named(seen, "actor", who)
        found.append((_("Personne"), words, _with(request, "personne", None)))
    if thing := query.get("objet", ""):
        label, _colon, key = thing.partition(":")
        last = seen.filter(TOLD).of_object(label, key).order_by("-at", "-pk").first()
        words = f"{kind_of(label)} {last.object_text if last else key}"
        found.append((_("Objet"), words, _with(request, "objet", None)))
    if place := query.get("implantation", ""):
        words = _named(seen.filter(TOLD), "site", place)
        found.append((_("Implantation"), words, _with(request, "implantation", None)))
    return found


def _named(entries: Any, field: str, key: str) -> str:
    """The person or the site as the latest entry that the reader sees wrote it."""
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        return key
    last: AuditEntry | None = entries.filter(**{field: key}).order_by("-at", "-pk").first()
    return str(getattr(last, f"{field}_text")) if last else _("n° %(key)s") % {"key": key}


def _with(request: HttpRequest, name: str, value: str | None, *others: str) -> str:
    """This page's query with one filter changed, back on the first page."""
    query = request.GET.copy()
    for gone in ("apres", name, *others):
        query.pop(gone, None)
    if value:
        query[name] = value
    return f"?{query.urlencode()}"
