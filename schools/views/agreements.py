"""Agreements: the list, the page of a PO or a school, giving, withdrawing, handing papers in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from schools.access import DecisionRefused, can_sign, require
from schools.actions.attach_document import attach_to_consent
from schools.actions.give_consent import give_consent
from schools.actions.revoke_consent import keep_consent, revoke_consent
from schools.agreements import listing
from schools.agreements.awaiting import agreement_url, awaiting
from schools.agreements.papers import PaperRefused
from schools.agreements.shown import to_sign
from schools.agreements.standing import MISSING, Standing, standing, standings, with_papers
from schools.filters import filter_of
from schools.forms.agreements import GiveForm, PaperForm, RevokeForm
from schools.models import (
    Authority,
    Consent,
    ConsentKind,
    Document,
    ManagementChoice,
    Network,
    Province,
    School,
    Site,
    User,
    supervised_sites,
)
from schools.rules import Refused
from schools.sheets import EXPORT_AT_MOST, sheet_response
from schools.views.doors import user_of

Owner = Authority | School
SHOWN = 30
"""Sites or schools named on a page before “and n others”."""


@require_GET
@login_required
def agreements(request: HttpRequest) -> HttpResponse:
    """GET `/accords/`: the agreements of one's schools; for the Region, who misses which."""
    user, today = user_of(request), timezone.localdate()
    asked = listing.schools_asked(user, request.GET, today)
    page = Paginator(asked, listing.PAGE).get_page(request.GET.get("page"))
    sort = listing.sort_of(request.GET)
    context = {
        "menu": "agreements",
        "crumbs": [(_("Accords"), None)],
        "page": page,
        "rows": _rows(page.object_list, today),
        "to_sign": to_sign(user, today),
        "awaiting": awaiting(user, today),
        "sort": sort,
        "sorts": [(key, label) for key, (label, _columns) in listing.SORTS.items()],
        "filters": _filters(request),
        "query": request.GET.get("q", ""),
        "filtered": any(request.GET.get(k) for k in ("q", "etat", "province", "reseau")),
        "counts": _counts(user, today),
    }
    return render(request, "schools/agreements/list.html", context)


def _counts(user: User, today: dt.date) -> dict[str, int]:
    """How many schools stand where, whatever is filtered: one query."""
    wanted = {
        key: Count("pk", filter=listing.STATES[key][1])
        for key in ("complets", "manquants", "document")
    }
    found = listing.schools_seen(user, today).order_by().aggregate(all=Count("pk"), **wanted)
    return {key: int(n) for key, n in found.items()}


def _filters(request: HttpRequest) -> list[dict[str, Any]]:
    states = [(key, label) for key, (label, _q) in listing.STATES.items()]
    return [
        filter_of(request, "etat", _("Accords"), states),
        filter_of(request, "province", _("Province"), list(Province.choices)),
        filter_of(request, "reseau", _("Réseau"), list(Network.choices)),
    ]


def _rows(schools: Iterable[School], today: dt.date) -> list[tuple[School, Standing, Standing]]:
    """Each school with its supervision and the assistance of its PO."""
    schools = list(schools)
    own, po = standings(schools, {school.authority for school in schools}, today)
    return [
        (school, own.get(school.pk, MISSING), po.get(school.authority_id, MISSING))
        for school in schools
    ]


@require_GET
@login_required
def agreements_export(request: HttpRequest, ending: str = "csv") -> StreamingHttpResponse:
    """GET `/accords/export.csv`, `.xlsx`, `.ods`: the same filters, the whole list."""
    today = timezone.localdate()
    schools = listing.schools_asked(user_of(request), request.GET, today)[:EXPORT_AT_MOST]
    heads = [
        _("Établissement"),
        _("Numéro"),
        _("Pouvoir organisateur"),
        _("Province"),
        _("Réseau"),
        _("Assistance"),
        _("Assistance : date"),
        _("Assistance : document"),
        _("Supervision"),
        _("Supervision : date"),
        _("Supervision : document"),
    ]
    return sheet_response(request, "accords", heads, _cells(_rows(schools, today)), ending=ending)


