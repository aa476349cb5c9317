"""School calendars: a year at a glance, its versions, import and correction by the officer."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from schools.access import CalendarRefused, can_publish_calendars, require
from schools.actions.publish_calendar import publish_calendars
from schools.calendars.files import COLUMNS, csv_rows, read, write_ical
from schools.calendars.plan import YearPlan, packed, plan_of, unpacked, year_plan
from schools.calendars.school_year import SchoolYear, usual_year, year_label
from schools.calendars.shown import calendars_shown, versions_shown, years_to_choose
from schools.calendars.timetables import school_years
from schools.forms.calendars import FileForm, SourceForm, periods_form
from schools.models import SchoolCalendar, User
from schools.models.calendars import communities_seen
from schools.sheets import sheet_response
from schools.views.doors import user_of

SALT = "schools.calendars"
PREVIEW_S = 24 * 3600
"""How long a preview can be confirmed."""


def _seen(user: User, community: str, year: int = 2026) -> None:
    """404 for a Community that the person does not see, or a year that cannot be."""
    if community not in communities_seen(user) or not 2000 <= year <= 2100:
        raise Http404


def _in_force(communities: Iterable[str], year: int | None = None) -> list[SchoolYear]:
    """The versions in force, all years or one, in order."""
    rows = SchoolCalendar.objects.in_force().filter(community__in=list(communities))
    if year is not None:
        rows = rows.filter(year=year)
    known = school_years(rows.values_list("pk", flat=True))
    return sorted(known.values(), key=lambda one: (one.community, one.year))


def _year_asked(request: HttpRequest) -> int:
    asked = request.GET.get("annee", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else 0
    return year if 2000 <= year <= 2100 else usual_year(timezone.localdate())


@require_GET
@login_required
def calendars(request: HttpRequest) -> HttpResponse:
    """GET `/calendriers/`: one school year of each Community that the person sees."""
    user, today, year = user_of(request), timezone.localdate(), _year_asked(request)
    seen = communities_seen(user)
    context = {
        "menu": "calendars",
        "crumbs": [(_("Calendriers scolaires"), None)],
        "years": [(one, year_label(one)) for one in years_to_choose(seen, today)],
        "year": year,
        "label": year_label(year),
        "shown": calendars_shown(seen, year, today),
        "today": today,
        "may_publish": bool(can_publish_calendars(user)),
        "feeds": {key: request.build_absolute_uri(feed_url(user, key)) for key in seen},
    }
    return render(request, "schools/calendars.html", context)


@require_GET
@login_required
def calendars_export(request: HttpRequest) -> StreamingHttpResponse:
    """GET `/calendriers/export.csv?annee=2026&communaute=fwb`: without a year, all of them."""
    seen = communities_seen(user_of(request))
    asked = request.GET.get("communaute", "")
    chosen = [key for key in seen if asked in ("", key)]
    year = _year_asked(request) if request.GET.get("annee") else None
    name = "-".join(
        ["calendriers", *([asked] if asked in seen else []), *([str(year)] if year else [])]
    )
    return sheet_response(request, name, COLUMNS, csv_rows(_in_force(chosen, year)))


def feed_url(user: User, community: str) -> str:
    """The address that a diary subscribes to: its key stands for the person, who cannot sign in
    there. It opens this calendar alone, and nothing once the account is closed."""
    key = signing.dumps(user.pk, salt=SALT)
    return f"{reverse('schools:calendar_feed', args=[community])}?cle={key}"


@require_GET
def calendar_feed(request: HttpRequest, community: str) -> HttpResponse:
    """GET `/calendriers/<communauté>.ics`: every year in force, for a diary."""
    user = _subscriber(request)
    if user is None:
        return redirect(f"{reverse('sign-in')}?next={request.path}")
    _seen(user, community)
    years = _in_force([community])
    stamps = SchoolCalendar.objects.filter(pk__in=[year.pk for year in years])
    made = max(stamps.values_list("made_at", flat=True), default=timezone.now())
    response = HttpResponse(write_ical(years, made), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="calendrier-{community}.ics"'
    return response


def _subscriber(request: HttpRequest) -> User | None:
    """The person of the session, else the one whose key the address holds."""
    if isinstance(request.user, User):
        return request.user
    try:
        pk = signing.loads(request.GET.get("cle", ""), salt=SALT)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk, is_active=True).first()


@require_GET
@login_required
def calendar_year(request: HttpRequest, community: str, year: int) -> HttpResponse:
    """GET `/calendriers/<communauté>/<année>/`: a year, its versions and their differences."""
    user, today = user_of(request), timezone.localdate()
    _seen(user, community, year)
    (shown,) = calendars_shown([community], year, today)
    context = {
        "menu": "calendars",
        "crumbs": [
            (_("Calendriers scolaires"), f"{reverse('schools:calendars')}?annee={year}"),
            (shown.name, None),
            (shown.label, None),
        ],
        "one": shown,
        "versions": versions_shown(community, year),
        "today": today,
        "may_publish": bool(can_publish_calendars(user)),
    }
    return render(request, "schools/calendar_year.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def calendar_import(request: HttpRequest) -> HttpResponse:
    """GET and POST `/calendriers/importer/`: a file, then what it would change."""
    require(can_publish_calendars(user_of(request)), CalendarRefused)
    posted = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if posted else FileForm()
    context: dict[str, Any] = {
        "menu": "calendars",
        "crumbs": [
            (_("Calendriers scolaires"), reverse("schools:calendars")),
            (_("Importer"), None),
        ],
        "columns": ";".join(COLUMNS),
    }
    if posted and form.is_valid():
        file, told = form.cleaned_data["file"], form.cleaned_data
        reading = read(file.name, file.read(), told["community"])
        if not reading.refused:
            known = {(y.community, y.year): y for y in _in_force(["fwb", "dg"])}
            return _preview(request, plan_of(reading.lines, known), told, file.name)
        context |= {"refused": reading.refused, "good": len(reading.lines), "name": file.name}
    return render(request, "schools/calendar_import.html", {**context, "form": form})


@require_http_methods(["GET", "POST"])
@login_required
def calendar_correct(request: HttpRequest, community: str, year: int) -> HttpResponse:
    """GET and POST `/calendriers/<communauté>/<année>/corriger/`: the lines of a year, then what
    they would change."""
    user = user_of(request)
    _seen(user, community, year)
    require(can_publish_calendars(user), CalendarRefused)
    known = next(iter(_in_force([community], year)), None)
    data = request.POST if request.method == "POST" else None
    rows = periods_form(data, community, year, known.periods if known else ())
    form = SourceForm(data)
    if data is not None and rows.is_valid() & form.is_valid():
        periods = [line.period for line in rows.reading().lines]
        told, name = form.cleaned_data, _("correction à l’écran")
        return _preview(request, [year_plan(community, year, periods, known)], told, name)
    (shown,) = calendars_shown([community], year, timezone.localdate())
    context = {
        "menu": "calendars",
        "crumbs": [
            (_("Calendriers scolaires"), f"{reverse('schools:calendars')}?annee={year}"),
            (shown.label, reverse("schools:calendar_year", args=[community, year])),
            (_("Corriger"), None),
        ],
        "one": shown,
        "rows": rows,
        "form": form,
        "wrong": data is not None,
    }
    return render(request, "schools/calendar_correct.html", context)


def _preview(
    request: HttpRequest, plans: list[YearPlan], told: dict[str, Any], name: str
) -> HttpResponse:
    """What would change; the whole of it travels, signed, to the confirmation."""
    changed = [plan for plan in plans if plan.is_new]
    sealed = json.dumps({"plans": packed(changed), "source": told["source"], "note": told["note"]})
    context = {
        "menu": "calendars",
        "crumbs": [
            (_("Calendriers scolaires"), reverse("schools:calendars")),
            (_("Aperçu"), None),
        ],
        "plans": plans,
        "changed": changed,
        "source": told["source"],
        "note": told["note"],
        "name": name,
        "sealed": signing.dumps(sealed, salt=SALT, compress=True),
    }
    return render(request, "schools/calendar_preview.html", context)


@require_POST
@login_required
def calendar_publish(request: HttpRequest) -> HttpResponse:
    """Publish what a preview showed. Twice changes nothing the second time."""
    user = user_of(request)
    require(can_publish_calendars(user), CalendarRefused)
    try:
        told = json.loads(
            signing.loads(request.POST.get("apercu", ""), salt=SALT, max_age=PREVIEW_S)
        )
    except (signing.BadSignature, ValueError, zlib.error):
        messages.error(request, _("Cet aperçu a expiré. Rien n’est publié : recommencez."))
        return redirect("schools:calendar_import")
    plans = unpacked(told["plans"])
    try:
        made = publish_calendars(user, plans, source=told["source"], note=told["note"])
    except CalendarRefused as refused:
        messages.error(request, str(refused))
        return redirect("schools:calendar_import")
    n = len(made)
    said = ngettext("%(n)d version publiée, en vigueur maintenant.",
                    "%(n)d versions publiées, en vigueur maintenant.", n) % {"n": n}  # fmt: skip
    messages.success(request, said if made else _("Rien n’a changé : c’était déjà publié."))
    if len(plans) == 1:
        return redirect("schools:calendar_year", plans[0].community, plans[0].year)
    return redirect("schools:calendars")
