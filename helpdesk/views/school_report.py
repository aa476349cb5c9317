"""Signaler un problème: one question per screen, reversible, kept in the session until sent."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from helpdesk.actions.report_problem import ReportData, report_problem
from helpdesk.forms_school import SINCE, DescribeForm, RecapForm
from helpdesk.hours import hours_at
from helpdesk.models import EventKind, Ticket
from helpdesk.plain_words import before, clock
from helpdesk.problems import UNSEEN, Subject, load_problems
from helpdesk.report_draft import (
    Draft,
    draft_photo,
    drop_draft,
    drop_draft_photo,
    keep_draft_photo,
    load_draft,
    new_draft,
    save_draft,
)
from helpdesk.rules import priority_for_report
from helpdesk.school_equipment import find_devices
from helpdesk.school_now import FaultCard, school_now
from helpdesk.service import service
from helpdesk.views.school_site import at_school, context_of, user_of, writers_only
from inventory.models import Category, Device
from schools.calendars.hours import deadline
from schools.models import Room, Site
from schools.photos import CONTENT_TYPE, PhotoRefused, reencode

PAGES = {
    "subject": "helpdesk:report",
    "symptom": "helpdesk:report_symptom",
    "place": "helpdesk:report_place",
    "look": "helpdesk:report_look",
    "recap": "helpdesk:report_recap",
}


def draft_of(request: HttpRequest, site: Site) -> Draft:
    """The report under way, or an empty one."""
    return load_draft(request.session, site.pk) or new_draft(site.pk)


def onward(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Keep the draft and go to the first question still open."""
    save_draft(request.session, draft)
    return redirect(PAGES[draft.missing])


def page_of(
    request: HttpRequest, site: Site, draft: Draft, step: int, **extra: Any
) -> HttpResponse:
    """The screen of one step; ``template`` in ``extra`` names it."""
    name = extra.pop("template")
    context = context_of(request, site, "report", draft=draft, step=step, unseen=UNSEEN, **extra)
    return render(request, f"helpdesk/school/report_{name}.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@at_school
@writers_only
def subject(request: HttpRequest, site: Site) -> HttpResponse:
    """Step 1: what is it about? Known faults stand first."""
    draft = draft_of(request, site)
    problems = load_problems()
    if request.method == "POST":
        if problems.subject(request.POST.get("subject", "")) is None:
            raise Http404
        draft.choose_subject(request.POST["subject"])
        return onward(request, draft)
    if named := request.GET.get("device", ""):
        return _start_from_device(request, site, named)
    known = _known(request, site)
    return page_of(
        request, site, draft, 1, template="subject", subjects=problems.subjects, known=known
    )


def _known(request: HttpRequest, site: Site) -> list[FaultCard]:
    """Faults that have a ticket and are not over: no need to report them."""
    page = school_now(site, user_of(request), timezone.now())
    return [card for card in page.cards if card.state != "recover"]


def _start_from_device(request: HttpRequest, site: Site, named: str) -> HttpResponse:
    """A report that starts from the list of equipment already knows the device and the room."""
    found = find_devices(site, user_of(request))
    device = get_object_or_404(found, pk=int(named) if named.isdecimal() else 0)
    draft = new_draft(site.pk)
    drop_draft(request.session)
    fitting = (s for s in load_problems().subjects if device.product.category in s.categories)
    about = next(fitting, None)
    draft.subject = about.key if about else _network_subject(device.product.category)
    draft.device, draft.room, draft.place_done = device.pk, device.room_id, True
    return onward(request, draft)


def _network_subject(category: str) -> str:
    network = {Category.ROUTER, Category.SWITCH, Category.CONTROLLER}
    return "internet" if category in network else "other"


@require_http_methods(["GET", "POST"])
@never_cache
@at_school
@writers_only
def symptom(request: HttpRequest, site: Site) -> HttpResponse:
    """Step 1, second half: what exactly goes wrong?"""
    draft = draft_of(request, site)
    about = draft.about
    if about is None or not about.symptoms:
        return onward(request, draft)
    if request.method == "POST":
        if about.symptom(request.POST.get("symptom", "")) is None:
            raise Http404
        draft.symptom = request.POST["symptom"]
        return onward(request, draft)
    known = [card for card in _known(request, site) if _about_same(card, about)]
    return page_of(request, site, draft, 1, template="symptom", about=about, known=known)


def _about_same(card: FaultCard, about: Subject) -> bool:
    live = (c.incident for c in card.ticket.causes.all() if c.recovered_at is None)
    return any(incident.service in about.services for incident in live)


@require_http_methods(["GET", "POST"])
@never_cache
@at_school
@writers_only
def look(request: HttpRequest, site: Site) -> HttpResponse:
    """Step 3: one harmless visual question, and a photo if that helps."""
    draft = draft_of(request, site)
    question = draft.question
    if question is None:
        return onward(request, draft)
    if request.method == "POST":
        value = request.POST.get("look", "")
        if value != UNSEEN and not question.title_of(value):
            raise Http404
        draft.look = value
        return onward(request, draft)
    return page_of(request, site, draft, 3, template="look", question=question)


@require_POST
@at_school
@writers_only
def photo(request: HttpRequest, site: Site) -> HttpResponse:
    """Take, replace or remove the photo of the draft; then back to where the person was."""
    draft = draft_of(request, site)
    file = request.FILES.get("photo")
    if "remove" in request.POST:
        drop_draft_photo(draft)
    elif file is None:
        messages.error(request, _("Choisissez d’abord une photo."))
    else:
        try:
            jpeg = reencode(file, file.size or 0)
            drop_draft_photo(draft)
            draft.photo = keep_draft_photo(jpeg)
        except PhotoRefused as refusal:
            messages.error(request, str(refusal))
    save_draft(request.session, draft)
    back = request.POST.get("back", "")
    return redirect(PAGES.get(back, PAGES["recap"]))


@require_GET
@never_cache
@at_school
def waiting_photo(request: HttpRequest, site: Site) -> HttpResponse:
    """The photo of one's own draft."""
    draft = load_draft(request.session, site.pk)
    jpeg = draft_photo(draft.photo) if draft else None
    if jpeg is None:
        raise Http404
    response = HttpResponse(jpeg, content_type=CONTENT_TYPE)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "POST"])
