"""Sites: the list, the page of one, its agreements; and one's own account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from schools.actions.give_consent import give_consent
from schools.actions.revoke_consent import revoke_consent
from schools.agreements import agreements_of, to_sign
from schools.forms import AccountForm
from schools.journal import journal_of
from schools.listing import AGREEMENTS, SORTS, page_of, sites_asked, sites_seen, sort_of
from schools.models import (
    Consent,
    Headcount,
    Management,
    Network,
    Province,
    Role,
    RoleKind,
    Site,
    User,
    supervised_sites,
)
from schools.observed import site_states
from schools.panels import panels_of
from schools.people.own_pages import own_roles
from schools.sheets import csv_response

EXPORTED = 10_000


def user_of(request: HttpRequest) -> User:
    """The person, whom ``login_required`` has made sure of."""
    assert isinstance(request.user, User)
    return request.user


@require_GET
@login_required
def sites(request: HttpRequest) -> HttpResponse:
    """GET `/implantations/`."""
    sort, today = sort_of(request.GET), timezone.localdate()
    asked = sites_asked(user_of(request), request.GET, today)
    rows, after = page_of(asked, sort, request.GET.get("apres", ""))
    states = site_states().states([site.pk for site in rows])
    context = {
        "menu": "sites",
        "crumbs": [(_("Implantations"), None)],
        "rows": [(site, *states.get(site.pk, ("unknown", ""))) for site in rows],
        "to_sign": to_sign(user_of(request), today),
        "total": asked.count(),
        "after": after,
        "sort": sort,
        "sorts": [(key, label) for key, (label, _columns) in SORTS.items()],
        "filters": _filters(request),
        "query": request.GET.get("q", ""),
        "filtered": any(request.GET.get(k) for k in (*FILTERED, "q")),
    }
    return render(request, "schools/sites.html", context)


FILTERED = ("province", "reseau", "etat", "accords", "gestion")


def _filters(request: HttpRequest) -> list[dict[str, Any]]:
    """Each filter: its name, label, choices, and the word chosen now."""
    known: list[tuple[str, Any, list[tuple[str, Any]]]] = [
        ("province", _("Province"), list(Province.choices)),
        ("reseau", _("Réseau"), list(Network.choices)),
        ("etat", _("État"), list(site_states().choices())),
        ("accords", _("Accords"), list(AGREEMENTS.items())),
        ("gestion", _("Gestion"), list(Management.choices)),
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
        if choices
    ]


def _with(request: HttpRequest, name: str, value: str | None) -> str:
    """This page's query with one filter changed, back on the first page."""
    query = request.GET.copy()
    query.pop("apres", None)
    query.pop(name, None)
    if value:
        query[name] = value
    return f"?{query.urlencode()}"


def _heads() -> list[str]:
    return [
        _("Établissement"),
        _("Implantation"),
        "FASE",
        _("Commune"),
        _("Province"),
        _("Réseau"),
        _("Gestion"),
        _("Assistance"),
        _("Supervision"),
        _("État"),
    ]


def _cells(rows: list[Site], states: dict[int, tuple[str, str]]) -> Iterator[list[object]]:
    for site in rows:
        yield [
            site.school.name,
            site.name,
            site.number or "",
            site.municipality,
            site.get_province_display(),
            site.school.get_network_display(),
            site.get_management_display(),
            _("oui") if site.assisted else _("non"),  # type: ignore[attr-defined]
            _("oui") if site.watched else _("non"),  # type: ignore[attr-defined]
            states.get(site.pk, ("", ""))[0],
        ]


@require_GET
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """GET `/implantations/export.csv`: the same filters, the whole list."""
    asked = sites_asked(user_of(request), request.GET, timezone.localdate())
    rows = list(asked.order_by(*SORTS[sort_of(request.GET)][1])[:EXPORTED])
    states = site_states().states([site.pk for site in rows])
    return csv_response("implantations.csv", _heads(), _cells(rows, states))


