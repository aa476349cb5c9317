"""The people of a site: classes in figures, the list with names, what is done to many at once."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from byod.actions.people.authorise import Settled
from byod.actions.people.decide_many import (
    authorise_many,
    leave_many,
    lose_many,
    note_papers_many,
    suspend_many,
)
from byod.actions.people.in_force import in_force
from byod.actions.people.letters import write_families
from byod.actions.people.links import revoke_links
from byod.actions.people.people_of import (
    AUTHORISED,
    CHARTER,
    GUARDIAN,
    PAGE,
    REFUSED,
    SUSPENDED,
    Asked,
    chosen,
    counts_by_class,
    find_people,
    people_of,
)
from byod.actions.people.read_names import names_of
from byod.actions.people.sheets import code_sheet
from byod.models.people.identities import Named
from byod.models.people.letters import LetterKind
from byod.models.people.members import Member, MemberKind, SchoolClass
from byod.views.people.letters import once_of
from byod.views.people.places import base, own_sites, site_run
from inventory.access import DecisionImpossible
from schools.filters import filter_of
from schools.models import Site
from schools.sheets import batches, sheet_response
from schools.views.doors import user_of

STATE_WORDS = {
    AUTHORISED: gettext_lazy("autorisé"),
    CHARTER: gettext_lazy("charte à accepter"),
    GUARDIAN: gettext_lazy("parent attendu"),
    REFUSED: gettext_lazy("parent pas d’accord"),
    SUSPENDED: gettext_lazy("suspendu"),
}
SORTS = (
    ("class", gettext_lazy("classe")),
    ("name", gettext_lazy("nom")),
    ("devices", gettext_lazy("appareils")),
)
LETTERS = {"write_parents": LetterKind.AGREE, "write_people": LetterKind.INVITE}
"""Act of the form → kind of letter."""
SHEET = 400
"""People on one print: a school prints class by class."""


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """GET `/inscrits/`: the first site that one runs."""
    sites = own_sites(user_of(request))
    if sites:
        return HttpResponseRedirect(reverse("byod:people", args=[sites[0].pk]))
    context = {"menu": "byod_people", "crumbs": [(_("Personnes et appareils"), None)]}
    return render(request, "byod/people/nobody.html", context)


@require_GET
@login_required
def people(request: HttpRequest, site: int) -> HttpResponse:
    """GET `/inscrits/<site>/`: each class in figures, and what waits."""
    row = site_run(request, site)
    found = people_of(row, timezone.now())
    classes = counts_by_class(found)
    context = base(request, row, "", "classes") | {
        "classes": classes,
        "total": len(found),
        "authorised": sum(one.authorised for one in classes),
        "waiting_charter": sum(one.waiting_charter for one in classes),
        "waiting_guardian": sum(one.waiting_guardian for one in classes),
        "suspended": sum(one.suspended for one in classes),
        "devices": sum(one.devices for one in classes),
        "charter_exists": in_force(row.school).exists,
        "renewing": sum(one.renewing for one in classes),
        "once": uuid.uuid4(),
    }
    return render(request, "byod/people/people.html", context)


def asked_of(request: HttpRequest) -> Asked:
    """What the address bar asks for; what it cannot mean filters nothing."""
    get = request.GET

    def number(name: str) -> int | None:
        text = get.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 10 else None

    return Asked(
        query=get.get("q", "")[:80].strip(),
        class_key=number("classe"),
        kind=get.get("qualite", "") if get.get("qualite") in MemberKind.values else "",
        state=get.get("etat", "") if get.get("etat") in STATE_WORDS else "",
        sort=get.get("tri", "") if get.get("tri") in dict(SORTS) else "class",
        page=number("page") or 1,
    )


@require_GET
@login_required
def members(request: HttpRequest, site: int) -> HttpResponse:
    """GET `/inscrits/<site>/liste/`: names, states, devices; each reading is written down."""
    row, asked = site_run(request, site), asked_of(request)
    found = find_people(user_of(request), row, asked, timezone.now())
    context = base(request, row, _("Liste"), "list") | {
        "found": found,
        "first": (found.page - 1) * PAGE + 1,
        "query": asked.query,
        "filters": filters_of(request, row),
        "filtered": bool(asked.query or asked.class_key or asked.kind or asked.state),
        "sort": asked.sort,
        "sorts": SORTS,
        "words": STATE_WORDS,
        "once": uuid.uuid4(),
    }
    return render(request, "byod/people/members.html", context)


def filters_of(request: HttpRequest, site: Site) -> list[dict[str, Any]]:
    """The bar: class, state, role."""
    classes = SchoolClass.objects.open().filter(site=site).order_by("name", "-year")
    return [
        filter_of(request, "classe", _("Classe"), [(one.pk, one.name) for one in classes])
        if classes
        else {},
        filter_of(request, "etat", _("État"), list(STATE_WORDS.items())),
        filter_of(request, "qualite", _("Qualité"), MemberKind.choices[:2]),
    ]


@require_GET
@login_required
def export(request: HttpRequest, site: int, ending: str) -> HttpResponseBase:
    """GET `/inscrits/<site>/liste.csv`: for the school itself, with names; written down."""
    row, user = site_run(request, site), user_of(request)
    rows = chosen(user, row, asked_of(request), timezone.now())
    names = names_of(user, [one.member for one in rows], "list_export")
    heads = (
        _("Classe"), _("Nom"), _("Prénom"), _("Qualité"), _("État"), _("Appareils"), _("Langue"),
        _("Majeur"), _("Parent"), _("E-mail du parent"), _("Téléphone du parent"),
    )  # fmt: skip
    nobody = Named()

    def lines() -> Any:
        for batch in batches(rows):
            for one in batch:
                named = names.get(one.member.pk, nobody)
                yield (
                    one.class_name,
                    named.family_name,
                    named.given_name,
                    one.member.get_kind_display(),
                    STATE_WORDS[one.state],
                    one.devices,
                    one.member.language,
                    _("oui") if one.member.adult else _("non"),
                    named.guardian_name,
                    named.guardian_email,
                    named.guardian_phone,
                )

    return sheet_response(request, "inscrits", heads, lines(), ending=ending, people=True)


@require_POST
@login_required
def act(request: HttpRequest, site: int) -> HttpResponse:
    """POST `/inscrits/<site>/agir/`: one act on the chosen people, or on a whole class."""
    row, user = site_run(request, site), user_of(request)
    rows = _chosen(request, row)
    what = request.POST.get("what", "")
    try:
        if not rows:
            raise DecisionImpossible(_("Choisissez au moins une personne."))
        if what in LETTERS:
            return _write(request, rows, LETTERS[what])
        if what in ("codes", "parent_codes"):
            return _sheet(request, rows, as_guardian=what == "parent_codes")
        if what == "authorise":
            _tell(request, authorise_many(user, rows))
        elif what == "paper":
            _tell(request, note_papers_many(user, rows))
        else:
            _close(request, rows, what)
    except DecisionImpossible as why:
        messages.error(request, str(why))
    return HttpResponseRedirect(_back(request, row))


def _close(request: HttpRequest, rows: list[Member], what: str) -> None:
    """What takes something away from several people. Raises DecisionImpossible."""
    user, told = user_of(request), ""
    if what == "withdraw":
        n = suspend_many(user, rows, request.POST.get("why", ""))
        told = ngettext("%(n)d accès suspendu.", "%(n)d accès suspendus.", n)
    elif what == "left":
        n = leave_many(user, rows)
        told = ngettext("%(n)d départ noté.", "%(n)d départs notés.", n)
    elif what == "lost":
        n = lose_many(user, rows)
        told = ngettext(
            "%(n)d appareil n’entre plus sur le réseau.",
            "%(n)d appareils n’entrent plus sur le réseau.",
            n,
        )
    elif what == "revoke_links":
        n = revoke_links(user, rows)
        told = ngettext("%(n)d lien révoqué.", "%(n)d liens révoqués.", n)
    if told:
        messages.success(request, told % {"n": n})


def _write(request: HttpRequest, rows: list[Member], kind: str) -> HttpResponse:
    """Ask for the letters, then follow them. Raises DecisionImpossible."""
    about = request.POST.get("class") or sorted(request.POST.getlist("member"))
    made = write_families(user_of(request), rows, kind, once=once_of(request, kind, about))
    return HttpResponseRedirect(reverse("byod:letter_round", args=[made.pk]))


def _back(request: HttpRequest, site: Site) -> str:
    query = request.POST.get("query", "")[:500]
    if request.POST.get("from") == "classes" or request.POST.get("all"):
        return reverse("byod:people", args=[site.pk])
    url = reverse("byod:members", args=[site.pk])
    return f"{url}?{query}" if query else url


def _chosen(request: HttpRequest, site: Site) -> list[Member]:
    rows = Member.objects.present().filter(site=site).exclude(kind=MemberKind.GUEST)
    rows = rows.select_related("site__school", "school_class").order_by("school_class__name", "pk")
    if request.POST.get("all"):
        return list(rows)
    key = request.POST.get("class", "")
    if key.isdecimal() and len(key) < 19:
        found = get_object_or_404(SchoolClass, pk=int(key), site=site)
        return list(rows.filter(school_class=found))
    keys = [int(k) for k in request.POST.getlist("member") if k.isdecimal() and len(k) < 19]
    return list(rows.filter(pk__in=keys[:2000]))


def _sheet(request: HttpRequest, rows: list[Member], *, as_guardian: bool) -> HttpResponse:
    if as_guardian:
        rows = [one for one in rows if one.needs_guardian]
        if not rows:
            raise DecisionImpossible(_("Aucune de ces personnes n’a besoin d’un parent."))
    if len(rows) > SHEET:
        raise DecisionImpossible(
            _("Imprimez %(n)d personnes au plus à la fois\u00a0: une classe, par exemple.")
            % {"n": SHEET}
        )
    body = code_sheet(user_of(request), rows, as_guardian=as_guardian)
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="codes.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def _tell(request: HttpRequest, settled: Settled) -> None:
    given = ngettext("%(n)d autorisation donnée.", "%(n)d autorisations données.", settled.given)
    text = given % {"n": settled.given}
    if settled.waiting:
        n = len(settled.waiting)
        rest = ngettext(
            "%(n)d personne attend encore la charte ou un parent.",
            "%(n)d personnes attendent encore la charte ou un parent.",
            n,
        )
        text = f"{text} {rest % {'n': n}}"
    messages.success(request, text)
