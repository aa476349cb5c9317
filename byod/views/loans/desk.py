"""The desk: begin a session, scan, undo, change, end."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from byod.access.loans.desk import can_lend, can_lend_somewhere
from byod.actions.loans.desk import change_desk, end_desk, mark_absent, open_desk
from byod.actions.loans.scan import AT_MOST, Answer, Scanned, record_scans, undo_scan
from byod.actions.people.read_names import names_of
from byod.desk_shown import DeskShown, desk_shown
from byod.desk_words import outcome_word, refusal_words
from byod.forms.loans.desk import DeskForm
from byod.loan_days import year_end
from byod.models.loans.desks import LoanDesk
from byod.models.people.members import MEMBER_READERS, Member, SchoolClass
from byod.rules.loans.desk import ACTS, BADGES, GOOD
from inventory.access import DecisionImpossible, require
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q
from schools.views.doors import user_of

ACT_NAMES = frozenset({"scan", "without", "back", "grade"})


def lending_sites(user: User) -> list[Site]:
    """The sites where the person lends."""
    rows = Site.objects.open().filter(sites_q(scope_of(user, MEMBER_READERS)))
    return list(rows.select_related("school").order_by("school__name", "name")[:20])


def site_of(request: HttpRequest, own: list[Site]) -> Site:
    """The site of the address bar, else one's first. 404 where there is none."""
    key = request.GET.get("site", "")
    if key.isdecimal() and len(key) < 19:
        seen = Site.objects.visible_to(user_of(request)).select_related("school")
        return get_object_or_404(seen, pk=int(key))
    if not own:
        raise Http404
    return own[0]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """GET, POST `/prets/guichet/`: carry one's session on, or begin one."""
    user = user_of(request)
    require(can_lend_somewhere(user))
    own = lending_sites(user)
    site = site_of(request, own)
    require(can_lend(user, site))
    running = LoanDesk.objects.open().filter(clerk=user, site=site).first()
    if running is not None:
        return redirect("byod:loan_desk_now", running.pk)
    end = year_end(site, timezone.localdate())
    form = DeskForm(request.POST or None, site=site, due_on=end)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        made = open_desk(
            user,
            site.pk,
            chosen["due_on"],
            mode=chosen["mode"],
            school_class=chosen["school_class"].pk if chosen["school_class"] else None,
        )
        return redirect("byod:loan_desk_now", made.pk)
    context = {
        "menu": "loan_desk",
        "crumbs": [(_("Prêts"), reverse("byod:loans")), (_("Guichet"), None)],
        "form": form,
        "site": site,
        "sites": own,
        "before": LoanDesk.objects.filter(clerk=user, site=site)[:5],
    }
    return render(request, "byod/loans/desk_start.html", context)


def desk_of(user: User, pk: int) -> LoanDesk:
    """The session, if the person sees it."""
    seen = LoanDesk.objects.visible_to(user)
    rows = seen.select_related("site__school", "school_class", "pupil", "pupil__school_class")
    return get_object_or_404(rows.select_related("loan"), pk=pk)