@never_cache
@at_school
@writers_only
def recap(request: HttpRequest, site: Site) -> HttpResponse:
    """Step 4: is that it? Then send."""
    draft = load_draft(request.session, site.pk)
    if request.method == "POST" and draft is None:
        return _sent_before(request)
    if draft is None or draft.missing != "recap":
        return onward(request, draft or new_draft(site.pk))
    form_class = RecapForm if draft.what else DescribeForm
    initial = {"text": draft.text, "since": draft.since, "used_today": draft.used_today}
    form = form_class(request.POST or None, initial={**initial, "request_key": draft.key})
    if request.method == "POST":
        draft.text = request.POST.get("text", "")[:4000]
        draft.since = request.POST.get("since", "")
        draft.used_today = "used_today" in request.POST
        save_draft(request.session, draft)
        if form.is_valid():
            return _send(request, site, draft)
    context = {"form": form, "lines": _lines(site, draft), "promise": _promise(site, draft)}
    return page_of(request, site, draft, 4, template="recap", **context)


@require_GET
@never_cache
@at_school
def promise(request: HttpRequest, site: Site) -> HttpResponse:
    """The promise again, when “this room is used today” changes."""
    draft = draft_of(request, site)
    draft.used_today = "used_today" in request.GET
    return render(request, "helpdesk/school/_promise.html", {"promise": _promise(site, draft)})


def _promise(site: Site, draft: Draft) -> str:
    """By when we commit to mend it, in words; empty when nobody can tell."""
    asked = bool(draft.what and draft.what.request)
    priority = priority_for_report(draft.subject, draft.used_today, request=asked)
    now = timezone.now()
    due = deadline(now, service().promise(priority), hours_at(site, timezone.localdate(now)))
    return before(due, now) if due else ""


def _title(draft: Draft, device: Device | None) -> str:
    if draft.what:
        return str(draft.what.title)
    if device is not None:
        return _("Problème avec %(name)s") % {"name": device.name}
    first = draft.text.strip().splitlines()[0] if draft.text.strip() else str(_("Autre chose"))
    return first[:80]


def _places(site: Site, draft: Draft) -> tuple[Room | None, Device | None]:
    room = Room.objects.filter(site=site, pk=draft.room).first() if draft.room else None
    device = Device.objects.filter(site=site, pk=draft.device).first() if draft.device else None
    return room, device