def _cells(rows: Iterable[tuple[School, Standing, Standing]]) -> Iterator[list[object]]:
    provinces = dict(Province.choices)
    for school, own, po in rows:
        yield [
            school.name,
            school.number,
            school.authority.name,
            provinces.get(school.province or "", ""),  # type: ignore[attr-defined]
            school.get_network_display(),
            *(cell for one in (po, own) for cell in (one.word, one.fact, _paper_word(one))),
        ]


def _paper_word(one: Standing) -> str:
    if one.paper is not None:
        return _("déposé")
    return _("attendu") if one.counts else ""


@require_http_methods(["GET", "POST"])
@login_required
def authority_agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/accords/pouvoirs/<id>/`: assistance, the PO's; POST gives it."""
    owner = get_object_or_404(Authority.objects.visible_to(user_of(request)), pk=pk)
    return _agreement(request, owner, ConsentKind.ASSISTANCE)


@require_http_methods(["GET", "POST"])
@login_required
def school_agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/accords/ecoles/<id>/`: supervision, the school's; POST gives it."""
    schools = School.objects.visible_to(user_of(request)).select_related("authority")
    return _agreement(request, get_object_or_404(schools, pk=pk), ConsentKind.SUPERVISION)


def _agreement(request: HttpRequest, owner: Owner, kind: ConsentKind) -> HttpResponse:
    user = user_of(request)
    form = GiveForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and (answer := _given(request, form, owner, kind)):
        return answer
    today = timezone.localdate()
    consents = Consent.objects.filter(kind=kind, **_owned(owner))
    rows = list(consents.select_related("text", "under").prefetch_related(with_papers()))
    where = standing(rows, today)
    told = can_sign(user, kind, owner)
    context = {
        "menu": "agreements",
        "crumbs": [(_("Accords"), reverse("schools:agreements")), (str(owner), None)],
        "owner": owner,
        "kind": kind,
        "title": kind.label,
        "standing": where,
        "form": form,
        "may_sign": bool(told),
        "why_not": told.why if isinstance(told, Refused) else "",
        "paper_form": PaperForm(),
        "papers": list(
            Document.objects.visible_to(user)
            .filter(consent__in=[row.pk for row in rows])
            .select_related("uploaded_by")
        ),
        "text_url": _text_url(owner),
        "today": today,
        **(_of_authority(owner, user, today) if isinstance(owner, Authority) else {}),
        **(_of_school(owner, user, today, where) if isinstance(owner, School) else {}),
    }
    return render(request, "schools/agreements/page.html", context)


def _owned(owner: Owner) -> dict[str, Owner]:
    return {"authority" if isinstance(owner, Authority) else "school": owner}


def _given(
    request: HttpRequest, form: GiveForm, owner: Owner, kind: ConsentKind
) -> HttpResponse | None:
    """Give it, and keep the paper that came with it; None shows the form again with its errors."""
    require(can_sign(user_of(request), kind, owner))
    if not form.is_valid():
        return None
    paper = form.cleaned_data["paper"]
    try:
        consent = give_consent(user_of(request), kind, owner, form.cleaned_data["from_on"])
        if paper:
            attach_to_consent(user_of(request), consent.pk, paper, paper.size, paper.name)
    except DecisionRefused as refused:
        form.add_error("from_on", str(refused))
        return None
    except PaperRefused as refused:
        # the agreement stands; the paper is still expected
        messages.error(request, _("L’accord est donné, sans le document. %s") % refused)
        return redirect(agreement_url(consent))
    messages.success(request, given_words(consent, owner))
    return redirect(agreement_url(consent))


def given_words(consent: Consent, owner: Owner) -> str:
    """What giving it changes: readings need both agreements, and their day."""
    today = timezone.localdate()
    if consent.given_on > today:
        day = date_format(consent.given_on, "d/m/Y")
        return _("Accord donné à partir du %(day)s. D’ici là, rien ne change.") % {"day": day}
    if supervised_sites(today).filter(_sites_q(owner)).exists():
        return _("Accord donné. Les relevés commencent dans la minute.")
    return _("Accord donné. Les relevés commenceront quand l’autre accord sera donné aussi.")


def _sites_q(owner: Owner) -> Q:
    return Q(school__authority=owner) if isinstance(owner, Authority) else Q(school=owner)


