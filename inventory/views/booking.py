"""Booking: the week of a site, one booking, one's own; what is done to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from inventory.access.booking import STAFF, can_change, can_decide, can_hand, can_share
from inventory.actions.booking.cancel_booking import cancel_booking, cancel_run, restore_booking
from inventory.actions.booking.decide_booking import approve_booking, refuse_booking
from inventory.actions.booking.hand_out import hand_out, take_back, undo_hand_out, undo_take_back
from inventory.actions.booking.wait_for import stop_waiting
from inventory.booking.health import health_of
from inventory.booking.own import own_bookings
from inventory.booking.school_days import periods_words
from inventory.booking.slots import SlotImpossible
from inventory.booking.week import monday_of, week_of
from inventory.models import Booking, BookingState, CalendarFeed
from inventory.models.booking import SHOWN
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q
from schools.rules import Refused
from schools.sheets import EXPORT_AT_MOST, sheet_paths, sheet_response
from schools.views.doors import user_of

WEEK = dt.timedelta(days=7)
REACH_WEEKS = 60
"""The week view goes so far back and ahead."""
SITES = 12


# --- the week ---


@require_GET
@login_required
def week(request: HttpRequest) -> HttpResponse:
    """GET `/reservations/`: the week of a site; on a phone one day of it."""
    user, now = user_of(request), timezone.now()
    sites = own_sites(user)
    site = site_asked(request, sites)
    day = day_asked(request, timezone.localdate(now))
    context: dict[str, Any] = {
        "menu": "bookings",
        "crumbs": [(_("Réservations"), None)],
        "site": site,
        "sites": sites,
        "day": day,
    }
    if site is not None:
        shown = week_of(user, site, monday_of(day), now)
        context |= {
            "week": shown,
            "of_day": shown.of_day(day) or shown.of_day(shown.days[-1].day),
            "before": max(day - WEEK, now.date() - REACH_WEEKS * WEEK),
            "after": min(day + WEEK, now.date() + REACH_WEEKS * WEEK),
            "may_share": bool(can_share(user, site)),
            "to_decide": to_decide(user, site),
        }
    return render(request, "inventory/booking/week.html", context)


def own_sites(user: User) -> list[Site]:
    """The sites for whose people one books."""
    rows = Site.objects.open().filter(sites_q(scope_of(user, STAFF)))
    return list(rows.select_related("school").order_by("school__name", "name")[:SITES])


def site_asked(request: HttpRequest, own: list[Site]) -> Site | None:
    """The site of the address bar, if the person sees it; else the first one of their own."""
    key = request.GET.get("site", "")
    if key.isdecimal() and len(key) < 19:
        seen = Site.objects.visible_to(user_of(request)).select_related("school")
        return get_object_or_404(seen, pk=int(key))
    return own[0] if own else None


def day_asked(request: HttpRequest, today: dt.date) -> dt.date:
    """The day of the address bar; today, or Monday after the week, without one."""
    try:
        day = parse_date(request.GET.get("jour", ""))
    except ValueError:
        day = None
    if day is not None and abs(day - today) <= REACH_WEEKS * WEEK:
        return day
    return today if today.weekday() < 5 else monday_of(today) + WEEK


def to_decide(user: User, site: Site) -> list[Booking]:
    """Those that wait for the head's answer; none for others."""
    rows = Booking.objects.filter(bookable__site=site, state=BookingState.ASKED)
    rows = rows.filter(span__endswith__gt=timezone.now()).order_by("span")
    found = list(rows.select_related("bookable__site__school", "person")[:20])
    return found if found and can_decide(user, found[0]) else []


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/reservations/export.csv`: the bookings of a site over a school year around a day."""
    user = user_of(request)
    site = site_asked(request, own_sites(user))
    day = day_asked(request, timezone.localdate())
    rows = Booking.objects.visible_to(user).filter(state__in=SHOWN, bookable__site=site)
    rows = rows.filter(
        span__startswith__gte=timezone.now() - REACH_WEEKS * WEEK,
        span__startswith__lt=timezone.now() + REACH_WEEKS * WEEK,
    ).select_related("bookable", "person")
    heads = [
        *(_("Matériel"), _("Début"), _("Fin"), _("Périodes"), _("Personne"), _("Classe")),
        *(_("Pour quoi"), _("État"), _("Remis le"), _("Rendu le"), _("Remarque")),
    ]
    cells = _cells(rows.order_by("span")[:EXPORT_AT_MOST].iterator(chunk_size=500))
    name = f"reservations-{day:%Y}"
    return sheet_response(request, name, heads, cells, ending=ending, people=True)


def _cells(rows: Iterator[Booking]) -> Iterator[list[object]]:
    for row in rows:
        yield [
            row.bookable.name,
            row.starts_at,
            row.ends_at,
            periods_words(row.periods),
            row.person or "",
            row.class_text,
            row.purpose,
            row.get_state_display(),
            row.out_at,
            row.returned_at,
            row.said,
        ]


# --- one, and one's own ---


@require_GET
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """GET `/reservations/mes/`: one's bookings to come, what one waits for, one's calendar."""
    user = user_of(request)
    context = {
        "menu": "bookings",
        "crumbs": [(_("Réservations"), reverse("inventory:bookings")), (_("Les miennes"), None)],
        "own": own_bookings(user, timezone.now(), past=request.GET.get("passe") == "1"),
        "past": request.GET.get("passe") == "1",
        "feed": CalendarFeed.objects.visible_to(user).first(),
        "address": request.session.pop("feed_address", ""),
    }
    return render(request, "inventory/booking/mine.html", context)


def booking_seen(request: HttpRequest, pk: int) -> Booking:
    """The booking, if the person sees it."""
    seen = Booking.objects.visible_to(user_of(request))
    return get_object_or_404(seen.select_related("bookable__site__school", "person"), pk=pk)


@require_GET
@login_required
def booking(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/reservations/<id>/`: who, what, when; what may be done with it."""
    row, user = booking_seen(request, pk), user_of(request)
    now, change = timezone.now(), can_change(user, row)
    run = Booking.objects.filter(series=row.series, bookable=row.bookable_id).holding()
    toast, undo = told_done(request.GET.get("fait", ""), row)
    context = {
        "menu": "bookings",
        "crumbs": [
            (_("Réservations"), f"{reverse('inventory:bookings')}?site={row.bookable.site_id}"),
            (row.bookable.name, None),
        ],
        "row": row,
        "periods": periods_words(row.periods),
        "over": row.ends_at <= now,
        "health": health_of([row.bookable])[row.bookable_id],
        "late": row.state == BookingState.OUT and row.ends_at < now,
        "may_change": bool(change),
        "why_not": change.why if isinstance(change, Refused) else "",
        "may_decide": bool(can_decide(user, row)) and row.state == BookingState.ASKED,
        "may_hand": bool(can_hand(user, row)),
        "run": run.filter(span__startswith__gt=row.starts_at).count() if row.series else 0,
        "toast": toast,
        "undo": undo,
    }
    return render(request, "inventory/booking/booking.html", context)


def told_done(verb: str, row: Booking) -> tuple[str, str]:
    """What was just done, as the page says it, and the address that undoes it."""
    undo, text = {
        "reserve": ("booking_cancel", _("Réservé.")),
        "demande": ("booking_cancel", _("Demandé : la direction répondra.")),
        "annule": ("booking_restore", _("Réservation annulée.")),
        "remis": ("booking_undo_out", _("Remise notée.")),
        "rendu": ("booking_undo_back", _("Retour noté.")),
    }.get(verb, ("", ""))
    fits = {
        "reserve": row.state == BookingState.BOOKED,
        "demande": row.state == BookingState.ASKED,
        "annule": row.state == BookingState.CANCELLED,
        "remis": row.state == BookingState.OUT,
        "rendu": row.state == BookingState.RETURNED,
    }
    if not fits.get(verb):
        return "", ""
    return text, reverse(f"inventory:{undo}", args=[row.pk])


# --- what is done to one ---


def after(request: HttpRequest, pk: int, verb: str = "") -> HttpResponse:
    """Back to the booking, which says what was done; htmx (the toast's undo) is led there too."""
    url = reverse("inventory:booking", args=[pk]) + (f"?fait={verb}" if verb else "")
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)