def _lines(site: Site, draft: Draft) -> list[tuple[str, str, str]]:
    """The recap: label, answer, page that changes it."""
    room, device = _places(site, draft)
    about, question = draft.about, draft.question
    lines = []
    if about is not None:
        what = str(draft.what.title if draft.what else about.title)
        lines.append((_("Problème"), what, PAGES["symptom" if about.symptoms else "subject"]))
    if about is not None and about.place:
        parts = [device.name] if device else []
        parts += [_("local %(name)s") % {"name": room.name}] if room else []
        lines.append((_("Où"), ", ".join(parts) or _("je ne sais pas"), PAGES["place"]))
    if question is not None:
        lines.append((_("Votre coup d’œil"), question.title_of(draft.look), PAGES["look"]))
    return lines


def _said(site: Site, draft: Draft) -> tuple[tuple[str, str], ...]:
    """The answers as the person read them, to be kept with the report."""
    said = []
    for label, value, page in _lines(site, draft):
        looked = draft.question is not None and page == PAGES["look"]
        said.append((str(draft.question.label) if looked and draft.question else label, value))
    if draft.since and draft.since in dict(SINCE):
        said.append((_("Depuis"), str(dict(SINCE)[draft.since])))
    return tuple(said)


def _send(request: HttpRequest, site: Site, draft: Draft) -> HttpResponse:
    room, device = _places(site, draft)
    data = ReportData(
        site=site,
        subject=draft.subject,
        title=_title(draft, device),
        request=bool(draft.what and draft.what.request),
        room=room,
        device=device,
        text=draft.text,
        used_today=draft.used_today,
        said=_said(site, draft),
        version=load_problems().version,
        photo=draft_photo(draft.photo),
    )
    ticket = report_problem(user_of(request), data, uuid.UUID(draft.key))
    drop_draft(request.session)
    return redirect("helpdesk:report_sent", ticket.pk)


def _sent_before(request: HttpRequest) -> HttpResponse:
    """The second tap of a report that is already sent."""
    try:
        key = uuid.UUID(request.POST.get("request_key", ""))
    except ValueError:
        return redirect(PAGES["subject"])
    seen = Ticket.objects.visible_to(user_of(request))
    ticket = (
        seen.filter(request_key=key).first()
        or seen.filter(events__data__request_key=str(key)).first()
    )
    return redirect("helpdesk:report_sent", ticket.pk) if ticket else redirect(PAGES["subject"])


@require_POST
@at_school
@writers_only
def join(request: HttpRequest, site: Site) -> HttpResponse:
    """“That is it”: follow the ticket of the known fault instead of opening another."""
    asked, key = request.POST.get("ticket", ""), draft_of(request, site).key
    seen = Ticket.objects.visible_to(user_of(request)).filter(site=site)
    ticket = get_object_or_404(seen, pk=int(asked) if asked.isdecimal() else 0)
    data = ReportData(site=site, subject="", title="", joins=ticket.pk)
    report_problem(user_of(request), data, uuid.uuid5(uuid.UUID(key), str(ticket.pk)))
    drop_draft(request.session)
    messages.success(request, _("C’est noté : vous suivez cette panne. Ajoutez un mot si besoin."))
    return redirect("helpdesk:request", ticket.pk)


@require_POST
@at_school
def leave(request: HttpRequest, site: Site) -> HttpResponse:
    """Quit: the draft is thrown away."""
    drop_draft(request.session)
    return redirect("helpdesk:my_school")


@require_GET
@at_school
def sent(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """The report has arrived: its number, what happens next, by when."""
    ticket = get_object_or_404(Ticket.objects.visible_to(user_of(request)), pk=pk)
    mine = ticket.events.filter(actor=user_of(request))
    joined = mine.filter(kind=EventKind.JOINED).exists()
    if not joined and ticket.opened_by_id != request.user.pk:
        raise PermissionDenied(_("Ce n’est pas vous qui avez signalé ce problème."))
    now: dt.datetime = timezone.now()
    context = context_of(
        request,
        site,
        "report",
        ticket=ticket,
        joined=joined,
        seen_at=clock(ticket.detected_at or ticket.opened_at, now),
        promise=before(ticket.due_at, now) if ticket.due_at and ticket.due_at > now else "",
    )
    return render(request, "helpdesk/school/report_sent.html", context)
