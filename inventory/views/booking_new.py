"""Make and change a booking: one slot, or each week; a refusal says what is free near it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from inventory.access.booking import can_book, can_change, require
from inventory.actions.booking.book import book
from inventory.actions.booking.book_weekly import SeriesTaken, book_weekly, plan_weekly
from inventory.actions.booking.change_booking import change_booking
from inventory.actions.booking.wait_for import wait_for
from inventory.booking.free import near
from inventory.booking.health import health_of
from inventory.booking.school_days import day_words, periods_words, school_days
from inventory.booking.slots import SlotImpossible, SlotTaken, Wanted
from inventory.forms_booking import BookingForm, WeeklyForm
from inventory.models import Bookable, BookingState
from inventory.views.booking import after, booking_seen
from schools.views.doors import user_of


def bookable_seen(request: HttpRequest, pk: int) -> Bookable:
    """The bookable, if the person sees it."""
    seen = Bookable.objects.visible_to(user_of(request))
    return get_object_or_404(seen.select_related("site__school", "room"), pk=pk)


def _to_book(request: HttpRequest, pk: int) -> Bookable:
    """The bookable, if the person may book it; 404, then 403 with the reason."""
    here = bookable_seen(request, pk)
    require(can_book(user_of(request), here))
    return here


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/reservations/objets/<id>/reserver/`."""
    here, user = _to_book(request, pk), user_of(request)
    asked = request.POST if request.method == "POST" else request.GET
    form = _form(request, here, asked)
    context = _context(here, form, asked)
    if request.method == "POST" and form.is_valid():
        wanted, until = form.wanted(), form.cleaned_data["jusque"]
        if until and until > wanted.day:
            return _preview(request, here, wanted, until, context["key"])
        try:
            made = book(user, here.pk, wanted, key=context["key"])
        except SlotImpossible as error:
            context |= _refused(request, here, wanted, error)
        else:
            waits = made.state == BookingState.ASKED
            return after(request, made.pk, "demande" if waits else "reserve")
    return render(request, "inventory/booking/new.html", context)


def _form(request: HttpRequest, here: Bookable, asked: QueryDict) -> WeeklyForm:
    day = _day_of(asked)
    lessons = school_days(here.site, day).lessons(day)
    if request.method == "POST":
        return WeeklyForm(asked, lessons=lessons)
    first = asked.get("de") or (str(lessons[0].rank) if lessons else "")
    initial = {
        "jour": day,
        "de": first,
        "a": asked.get("a") or first,
        "classe": asked.get("classe", "")[:30],
        "objet": asked.get("objet", "")[:200],
    }
    return WeeklyForm(initial=initial, lessons=lessons)


def _day_of(asked: QueryDict) -> dt.date:
    try:
        found = parse_date(asked.get("jour", ""))
    except ValueError:
        found = None
    return found or timezone.localdate()


def _context(here: Bookable, form: BookingForm, asked: QueryDict) -> dict[str, Any]:
    week = f"{reverse('inventory:bookings')}?site={here.site_id}"
    return {
        "menu": "bookings",
        "crumbs": [(_("Réservations"), week), (here.name, None)],
        "here": here,
        "form": form,
        "key": _key(asked),
        "health": health_of([here])[here.pk],
    }


def _key(asked: QueryDict) -> uuid.UUID:
    """The key that the form carries: a second click is the same booking."""
    try:
        return uuid.UUID(asked.get("cle", ""))
    except ValueError:
        return uuid.uuid4()


def _refused(
    request: HttpRequest, here: Bookable, wanted: Wanted, error: SlotImpossible
) -> dict[str, Any]:
    """Why, and what is free near it."""
    days = school_days(here.site, wanted.day)
    found = near(user_of(request), here, wanted, days, timezone.now())
    return {
        "refusal": str(error),
        "taken": isinstance(error, SlotTaken),
        "wanted": wanted,
        "free": found,
        "key": uuid.uuid4(),
    }


# --- each week ---