@require_POST
@login_required
def act(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """POST `/reservations/<id>/<geste>/`: one action, then the booking again."""
    user, verb = user_of(request), ""
    try:
        match deed:
            case "cancel":
                cancel_booking(user, pk, _typed(request))
                verb = "annule"
            case "cancel_run":
                count = len(cancel_run(user, pk))
                told = ngettext("%(n)d date annulée.", "%(n)d dates annulées.", count)
                messages.success(request, told % {"n": count})
            case "restore":
                restore_booking(user, pk)
            case "approve":
                approve_booking(user, pk)
                messages.success(request, _("Réservation approuvée."))
            case "refuse":
                refuse_booking(user, pk, _typed(request))
                messages.success(request, _("Réservation refusée."))
            case "out":
                hand_out(user, pk)
                verb = "remis"
            case "undo_out":
                undo_hand_out(user, pk)
            case "back":
                take_back(user, pk, _typed(request))
                verb = "rendu"
            case "undo_back":
                undo_take_back(user, pk)
    except ObjectDoesNotExist:
        raise Http404 from None
    except SlotImpossible as error:
        messages.error(request, str(error))
    return after(request, pk, verb)


def _typed(request: HttpRequest) -> str:
    return request.POST.get("motif", "")[:300]


@require_POST
@login_required
def unwait(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/reservations/attentes/<id>/retirer/`: no longer wait."""
    try:
        stop_waiting(user_of(request), pk)
    except ObjectDoesNotExist:
        raise Http404 from None
    messages.success(request, _("Vous n’attendez plus cette période."))
    return redirect("inventory:my_bookings")


DEEDS = {
    "annuler": ("cancel", "booking_cancel"),
    "annuler-la-suite": ("cancel_run", "booking_cancel_run"),
    "retablir": ("restore", "booking_restore"),
    "approuver": ("approve", "booking_approve"),
    "refuser": ("refuse", "booking_refuse"),
    "remettre": ("out", "booking_out"),
    "remise-annulee": ("undo_out", "booking_undo_out"),
    "rendre": ("back", "booking_back"),
    "retour-annule": ("undo_back", "booking_undo_back"),
}
"""Last word of the address → the deed, and the name of the URL."""

urlpatterns: list[URLPattern] = [
    path("reservations/", week, name="bookings"),
    path("reservations/mes/", mine, name="my_bookings"),
    *sheet_paths("reservations/export", export, "bookings_export"),
    path("reservations/attentes/<int:pk>/retirer/", unwait, name="wish_withdraw"),
    path("reservations/<int:pk>/", booking, name="booking"),
    *(
        path(f"reservations/<int:pk>/{word}/", act, {"deed": deed}, name=name)
        for word, (deed, name) in DEEDS.items()
    ),
]
