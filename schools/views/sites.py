"""Sites: the list, the page of one, its agreements; and one's own account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from schools.access import can_set_opening
from schools.actions.give_consent import give_consent
from schools.actions.revoke_consent import revoke_consent
from schools.agreements.awaiting import awaiting
from schools.agreements.shown import agreements_of, to_sign
from schools.calendars.opening_shown import opening_of
from schools.counts import last_year, pupils_of
from schools.filters import filtered, shown
from schools.forms.account import AccountForm
from schools.journal import journal_of
from schools.keyset import in_order, page_of
from schools.listing import FILTERS, SORTS, sites_asked, sites_seen, sort_of, town_chosen
from schools.models import (
    Consent,
    Headcount,
    Role,
    RoleKind,
    School,
    Site,
    User,
    supervised_sites,
)
from schools.observed import site_states
from schools.panels import panels_of
from schools.people.own_pages import own_roles
from schools.pupils_shown import levels_taught, pupils_shown
from schools.sheets import CHUNK, sheet_response
from schools.sign_in.security import security_of
from schools.views.doors import user_of

EXPORTED = 10_000


@require_GET
@login_required
def sites(request: HttpRequest) -> HttpResponse:
    """GET `/implantations/`."""
    user, sort, today = user_of(request), sort_of(request.GET), timezone.localdate()
    year = last_year()
    asked = sites_asked(user, request.GET, today, year)
    rows, after = page_of(asked, SORTS[sort][1], request.GET.get("apres", ""))
    states = site_states().states([site.pk for site in rows])
    context = {
        "menu": "sites",
        "crumbs": [(_("Implantations"), None)],
        "rows": [(site, *states.get(site.pk, ("unknown", ""))) for site in rows],
        "to_sign": to_sign(user, today),
        "awaiting": awaiting(user, today),
        "total": asked.count(),
        "pupils": pupils_of(asked, "site", year, user),
        "year": year,
        "after": after,
        "sort": sort,
        "sorts": [(key, label) for key, (label, _columns) in SORTS.items()],
        "filters": shown(FILTERS, request),
        "town": town_chosen(user, request.GET),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET, "commune"),
    }
    return render(request, "schools/sites.html", context)


def _heads() -> list[str]:
    return [
        _("Établissement"),
        _("Implantation"),
        "FASE",
        _("Code postal"),
        _("Commune"),
        _("Province"),
        _("Élèves"),
        _("Réseau"),
        _("Gestion"),
        _("Assistance"),
        _("Supervision"),
        _("État"),
        _("Fermée le"),
    ]


def _cells(rows: QuerySet[Site]) -> Iterator[list[object]]:
    states, words = site_states().tones(rows), dict(site_states().choices())
    for site in rows.iterator(chunk_size=CHUNK):
        yield [
            site.school.name,
            site.name,
            site.number or "",
            site.postcode,
            site.municipality,
            site.get_province_display(),
            site.pupils,  # type: ignore[attr-defined]
            site.school.get_network_display(),
            site.get_management_display(),
            _("oui") if site.assisted else _("non"),  # type: ignore[attr-defined]
            _("oui") if site.watched else _("non"),  # type: ignore[attr-defined]
            words.get(states.get(site.pk, "unknown"), ""),
            site.closed_on,
        ]


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/implantations/export.csv`: the same filters, the whole list."""
    asked = sites_asked(user_of(request), request.GET, timezone.localdate())
    rows = in_order(asked, SORTS[sort_of(request.GET)][1])
    return sheet_response(request, "implantations", _heads(), _cells(rows), ending=ending)


@require_GET
@login_required
def site(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/`: identity, agreements, journal; panels of other apps."""
    user, today = user_of(request), timezone.localdate()
    here = get_object_or_404(sites_seen(user, today), pk=pk)
    state, words = site_states().states([here.pk]).get(here.pk, ("unknown", ""))
    main, aside = panels_of(settings.SITE_PANELS, here.pk)
    pupils = pupils_shown(Headcount.objects.filter(site=here))
    context = {
        "menu": "sites",
        "site": here,
        "live": f"sse:site-{here.pk}",
        "state": state,
        "state_words": words,
        "crumbs": crumbs_of_site(here),
        "panels_main": main,
        "panels_aside": aside,
        "agreements": agreements_of(here, user, today),
        "journal": journal_of(here, user),
        "contacts": _contacts(here, today),
        "opening": opening_of(here, today),
        "may_set_opening": bool(can_set_opening(user, here)),
        "pupils": pupils,
        "levels": levels_taught(here.teachings.all(), pupils),
        "successor": successor_of(here, user),
    }
    return render(request, "schools/site.html", context)


def crumbs_of_site(here: Site) -> list[tuple[str, str | None]]:
    """Région › province › PO › école › implantation; every level leads to its page."""
    url, school = reverse("schools:sites"), here.school
    return [
        (_("Région"), url),
        (str(here.get_province_display()), f"{url}?province={here.province}"),
        (school.authority.name, reverse("schools:authority", args=[school.authority_id])),
        (school.name, reverse("schools:school", args=[school.pk])),
        (here.name or str(here.municipality), None),
    ]


def _contacts(here: Site, today: dt.date) -> list[User]:
    """Contact people of the site or of its school, in force today."""
    roles = Role.objects.live(today).filter(
        Q(school=here.school_id) | Q(site=here.pk), kind=RoleKind.CONTACT
    )
    return list(User.objects.filter(pk__in=roles.values("user"), is_active=True))


def successor_of(here: Site, user: User) -> School | None:
    """The school that took over the school of a closed site, if the person sees it."""
    if here.closed_on is None or here.school.merged_into_id is None:
        return None
    return School.objects.visible_to(user).filter(pk=here.school.merged_into_id).first()


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
        with translation.override(user.language):
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
        "security": security_of(request),
    }
    return render(request, "schools/account.html", context)
