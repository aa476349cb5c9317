"""A site's opening hours: the page where its school enters them, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from schools.access import OpeningRefused, can_set_opening, require
from schools.actions.set_opening import restore_opening, set_opening
from schools.calendars.opening_shown import opening_of
from schools.calendars.timetables import SiteWeek, opening_in_force, site_weeks
from schools.forms.opening import MOST, WeekForm, copied, exceptions_form, slots_for
from schools.models import OpeningHours, Site, User
from schools.views.doors import user_of

SHOWN = 12
"""Versions in the history."""


def _site(user: User, pk: int) -> Site:
    """The site, if the person sees it and may change its hours; 404, then 403 with the reason."""
    seen = Site.objects.visible_to(user).select_related("school__authority")
    site = get_object_or_404(seen, pk=pk)
    require(can_set_opening(user, site), OpeningRefused)
    return site


@require_http_methods(["GET", "POST"])
@login_required
def opening(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/implantations/<id>/horaire/`: the week and the exceptions of a site.

    Three buttons change nothing yet: `copier` puts Monday on Tuesday to Friday, `ajouter` gives
    one more line for an exception, `plage` one more span a day.
    """
    user, today = user_of(request), timezone.localdate()
    site = _site(user, pk)
    key = opening_in_force(site.pk)
    known = site_weeks([key])[key] if key else None
    data = request.POST if request.method == "POST" else None
    only_shaped = data is not None and bool({"copier", "ajouter", "plage"} & data.keys())
    if data is not None and "copier" in data:
        data = copied(data)
    if data is not None and "ajouter" in data:
        data = _one_more(data)
    slots = slots_for(known, data.get("slots", "") if data else "")
    slots = min(slots + (data is not None and "plage" in data), MOST)
    week = WeekForm(data, week=known.week if known else None, slots=slots)
    exceptions = exceptions_form(data, known.exceptions if known else (), today, slots)
    if data is not None and not only_shaped and week.is_valid() and exceptions.is_valid():
        base = int(data["base"]) if data.get("base", "").isdecimal() else 0
        made = set_opening(user, site, week.week, exceptions.values(), base=base)
        if made is None:
            messages.success(request, _("Rien n’a changé."))
            return redirect("schools:opening", site.pk)
        return redirect(f"{reverse('schools:opening', args=[site.pk])}?enregistre={made.number}")
    context = {
        **_context(request, site, known),
        "week": week,
        "exceptions": exceptions,
        "slots": slots,
        "may_have_more": slots < MOST,
        "wrong": data is not None and not only_shaped,
        "base": data.get("base", "0") if data else (known.number if known else 0),
        "shaped": only_shaped,
    }
    return render(request, "schools/opening.html", context)


def _one_more(data: Any) -> Any:
    """What was typed, with one more empty line for an exception."""
    changed = data.copy()
    count = data.get("x-TOTAL_FORMS", "0")
    changed["x-TOTAL_FORMS"] = str(int(count) + 1 if count.isdecimal() else 1)
    return changed


def _context(request: HttpRequest, site: Site, known: SiteWeek | None) -> dict[str, Any]:
    number = known.number if known else 0
    return {
        "menu": "school" if user_of(request).role_kinds & {"head", "contact"} else "sites",
        "site": site,
        "opening": opening_of(site, timezone.localdate()),
        "history": list(OpeningHours.objects.filter(site=site, sealed=True)[:SHOWN]),
        "saved": number > 0 and request.GET.get("enregistre") == str(number),
        "former": number - 1,
        "crumbs": [
            (str(site), reverse("schools:site", args=[site.pk])),
            (_("Heures d’ouverture"), None),
        ],
    }


@require_POST
@login_required
def opening_restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Put a former version of the hours in force again (0: nothing was entered)."""
    user = user_of(request)
    site = _site(user, pk)
    if number:
        get_object_or_404(OpeningHours, site=site, number=number, sealed=True)
    restore_opening(user, site, number)
    messages.success(request, _("L’horaire d’avant compte de nouveau."))
    url = reverse("schools:opening", args=[site.pk])
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)