@never_cache
@require_GET
@login_required
def now(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/prets/guichet/<id>/`: the page, with the names that it needs, once."""
    user = user_of(request)
    desk = desk_of(user, pk)
    require(can_lend(user, desk.site))
    if desk.ended_at is not None:
        messages.info(request, _("Cette séance est terminée. Ouvrez-en une autre."))
        return redirect(f"{reverse('byod:loan_desk')}?site={desk.site_id}")
    shown = desk_shown(desk)
    context = {
        "menu": "loan_desk",
        "crumbs": [
            (desk.site.school.name, None),
            (_("Prêts"), reverse("byod:loans")),
            (_("Guichet"), None),
        ],
        "d": shown,
        "desk": desk,
        "names": _names(user, _members_of(shown)),
        "classes": SchoolClass.objects.open().filter(site=desk.site).order_by("name"),
        "keep_days": settings.KEEP_LOAN_IDENTITY_DAYS,
    }
    return render(request, "byod/loans/desk.html", context)


def _members_of(shown: DeskShown) -> list[Member]:
    """Whoever the page tells by name."""
    rows = [line.member for line in shown.lines if line.member]
    if shown.school_class is not None:
        rows += [one.member for one in shown.school_class.pupils]
    if shown.pupil is not None:
        rows.append(shown.pupil)
    return list({row.pk: row for row in rows}.values())


def _names(user: User, members: list[Member]) -> dict[str, str]:
    """Key → name, as the page keeps them; the reading is written down."""
    if not members:
        return {}
    return {str(pk): str(named) for pk, named in names_of(user, members, "loan_desk").items()}


@never_cache
@require_POST
@login_required
def scans(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/prets/guichet/<id>/lectures/`: `{"scans": [{"key", "text", "act", "at"}], "undo":
    [key], "known": [member]}`. The same keys again change nothing. 409 once the session is over."""
    user = user_of(request)
    desk = desk_of(user, pk)
    require(can_lend(user, desk.site))
    try:
        body = json.loads(request.body or b"{}")
        wanted, undone = read_queue(body)
        known = {int(one) for one in body.get("known", [])[:2000]}
    except (ValueError, KeyError, TypeError, AttributeError):
        words = _("Envoi illisible\u00a0: rechargez la page, vos lectures y restent.")
        return JsonResponse({"error": words}, status=400)
    told_undo = []
    try:
        answers = record_scans(user, pk, wanted)
        for key in undone:
            undo_scan(user, pk, key)
            told_undo.append(str(key))
    except DecisionImpossible as refused:
        return JsonResponse({"error": str(refused), "closed": True}, status=409)
    return JsonResponse(_told(user, desk_of(user, pk), answers, told_undo, known))


def read_queue(body: Any) -> tuple[list[Scanned], list[uuid.UUID]]:
    """What a browser's queue holds. Raises ValueError, KeyError, TypeError where it is not one."""
    rows = [
        Scanned(
            key=uuid.UUID(str(one["key"])),
            text=str(one.get("text", "")).replace("\x00", "")[:300],
            act=one["act"] if one.get("act") in ACT_NAMES else "scan",
            at=_moment(one.get("at")),
        )
        for one in list(body.get("scans", []))[:AT_MOST]
    ]
    return rows, [uuid.UUID(str(key)) for key in list(body.get("undo", []))[:AT_MOST]]


def _moment(text: Any) -> dt.datetime | None:
    at = parse_datetime(str(text)) if text else None
    return None if at is None or is_naive(at) else at


def _told(
    user: User, desk: LoanDesk, answers: list[Answer], undone: list[str], known: set[int]
) -> dict[str, Any]:
    """Each scan in words, and the parts of the page anew; names of those the page lacks."""
    shown = desk_shown(desk)
    chosen = [one for answer in answers for one in answer.choices]
    fresh = [one for one in [*_members_of(shown), *chosen] if one.pk not in known]
    return {
        "read": [_one(answer) for answer in answers],
        "undone": undone,
        "html": fragments(desk, shown),
        "prompt": shown.prompt,
        "step": shown.step.value,
        "names": _names(user, fresh),
    }


def fragments(desk: LoanDesk, shown: DeskShown) -> dict[str, str]:
    """The parts of the page, without a name in them."""
    context = {"d": shown, "desk": desk}
    parts = ("slots", "log", "class")
    return {part: render_to_string(f"byod/loans/desk/_{part}.html", context) for part in parts}


def _one(answer: Answer) -> dict[str, Any]:
    scan = answer.scan
    state, icon = BADGES[scan.outcome]
    loan = scan.loan
    return {
        "key": str(scan.key),
        "outcome": scan.outcome,
        "good": scan.outcome in GOOD,
        "act": scan.outcome in ACTS,
        "again": answer.again,
        "state": state,
        "icon": icon,
        "word": outcome_word(scan.outcome),
        "words": answer.words or refusal_words(scan.outcome, scan.item),
        "device": loan.item.device.name if loan else (str(scan.item) if scan.item else ""),
        "member": loan.borrower_id if loan else None,
        "choices": [
            {"pk": one.pk, "pseudonym": one.pseudonym, "class": str(one.school_class or "")}
            for one in answer.choices
        ],
    }


@require_POST
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/prets/guichet/<id>/changer/`: direction, class, due date."""
    user = user_of(request)
    desk = desk_of(user, pk)
    require(can_lend(user, desk.site))
    chosen = request.POST.get("classe", "")
    day = request.POST.get("jour", "")
    try:
        due_on = parse_date(day) if day else None
    except ValueError:
        due_on = None
    if day and due_on is None:
        messages.error(request, _("Ce jour n’existe pas\u00a0: vérifiez la date du retour."))
        return redirect("byod:loan_desk_now", pk)
    known = chosen.isdecimal() and len(chosen) < 19
    try:
        changed = change_desk(
            user,
            pk,
            mode=request.POST.get("sens") or None,
            school_class=int(chosen) if known else (0 if chosen == "toutes" else None),
            due_on=due_on,
        )
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
        return redirect("byod:loan_desk_now", pk)
    if due_on is not None and changed.due_on != due_on:
        messages.info(
            request,
            _("L’école est fermée ce jour-là\u00a0: à rendre le %(day)s.")
            % {"day": f"{changed.due_on:%d/%m/%Y}"},
        )
    return redirect("byod:loan_desk_now", pk)


@require_POST
@login_required
def absent(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/prets/guichet/<id>/absent/`: a pupil of the class is not there, or is after all."""
    user = user_of(request)
    desk = desk_of(user, pk)
    require(can_lend(user, desk.site))
    member = request.POST.get("eleve", "")
    if not member.isdecimal() or len(member) > 18:
        raise Http404
    try:
        mark_absent(user, pk, int(member))
    except DecisionImpossible as refused:
        return JsonResponse({"error": str(refused), "closed": True}, status=409)
    return JsonResponse(_told(user, desk_of(user, pk), [], [], {int(member)} | _all_known(request)))


def _all_known(request: HttpRequest) -> set[int]:
    """The members whose names the page has."""
    told = request.POST.get("connus", "").split(",")
    return {int(one) for one in told if one.isdecimal() and len(one) < 19}


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/prets/guichet/<id>/terminer/`."""
    user = user_of(request)
    try:
        desk = end_desk(user, pk)
    except ObjectDoesNotExist:
        raise Http404 from None
    messages.success(request, _("Séance terminée. Les noms ne sont plus affichés."))
    if desk.school_class_id:
        return redirect("byod:loan_class", desk.school_class_id)
    return redirect("byod:loans")


urlpatterns: list[URLPattern] = [
    path("prets/guichet/", start, name="loan_desk"),
    path("prets/guichet/<int:pk>/", now, name="loan_desk_now"),
    path("prets/guichet/<int:pk>/lectures/", scans, name="loan_desk_scans"),
    path("prets/guichet/<int:pk>/changer/", change, name="loan_desk_change"),
    path("prets/guichet/<int:pk>/absent/", absent, name="loan_desk_absent"),
    path("prets/guichet/<int:pk>/terminer/", end, name="loan_desk_end"),
]
