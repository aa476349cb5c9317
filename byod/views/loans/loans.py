"""Loans of the school: the list, its export, one loan and what is done with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from byod.access.loans.desk import can_lend, can_lend_somewhere
from byod.actions.loans.damages import Told, report_damage, settle_damage
from byod.actions.loans.extend import extend_loans
from byod.actions.loans.hand_out import undo_hand_out
from byod.actions.loans.note_condition import add_photo, damaged_parts, note_condition
from byod.actions.loans.reserve import release_device
from byod.actions.loans.sign_terms import terms_for
from byod.actions.loans.take_back import take_back, take_charger_back, undo_take_back
from byod.actions.people.read_names import names_of
from byod.listing_loans import SORTS, filters_for, loans_asked
from byod.loan_words import badge_of, damage_badge
from byod.models.loans.conditions import PART_WORDS, PARTS, Grade, LoanPhoto, Moment
from byod.models.loans.damages import DamageKind, LoanDamage
from byod.models.loans.loans import Loan, LoanState
from byod.models.people.members import Member
from byod.views.loans.tabs import tabs_of
from inventory.access import DecisionImpossible, require
from schools.filters import filtered, shown
from schools.journal import verb_of
from schools.keyset import in_order, page_of
from schools.models import AuditEntry, User
from schools.photos import CONTENT_TYPE, PhotoRefused
from schools.rules import Refused
from schools.sheets import CHUNK, EXPORT_AT_MOST, sheet_paths, sheet_response
from schools.views.doors import user_of

HISTORY = 30


@never_cache
@require_GET
@login_required
def loans(request: HttpRequest) -> HttpResponse:
    """GET `/prets/`: names on the screen alone, and their reading is written down."""
    user, today = user_of(request), timezone.localdate()
    require(can_lend_somewhere(user))
    sort = request.GET.get("tri", "")
    sort = sort if sort in SORTS else "recent"
    asked = loans_asked(user, request.GET)
    rows, after = page_of(asked, SORTS[sort][1], request.GET.get("apres", ""))
    filters = filters_for(user)
    counts = (
        Loan.objects.visible_to(user)
        .out()
        .aggregate(
            out=Count("pk"),
            late=Count("pk", filter=Q(due_on__lt=today)),
            unsigned=Count("pk", filter=Q(signature=None)),
        )
    )
    context = {
        "menu": "loans",
        "crumbs": [(_("Prêts"), None)],
        "tabs": tabs_of(user),
        "rows": [(row, badge_of(row, today)) for row in rows],
        "names": names_for(user, [row.borrower for row in rows if row.borrower], "loan_list"),
        "total": asked.count(),
        **counts,
        "after": after,
        "sort": sort,
        "sorts": [(key, label) for key, (label, _columns) in SORTS.items()],
        "filters": shown(filters, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(filters, request.GET),
    }
    return render(request, "byod/loans/loans.html", context)


def names_for(user: User, members: Iterable[Member], why: str) -> dict[int, str]:
    """Key → name; nothing is read where there is nobody."""
    found = list({one.pk: one for one in members}.values())
    return {pk: str(named) for pk, named in names_of(user, found, why).items()} if found else {}


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/prets/export.csv`: the same filters, by pseudonym."""
    user = user_of(request)
    require(can_lend_somewhere(user))
    heads = [
        *(_("Appareil"), _("Modèle"), _("Chargeur"), _("Pseudonyme"), _("Classe"), _("État")),
        *(_("Prêté le"), _("À rendre le"), _("Rendu le"), _("Implantation")),
    ]
    rows = in_order(loans_asked(user, request.GET), SORTS["recent"][1])[:EXPORT_AT_MOST]
    cells = _cells(rows.iterator(chunk_size=CHUNK))
    return sheet_response(request, "prets", heads, cells, ending=ending, people=True)