def _text_url(owner: Owner) -> str:
    name = "authority_text" if isinstance(owner, Authority) else "school_text"
    return reverse(f"schools:{name}", args=[owner.pk])


def _of_authority(owner: Authority, user: User, today: dt.date) -> dict[str, Any]:
    """The schools of the PO, where their own agreements stand."""
    schools = School.objects.visible_to(user).open().filter(authority=owner)
    shown = list(schools.select_related("authority")[:SHOWN])
    return {
        "rows": _rows(shown, today),
        "others": schools.count() - len(shown),
        "sites": Site.objects.visible_to(user).open().filter(school__authority=owner).count(),
    }


def _of_school(owner: School, user: User, today: dt.date, where: Standing) -> dict[str, Any]:
    """What else decides for a school: its PO's assistance, the management, the plan, a merger."""
    po = Consent.objects.filter(authority=owner.authority_id).prefetch_related(with_papers())
    sites = list(Site.objects.visible_to(user).open().filter(school=owner))
    consent = where.consent
    return {
        "assistance": standing(list(po), today),
        "sites": len(sites),
        "networks": [
            (site, ManagementChoice.objects.planned(site, today)) for site in sites[:SHOWN]
        ],
        "plan": owner.plans.visible_to(user).first(),
        "absorbed": [
            (former, _was_supervised(former))
            for former in owner.absorbed.select_related("authority")
        ],
        "moved_from": consent.under
        if consent and where.counts and consent.under_id not in (None, owner.authority_id)
        else None,
    }


def _was_supervised(former: School) -> bool:
    """Whether a school that merged had an agreement, which ended with it."""
    return Consent.objects.filter(school=former).exists()


def consent_seen(request: HttpRequest, pk: int) -> Consent:
    """An agreement within the person's scope, or 404."""
    seen = Consent.objects.visible_to(user_of(request))
    return get_object_or_404(seen.select_related("authority", "school__authority", "text"), pk=pk)


@require_http_methods(["GET", "POST"])
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/accords/<id>/retirer/`: what will stop, by name; POST withdraws."""
    consent, user = consent_seen(request, pk), user_of(request)
    require(can_sign(user, consent.kind, consent.owner))
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = revoke_consent(user, pk, form.cleaned_data["why"], form.cleaned_data["from_on"])
        except DecisionRefused as refused:
            form.add_error("from_on", str(refused))
        else:
            messages.success(request, _withdrawn_words(done))
            return redirect(agreement_url(done))
    today = timezone.localdate()
    stops = supervised_sites(today).filter(_sites_q(consent.owner)).open()
    context = {
        "menu": "agreements",
        "crumbs": [
            (_("Accords"), reverse("schools:agreements")),
            (str(consent.owner), agreement_url(consent)),
            (_("Retirer"), None),
        ],
        "consent": consent,
        "form": form,
        "stops": list(stops.select_related("school", "municipality")[:SHOWN]),
        "stops_count": stops.count(),
        "owner_url": agreement_url(consent),
    }
    return render(request, "schools/agreements/withdraw.html", context)


def _withdrawn_words(consent: Consent) -> str:
    assert consent.revoked_on is not None
    if consent.revoked_on > timezone.localdate():
        day = date_format(consent.revoked_on, "d/m/Y")
        return _("Accord retiré à partir du %(day)s. D’ici là, rien ne change.") % {"day": day}
    return _("Accord retiré. Les relevés s’arrêtent dans la minute.")


@require_POST
@login_required
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a withdrawal that has not come."""
    consent = consent_seen(request, pk)
    try:
        keep_consent(user_of(request), pk)
    except DecisionRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Le retrait est annulé : l’accord continue."))
    return redirect(agreement_url(consent))


@require_POST
@login_required
def consent_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in the signed paper, or a newer one."""
    consent, form = consent_seen(request, pk), PaperForm(request.POST, request.FILES)
    require(can_sign(user_of(request), consent.kind, consent.owner))
    if form.is_valid():
        file = form.file()
        try:
            attach_to_consent(user_of(request), pk, file, file.size or 0, file.name or "")
        except (PaperRefused, DecisionRefused) as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Document déposé."))
    else:
        messages.error(request, _("Choisissez un document."))
    return redirect(agreement_url(consent))