@require_GET
@login_required
def site(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/`: identity, agreements, journal; panels of other apps."""
    user, today = user_of(request), timezone.localdate()
    here = get_object_or_404(sites_seen(user, today), pk=pk)
    state, words = site_states().states([here.pk]).get(here.pk, ("unknown", ""))
    main, aside = panels_of(settings.SITE_PANELS, here.pk)
    context = {
        "menu": "sites",
        "site": here,
        "live": f"sse:site-{here.pk}",
        "state": state,
        "state_words": words,
        "crumbs": _crumbs(here),
        "panels_main": main,
        "panels_aside": aside,
        "agreements": agreements_of(here, user, today),
        "journal": journal_of(here, user),
        "contacts": _contacts(here, today),
        "pupils": _pupils(here),
    }
    return render(request, "schools/site.html", context)


def _crumbs(here: Site) -> list[tuple[str, str | None]]:
    """Région › province › PO › école › implantation; every level leads to its sites."""
    url = reverse("schools:sites")
    return [
        (_("Région"), url),
        (str(here.get_province_display()), f"{url}?province={here.province}"),
        (here.school.authority.name, f"{url}?q={here.school.authority.name}"),
        (here.school.name, f"{url}?q={here.school.number}"),
        (here.name or str(here.municipality), None),
    ]


def _contacts(here: Site, today: dt.date) -> list[User]:
    """Contact people of the site or of its school, in force today."""
    roles = Role.objects.live(today).filter(
        Q(school=here.school_id) | Q(site=here.pk), kind=RoleKind.CONTACT
    )
    return list(User.objects.filter(pk__in=roles.values("user"), is_active=True))


def _pupils(here: Site) -> dict[str, Any]:
    """Pupils at the latest count, the difference with the one before, and the levels."""
    rows = list(Headcount.objects.filter(site=here))
    years = sorted({row.year for row in rows}, reverse=True)
    if not years:
        return {}
    totals = {year: sum(row.pupils for row in rows if row.year == year) for year in years}
    change = totals[years[0]] - totals[years[1]] if len(years) > 1 else None
    levels = [row.get_level_display() for row in rows if row.year == years[0] and row.pupils]
    return {
        "year": years[0],
        "total": totals[years[0]],
        "change": f"{change:+d}".replace("-", "−") if change else "",
        "levels": ", ".join(str(level) for level in levels),
    }


@require_POST
@login_required
def give(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Sign an agreement for the owner of a site."""
    here = get_object_or_404(Site.objects.visible_to(user_of(request)), pk=pk)
    if kind not in ("assistance", "supervision"):
        raise Http404
    owner = here.school.authority if kind == "assistance" else here.school
    give_consent(user_of(request), kind, owner)
    messages.success(request, _given_words(here))
    return redirect(f"{reverse('schools:site', args=[pk])}#accords")


def _given_words(here: Site) -> str:
    """What giving it changes: readings need both agreements."""
    if supervised_sites(timezone.localdate()).filter(pk=here.pk).exists():
        return _("Accord donné. Les relevés commencent dans la minute.")
    return _("Accord donné. Les relevés commenceront quand l’autre accord sera donné aussi.")


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int, consent: int) -> HttpResponse:
    """Withdraw an agreement; the page has named the consequence."""
    get_object_or_404(Site.objects.visible_to(user_of(request)), pk=pk)
    get_object_or_404(Consent.objects.visible_to(user_of(request)), pk=consent)
    revoke_consent(user_of(request), consent, request.POST.get("why", "")[:500])
    messages.success(request, _("Accord retiré. Les relevés s’arrêtent dans la minute."))
    return redirect(f"{reverse('schools:site', args=[pk])}#accords")


@require_http_methods(["GET", "POST"])
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """GET and POST `/mon-compte/`: language, phone, shortcuts; theme is this device's."""
    user = user_of(request)
    form = AccountForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        translation.activate(user.language)
        messages.success(request, _("C’est enregistré."))
        response = redirect("schools:account")
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.language,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            secure=request.is_secure(),
        )
        return response
    context = {
        "form": form,
        **own_roles(user),
        "crumbs": [(_("Mon compte"), None)],
    }
    return render(request, "schools/account.html", context)