def _preview(
    request: HttpRequest, here: Bookable, wanted: Wanted, until: dt.date, key: uuid.UUID
) -> HttpResponse:
    """Every date of the run, before anything is booked: free, taken by whom, holiday."""
    planned = plan_weekly(here, wanted, until, timezone.now())
    free = [one for one in planned if one.slot]
    context = {
        "menu": "bookings",
        "crumbs": [
            (_("Réservations"), f"{reverse('inventory:bookings')}?site={here.site_id}"),
            (here.name, reverse("inventory:booking_new", args=[here.pk])),
            (_("Chaque semaine"), None),
        ],
        "here": here,
        "wanted": wanted,
        "periods": periods_words(list(range(wanted.first, wanted.last + 1))),
        "weekday": day_words(wanted.day).split(" ", maxsplit=1)[0],
        "until": until,
        "planned": planned,
        "free": free,
        "taken": sum(one.taken for one in planned),
        "key": key,
    }
    return render(request, "inventory/booking/weekly.html", context)


@require_POST
@login_required
def weekly(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/reservations/objets/<id>/chaque-semaine/`: the days that were shown free."""
    here, user = _to_book(request, pk), user_of(request)
    form = WeeklyForm(request.POST)
    days = [day for text in request.POST.getlist("date")[:60] if (day := _iso(text))]
    if not form.is_valid() or not days:
        messages.warning(request, _("Choisissez des périodes et au moins une date libre."))
        return redirect("inventory:booking_new", here.pk)
    wanted, until = form.wanted(), form.cleaned_data["jusque"] or max(days)
    try:
        made = book_weekly(user, here.pk, wanted, days, key=_key(request.POST))
    except SeriesTaken as error:
        messages.error(request, str(error))
        return _preview(request, here, wanted, until, uuid.uuid4())
    except SlotImpossible as error:
        messages.error(request, str(error))
        return redirect("inventory:booking_new", here.pk)
    told = ngettext("%(n)d date réservée.", "%(n)d dates réservées.", len(made))
    messages.success(request, told % {"n": len(made)})
    return redirect("inventory:my_bookings")


def _iso(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


# --- change, wait ---


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/reservations/<id>/modifier/`."""
    row, user = booking_seen(request, pk), user_of(request)
    require(can_change(user, row))
    asked, here = request.POST, row.bookable
    day = _day_of(asked) if "jour" in asked else timezone.localtime(row.starts_at).date()
    lessons = school_days(here.site, day).lessons(day)
    initial = {
        "jour": day,
        "de": row.periods[0] if row.periods else "",
        "a": row.periods[-1] if row.periods else "",
        "classe": row.class_text,
        "objet": row.purpose,
    }
    posted = asked if request.method == "POST" else None
    form = BookingForm(posted, initial=initial, lessons=lessons)
    context = _context(here, form, asked) | {"row": row, "version": row.version}
    if request.method == "POST" and form.is_valid():
        version = asked.get("version", "")
        try:
            wanted = form.wanted()
            told = int(version) if version.isdecimal() and len(version) < 10 else 0
            change_booking(user, pk, wanted, version=told)
        except SlotImpossible as error:
            context |= _refused(request, here, wanted, error)
        else:
            messages.success(request, _("Réservation changée."))
            return after(request, pk)
    return render(request, "inventory/booking/new.html", context)


@require_POST
@login_required
def wait(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/reservations/objets/<id>/attendre/`: be told when the slot comes free."""
    here, user = _to_book(request, pk), user_of(request)
    form = BookingForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choisissez d’abord un jour et des périodes."))
        return redirect("inventory:booking_new", here.pk)
    try:
        wait_for(user, here.pk, form.wanted())
    except ObjectDoesNotExist:
        raise Http404 from None
    except SlotImpossible as error:
        messages.error(request, str(error))
        return redirect("inventory:booking_new", here.pk)
    messages.success(request, _("Nous vous prévenons dès que la période se libère."))
    return redirect("inventory:my_bookings")


urlpatterns: list[URLPattern] = [
    path("reservations/objets/<int:pk>/reserver/", new, name="booking_new"),
    path("reservations/objets/<int:pk>/chaque-semaine/", weekly, name="booking_weekly"),
    path("reservations/objets/<int:pk>/attendre/", wait, name="booking_wait"),
    path("reservations/<int:pk>/modifier/", change, name="booking_change"),
]
