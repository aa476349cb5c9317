"""What a school shares, its lesson periods, and the secret address of one's calendar."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.access.booking import can_set_grid, can_share, require
from inventory.actions.booking.keep_bookable import (
    add_bookable,
    change_bookable,
    restore_bookable,
    withdraw_bookable,
)
from inventory.actions.booking.make_feed import digest_of, make_feed, revoke_feed
from inventory.actions.booking.set_lesson_grid import set_lesson_grid
from inventory.booking.feed import bookings_fed, calendar_of
from inventory.booking.slots import SlotImpossible
from inventory.forms_booking import MOST_PERIODS, BookableForm, GridForm
from inventory.models import Bookable, CalendarFeed, LessonGrid
from inventory.rules.booking import Day, Lesson, usual_grid
from inventory.views.booking_new import bookable_seen
from schools.models import School, Site
from schools.views.doors import user_of

GRIDS = 6


@require_http_methods(["GET", "POST"])
@login_required
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/reservations/partager/<implantation>/`: share something of a site."""
    user = user_of(request)
    seen = Site.objects.visible_to(user).select_related("school")
    site = get_object_or_404(seen, pk=pk)
    require(can_share(user, site))
    form = BookableForm(request.POST or None, site=site, instance=Bookable(site=site))
    if request.method == "POST" and form.is_valid():
        try:
            made = add_bookable(user, site.pk, form.values(), form.keys())
        except SlotImpossible as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("« %(name)s » est partagé.") % {"name": made.name})
            return redirect(f"{reverse('inventory:bookings')}?site={site.pk}")
    return _form_page(request, site, form)


@require_http_methods(["GET", "POST"])
@login_required
def bookable(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/reservations/objets/<id>/`: change what is shared."""
    here, user = bookable_seen(request, pk), user_of(request)
    require(can_share(user, here.site))
    version = here.version
    form = BookableForm(request.POST or None, site=here.site, instance=here)
    if request.method == "POST" and form.is_valid():
        shown = request.POST.get("version", "")
        known = int(shown) if shown.isdecimal() and len(shown) < 10 else 0
        try:
            change_bookable(user, pk, form.values(), form.keys(), version=known)
        except SlotImpossible as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Fiche enregistrée."))
            return redirect(f"{reverse('inventory:bookings')}?site={here.site_id}")
    return _form_page(request, here.site, form, here, version)


def _form_page(
    request: HttpRequest,
    site: Site,
    form: BookableForm,
    here: Bookable | None = None,
    version: int = 0,
) -> HttpResponse:
    week = f"{reverse('inventory:bookings')}?site={site.pk}"
    title = _("Matériel partagé") if here else _("Partager un matériel")
    context = {
        "menu": "bookings",
        "crumbs": [(_("Réservations"), week), (str(site), week), (title, None)],
        "title": title,
        "site": site,
        "form": form,
        "here": here,
        "version": version,
    }
    return render(request, "inventory/booking/bookable.html", context)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/reservations/objets/<id>/retirer/`."""
    return _keep(request, pk, back=False)


@require_POST
@login_required
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/reservations/objets/<id>/reprendre/`."""
    return _keep(request, pk, back=True)


def _keep(request: HttpRequest, pk: int, *, back: bool) -> HttpResponse:
    step = restore_bookable if back else withdraw_bookable
    try:
        step(user_of(request), pk)
    except ObjectDoesNotExist:
        raise Http404 from None
    except SlotImpossible as error:
        messages.error(request, str(error))
    return redirect("inventory:bookable", pk)


# --- lesson periods ---


@require_http_methods(["GET", "POST"])
@login_required
def lesson_grid(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/reservations/periodes/<école>/`: the periods of a week, from a day on."""
    user = user_of(request)
    school = get_object_or_404(School.objects.visible_to(user), pk=pk)
    require(can_set_grid(user, school))
    today = timezone.localdate()
    known = LessonGrid.objects.filter(school=school).on(today).first()
    grid = _grid(known) if known else usual_grid()
    slots = max(8, *(len(lessons) for lessons in grid.values()))
    more = request.POST.get("lignes", "")
    if more.isdecimal() and len(more) < 3:
        slots = min(max(slots, int(more)), MOST_PERIODS)
    if "ajouter" in request.POST:
        slots = min(slots + 1, MOST_PERIODS)
    form = GridForm(request.POST or None, grid=grid, slots=slots)
    if request.method == "POST" and "ajouter" not in request.POST and form.is_valid():
        try:
            set_lesson_grid(user, pk, form.cleaned_data["from_on"], form.grid())
        except SlotImpossible as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Grille enregistrée."))
            return redirect("inventory:lesson_grid", pk)
    context = {
        "menu": "bookings",
        "crumbs": [(_("Réservations"), reverse("inventory:bookings")), (_("Périodes"), None)],
        "school": school,
        "form": form,
        "slots": slots,
        "may_have_more": slots < MOST_PERIODS,
        "numbers": range(1, slots + 1),
        "proposed": known is None,
        "grids": LessonGrid.objects.filter(school=school).select_related("made_by")[:GRIDS],
    }
    return render(request, "inventory/booking/periods.html", context)


def _grid(known: LessonGrid) -> dict[int, Day]:
    found: dict[int, list[Lesson]] = {}
    for row in known.periods.order_by("weekday", "rank"):
        lesson = Lesson(row.rank, row.starts_min, row.ends_min, row.name)
        found.setdefault(row.weekday, []).append(lesson)
    return {day: tuple(lessons) for day, lessons in found.items()}


# --- the secret calendar ---


@require_POST
@login_required
def feed_make(request: HttpRequest) -> HttpResponse:
    """POST `/reservations/agenda/`: a new secret address, shown once on the next page."""
    token = make_feed(user_of(request))
    address = reverse("inventory:feed", args=[token])
    request.session["feed_address"] = f"{settings.PREAU_URL}{address}"
    return redirect(f"{reverse('inventory:my_bookings')}#agenda")


@require_POST
@login_required
def feed_revoke(request: HttpRequest) -> HttpResponse:
    """POST `/reservations/agenda/revoquer/`: the address opens nothing any more."""
    revoke_feed(user_of(request))
    messages.success(request, _("L’adresse de votre agenda n’ouvre plus rien."))
    return redirect("inventory:my_bookings")


@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """GET `/reservations/agenda/<secret>.ics`: for a calendar program, which signs in nowhere."""
    held = CalendarFeed.objects.filter(digest=digest_of(token)).select_related("person").first()
    if held is None or not held.person.is_active:
        raise Http404
    now = timezone.now()
    body = calendar_of(bookings_fed(held.person, now), now)
    CalendarFeed.objects.filter(pk=held.pk).update(read_at=now)
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, max-age=300"
    answer["Content-Disposition"] = 'inline; filename="reservations.ics"'
    return answer


urlpatterns: list[URLPattern] = [
    path("reservations/partager/<int:pk>/", share, name="share"),
    path("reservations/objets/<int:pk>/", bookable, name="bookable"),
    path("reservations/objets/<int:pk>/retirer/", withdraw, name="bookable_withdraw"),
    path("reservations/objets/<int:pk>/reprendre/", restore, name="bookable_restore"),
    path("reservations/periodes/<int:pk>/", lesson_grid, name="lesson_grid"),
    path("reservations/agenda/", feed_make, name="feed_make"),
    path("reservations/agenda/revoquer/", feed_revoke, name="feed_revoke"),
    path("reservations/agenda/<str:token>.ics", feed, name="feed"),
]