def _cells(rows: Iterable[Loan]) -> Iterator[list[object]]:
    for row in rows:
        yield [
            row.item.device.name,
            str(row.item.device.product),
            row.charger.device.name if row.charger else "",
            row.borrower.pseudonym if row.borrower else "",
            str(row.borrower.school_class or "") if row.borrower else "",
            row.get_state_display(),
            row.out_at,
            row.due_on,
            row.returned_at,
            row.site.name,
        ]


def loan_of(user: User, pk: int) -> Loan:
    """The loan, if the person sees it."""
    seen = Loan.objects.visible_to(user).select_related(
        *("site__school", "item__device__product", "item__pool", "charger__device"),
        *("borrower__school_class", "request", "replaces__item__device"),
    )
    return get_object_or_404(seen, pk=pk)


@never_cache
@require_GET
@login_required
def loan(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/prets/<id>/`: who, what, until when; condition, damage, terms, history."""
    user, today = user_of(request), timezone.localdate()
    row = loan_of(user, pk)
    may = can_lend(user, row.site)
    borrowers = [row.borrower] if row.borrower else []
    damages = list(row.damages.select_related("item__device").order_by("-told_at"))
    tickets = import_string(settings.DAMAGE_TICKETS)([one.pk for one in damages])
    signature = getattr(row, "signature", None)
    context = {
        "menu": "loans",
        "crumbs": [(_("Prêts"), reverse("byod:loans")), (row.item.device.name, None)],
        "row": row,
        "badge": badge_of(row, today),
        "name": names_for(user, borrowers, "loan").get(row.borrower_id or 0, ""),
        "may": bool(may),
        "why_not": may.why if isinstance(may, Refused) else "",
        "sides": sides_of(row),
        "worse": [PART_WORDS[part] for part in damaged_parts(row)],
        "worse_keys": damaged_parts(row),
        "grades": Grade.choices,
        "damages": [(one, damage_badge(one), tickets.get(one.pk)) for one in damages],
        "kinds": DamageKind.choices,
        "today": today,
        "signature": signature,
        "terms": terms_for(row) if signature is None else None,
        "history": history_of(row),
    }
    return render(request, "byod/loans/loan.html", context)


def sides_of(row: Loan) -> list[dict[str, Any]]:
    """Hand-out and return side by side: grades and photos. Those that can be written are open."""
    checks = {check.moment: check for check in row.checks.all()}
    photos = list(row.photos.all())
    sides = []
    for moment in Moment:
        check = checks.get(moment)
        open_ = row.state == (LoanState.RETURNED if moment == Moment.BACK else LoanState.OUT)
        parts = [
            {
                "key": part,
                "label": PART_WORDS[part],
                "grade": str(getattr(check, part)) if check else "",
            }
            for part in PARTS
            if part != "charger" or row.charger_id
        ]
        pictures = [photo for photo in photos if photo.moment == moment]
        sides.append(
            {
                "moment": moment.value,
                "label": capfirst(str(moment.label)),
                "check": check,
                "parts": parts,
                "photos": pictures,
                "open": open_,
            }
        )
    return sides


def history_of(row: Loan) -> list[tuple[dt.datetime, str, str]]:
    """When, what, by whom: from the journal, where no pupil is told."""
    entries = AuditEntry.objects.filter(object_type="byod.loan", object_id=str(row.pk))
    return [
        (one.at, str(verb_of(one.action, one.object_type)), one.actor_text)
        for one in entries.order_by("-pk")[:HISTORY]
    ]


# --- what is done with one ---


@require_POST
@login_required
def act(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """POST `/prets/<id>/<geste>/`: one action, then the loan again."""
    user = user_of(request)
    try:
        Loan.objects.visible_to(user).values_list("pk").get(pk=pk)
        _do(request, user, pk, deed)
    except ObjectDoesNotExist:
        raise Http404 from None
    except (DecisionImpossible, PhotoRefused) as refused:
        messages.error(request, str(refused))
    url = reverse("byod:loan", args=[pk])
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)


def _do(request: HttpRequest, user: User, pk: int, deed: str) -> None:
    told = ""
    match deed:
        case "back":
            take_back(user, pk)
            told = _("Retour noté.")
        case "undo_back":
            undo_take_back(user, pk)
            told = _("Retour annulé\u00a0: l’appareil est prêté.")
        case "undo_out":
            undo_hand_out(user, pk)
            told = _("Prêt annulé.")
        case "release":
            release_device(user, pk)
            told = _("Réservation annulée.")
        case "charger":
            take_charger_back(user, pk, came=request.POST.get("rendu") != "non")
            told = _("Chargeur noté.")
        case "extend":
            row = extend_loans(user, [pk], _day(request, "jour") or timezone.localdate())[0]
            told = _("À rendre le %s.") % f"{row.due_on:%d/%m/%Y}"
        case "condition":
            told = _condition(request, user, pk)
        case "damage":
            report_damage(user, pk, _reported(request))
            told = _("Signalé. Le helpdesk ouvre un ticket\u00a0; un autre appareil peut partir.")
    messages.success(request, told)


def _condition(request: HttpRequest, user: User, pk: int) -> str:
    moment = request.POST.get("moment", "")
    moment = moment if moment in Moment.values else Moment.OUT
    grades = {part: request.POST.get(part, "") for part in PARTS}
    worse = note_condition(user, pk, moment, grades)
    photo = request.FILES.get("photo")
    if photo is not None and photo.file is not None:
        add_photo(user, pk, moment, photo.file, photo.size or 0)
    if worse:
        return _("État noté. Des parties sont abîmées\u00a0: signalez le dégât ci-dessous.")
    return _("État noté.")


def _reported(request: HttpRequest) -> Told:
    kind = request.POST.get("kind", "")
    return Told(
        kind if kind in DamageKind.values else DamageKind.DAMAGE,
        request.POST.getlist("parts"),
        _day(request, "happened_on"),
        request.POST.get("police_report", "").strip(),
    )


def _day(request: HttpRequest, name: str) -> dt.date | None:
    try:
        return parse_date(request.POST.get(name, ""))
    except ValueError:
        return None


@require_POST
@login_required
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/prets/degats/<id>/regler/`: repaired or found, or written off."""
    user = user_of(request)
    try:
        row = settle_damage(user, pk, back=request.POST.get("retour") == "oui")
    except LoanDamage.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Noté."))
    return redirect("byod:loan", row.loan_id) if row.loan_id else redirect("byod:loans")


@require_GET
@login_required
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/prets/photos/<id>/`: a photo of ours, to those who run the site."""
    row = get_object_or_404(LoanPhoto.objects.visible_to(user_of(request)), pk=pk)
    try:
        with row.photo.open("rb") as file:
            content = file.read()
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response


DEEDS = {
    "rendre": ("back", "loan_back"),
    "retour-annule": ("undo_back", "loan_undo_back"),
    "annuler": ("undo_out", "loan_undo_out"),
    "liberer": ("release", "loan_release"),
    "chargeur": ("charger", "loan_charger"),
    "prolonger": ("extend", "loan_extend"),
    "etat": ("condition", "loan_condition"),
    "degat": ("damage", "loan_damage"),
}
"""Last word of the address → the deed, and the name of the URL."""

urlpatterns: list[URLPattern] = [
    path("prets/", loans, name="loans"),
    *sheet_paths("prets/export", export, "loans_export"),
    path("prets/<int:pk>/", loan, name="loan"),
    *(
        path(f"prets/<int:pk>/{word}/", act, {"deed": deed}, name=name)
        for word, (deed, name) in DEEDS.items()
    ),
    path("prets/degats/<int:pk>/regler/", settle, name="loan_damage_settle"),
    path("prets/photos/<int:pk>/", photo, name="loan_photo"),
]
